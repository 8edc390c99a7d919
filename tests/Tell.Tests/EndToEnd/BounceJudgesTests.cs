using Tell.Documents;
using Tell.Mail;
using Tell.Tests.Mail;
using Tell.Tests.Mta;
using Tell.Tests.Tools;
using static Tell.Tests.Mta.ComposedReports;

namespace Tell.Tests.EndToEnd;

/// <summary>
/// Our reports, made by the whole composer, before programs that read bounces: each finds those who did not get the message, and nobody else, and the reason.
/// Where a judge cannot see it, the expectation says what it says instead, and why.
/// </summary>
public sealed class BounceJudgesTests
{
    // What happened, and the reason by Sisimai's names.
    private static readonly (string Status, string Said, bool Remote, string Reason)[] Failures =
    [
        ("5.1.1", "550 5.1.1 No such user here", true, "userunknown"),
        ("5.1.1", "550 no such user", true, "userunknown"),
        ("5.1.1", "user unknown in mx.tell.test", false, "userunknown"),
        ("5.2.2", "552 5.2.2 Mailbox full", true, "mailboxfull"),
        ("5.2.2", "over quota: ada has 1,000 of 1,000 octets, and the message 10", false, "mailboxfull"),
        ("5.1.2", "no such domain", false, "hostunknown"),
        ("5.1.10", "the domain takes no mail (RFC 7505)", false, "notaccept"),
        ("4.4.7", "expired after 5 days; last: connection refused", false, "expired"),
        ("4.4.7", "450 4.2.0 greylisted", true, "expired"),
        ("5.3.4", "552 5.3.4 Message size exceeds fixed limit", true, "mesgtoobig"),
        ("5.3.4", "the message has 10 octets, and the host takes 5", false, "mesgtoobig"),
        ("5.7.1", "550 5.7.1 Rejected by policy", true, "securityerror"),
        ("5.6.7", "the host does not have SMTPUTF8", false, "contenterror"),
        // LMTP (RFC 2033): a reply for each recipient, as in SMTP.
        ("5.2.2", "552 5.2.2 <u@example.com> Quota exceeded (mailbox for user is full)", true, "mailboxfull"),
        ("5.4.6", "Message has exceeded maximum hop count", false, "networkerror"),
    ];

    [BounceJudgeFact]
    public async Task Flufl_and_Sisimai_find_who_failed_and_why_and_Python_finds_no_defect()
    {
        var (names, octets, flufl, sisimai) = (new List<string>(), new List<byte[]>(), new List<string>(), new List<string>());
        var world = new World();
        world.Run(async () =>
        {
            foreach (var language in new[] { "en", "de", "fr", "es", "ja", "en,de" })
            {
                var reports = new ComposedReports(world, settings => settings with { ReportLanguages = [.. language.Split(',')] });
                foreach (var (status, said, remote, reason) in Failures)
                {
                    await AddAsync(reports, $"{language}: {status} {said}", "u@example.com=" + reason, "; u@example.com", [Of("u@example.com", DeliveryAction.Failed, status, said, remote)]);
                }
                // All of them in one report.
                RecipientReport[] all = [.. Failures.Select((one, i) => Of($"u{i:D2}@example.com", DeliveryAction.Failed, one.Status, one.Said, one.Remote))];
                await AddAsync(reports, $"{language}: all", string.Join(' ', Failures.Select((one, i) => $"u{i:D2}@example.com={one.Reason}")),
                    "; " + string.Join(' ', all.Select(one => one.FinalRecipient)), all);
                await AddAsync(reports, $"{language}: delayed", "u@example.com=expired", "u@example.com; ", [Of("u@example.com", DeliveryAction.Delayed, "4.4.1", "connection refused", remote: false)]);
                await AddAsync(reports, $"{language}: delayed by a reply", "u@example.com=expired", "u@example.com; ", [Of("u@example.com", DeliveryAction.Delayed, "4.4.7", "451 4.3.0 Try again later")]);
                // Neither speaks of what was delivered.
                await AddAsync(reports, $"{language}: delivered", "", "; ", [Of("u@example.com", DeliveryAction.Delivered, "2.1.5", "250 2.1.5 Ok")]);
            }
            var english = new ComposedReports(world);
            RecipientReport[] unknown = [Of("u@example.com", DeliveryAction.Failed, "5.1.1", "550 5.1.1 No such user here")];
            await AddAsync(english, "RET=HDRS", "u@example.com=userunknown", "; u@example.com", unknown, envelope => envelope with { Return = ReturnContent.Headers });
            await AddAsync(english, "nothing returned", "u@example.com=userunknown", "; u@example.com", unknown, message: null);
            // flufl.bounce prefers the address that the sender wrote (dsn.py), Sisimai the final one.
            await AddAsync(english, "ORCPT", "u@example.com=userunknown", "; first@example.net", [unknown[0] with { OriginalRecipient = "rfc822;first@example.net" }]);
            var utf8 = Message.Replace("The engine", "Die M\u00fchle", StringComparison.Ordinal);
            await AddAsync(english, "an internationalised message", "u@example.com=userunknown", "; u@example.com", unknown, envelope => envelope with { SmtpUtf8 = true }, utf8);
        });
        var found = await BounceJudges.FluflAsync(octets);
        var said = await BounceJudges.SisimaiAsync(octets);
        // What a judge says instead, and why: a line that is not true any more is found too.
        var disagreements = (await File.ReadAllLinesAsync(Path.Combine(Checkout.Root, "tests", "Tell.Tests", "EndToEnd", "bounce-disagreements.txt")))
            .Where(line => line.Length > 0 && line[0] != ';').Select(line => line.Split(" | ")).ToDictionary(parts => parts[0], parts => parts[1]);
        Assert.Empty(disagreements.Keys.Except(names));
        for (var i = 0; i < names.Count; i++)
            sisimai[i] = disagreements.GetValueOrDefault(names[i], sisimai[i]);
        var wrong = Enumerable.Range(0, octets.Count).Where(i => found[i] != flufl[i] || said[i] != sisimai[i])
            .Select(i => $"{names[i]}\n  flufl   wanted {flufl[i]}\n          found  {found[i]}\n  Sisimai wanted {sisimai[i]}\n          found  {said[i]}");
        Assert.True(!wrong.Any(), string.Join('\n', wrong));
        foreach (var read in PythonEmail.Read(octets))
        {
            Assert.Empty(read.GetProperty("defects").EnumerateArray());
            // Python reads every message/* as it stands, and RFC 6532 3.7 has message/global coded.
            Assert.All(PythonEmail.Parts(read).Where(part => PythonEmail.Type(part) != "message/global"), PythonEmail.AssertNoDefects);
            Assert.Equal("multipart/report", PythonEmail.Type(read));
            var status = PythonEmail.Parts(read)[1];
            Assert.Equal("message/delivery-status", PythonEmail.Type(status));
            Assert.Equal("dns; mx.tell.test", PythonEmail.Field(PythonEmail.Parts(status)[0], "Reporting-MTA"));
            Assert.All(PythonEmail.Parts(status).Skip(1), group => Assert.NotNull(PythonEmail.Field(group, "Final-Recipient")));
        }

        async Task AddAsync(
            ComposedReports reports, string name, string bySisimai, string byFlufl, RecipientReport[] recipients, Func<Envelope, Envelope>? envelope = null, string? message = Message)
        {
            names.Add(name);
            octets.Add((await reports.ComposeAsync(recipients, message, envelope: envelope)).Octets);
            sisimai.Add(bySisimai);
            flufl.Add(byFlufl);
        }
    }

    // RFC 6533: neither judge knows message/global-delivery-status or addresses of type utf-8, so that only Python is asked.
    [PythonFact(Timeout = 120_000)]
    public async Task Python_reads_internationalised_reports_without_defects()
    {
        var octets = new List<byte[]>();
        var world = new World();
        world.Run(async () =>
        {
            var reports = new ComposedReports(world);
            foreach (var to in new[] { "ada@example.test", "\u00e9@example.test" })
            {
                foreach (var returned in new[] { ReturnContent.Full, ReturnContent.Headers })
                {
                    octets.Add((await reports.ComposeAsync([Of("\u00fc@example.com", DeliveryAction.Failed, "5.6.7", "the host does not have SMTPUTF8", remote: false)],
                        Message.Replace("The engine", "Die M\u00fchle", StringComparison.Ordinal), to, envelope: envelope => envelope with { SmtpUtf8 = true, Return = returned })).Octets);
                }
            }
        });
        Assert.Equal(
            [
                "text/plain message/delivery-status message/global", "text/plain message/delivery-status message/global-headers",
                "text/plain message/global-delivery-status message/global", "text/plain message/global-delivery-status message/global-headers",
            ],
            await BounceJudges.TypesAsync(octets));
    }
}
