using System.Text.RegularExpressions;
using Tell.Tests.Mail;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>Who tells the sender what became of a message when Tell stands between servers of the field: one of them always does, and never two.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RealReportTests
{
    private const string Sender = "charles@near.example.test";
    private const string Wanted = "NOTIFY=SUCCESS,DELAY,FAILURE";

    // RFC 3461 5.2.1: the next hop has DSN, so that it is the one that reports, and Tell is silent.
    [PeerFact("postfix-master", "python3")]
    public async Task What_a_Postfix_with_DSN_delivered_it_reports_itself()
    {
        using var boxes = new TempDirectory();
        (await ChildProcess.RunAsync(Tool.PathOf("chown"), ["1000:1000", boxes.Path], boxes.Path)).Succeeded();
        await using var home = RecordingSink.Listening();
        await using var postfix = await PostfixServer.StartAsync(home.Port,
            ("virtual_mailbox_domains", "boxes.example.test"), ("virtual_mailbox_base", boxes.Path), ("virtual_mailbox_maps", "inline:{ada@boxes.example.test=ada}"),
            ("virtual_uid_maps", "static:1000"), ("virtual_gid_maps", "static:1000"));
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{postfix.Port}"));
        await tell.StartAsync();
        await SendAsync(tell.Port, Sender, "ENVID=Engine42", $"<ada@boxes.example.test> {Wanted} ORCPT=rfc822;countess@far.example.test");
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        await Patience.UntilAsync("a report", Patience.ForMail, () => home.Mail.Count > 0, () => $"{postfix.Evidence}\n{tell.Process.Evidence}");
        Read(Assert.Single(home.Mail).Content, "postfix.example.test", "Engine42", ("ada@boxes.example.test", "delivered", "2.0.0"));
        Assert.Equal(0, (await tell.StatisticsAsync())["MTA.Reports.Delivery"]);
        Assert.True(File.Exists(boxes["ada"]));
    }

    // RFC 3461 5.2.2: behind a next hop without DSN nobody would report, so Tell says that it has relayed.
    [PeerFact("postfix-master", "python3")]
    public async Task What_a_Postfix_without_DSN_took_Tell_reports_as_relayed()
    {
        await using var sink = RecordingSink.Listening();
        await using var postfix = await PostfixServer.StartAsync(sink.Port, ("smtpd_discard_ehlo_keywords", "dsn, silent-discard"));
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{postfix.Port}"));
        await tell.StartAsync();
        await SendAsync(tell.Port, Sender, "RET=HDRS ENVID=Engine42", $"<ada@far.example.test> {Wanted} ORCPT=rfc822;countess@far.example.test", "<bob@far.example.test> NOTIFY=NEVER");
        await Patience.UntilAsync("the message and a report", Patience.ForMail, () => sink.Mail.Count >= 2, () => $"{postfix.Evidence}\n{tell.Process.Evidence}");
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        var report = Assert.Single(sink.Mail, mail => mail.Sender.Length == 0);
        Assert.Equal([Sender], report.Recipients);
        Read(report.Content, "tell.example.test", "Engine42", ("ada@far.example.test", "relayed", "2.0.0"));
        Assert.Equal(1, (await tell.StatisticsAsync())["MTA.Reports.Delivery"]);
    }

    // RFC 3461 6.2: LMTP is the end of the way, so the report says "delivered"; it goes into the sender's own mailbox.
    [PeerFact("dovecot-master", "python3")]
    public async Task What_Dovecot_has_filed_Tell_reports_as_delivered()
    {
        await using var dovecot = await DovecotServer.StartAsync(fullIsForGood: true);
        await using var tell = new TellProcess(
            ("SMTPMTA_RelayDomains", DovecotServer.Domain), ("SMTPMTA_Routes", $"{DovecotServer.Domain}=lmtp:127.0.0.1:{dovecot.LmtpPort}"), ("SMTPMTA_RelayClients", ""));
        await tell.StartAsync();
        await SendAsync(tell.Port, $"bob@{DovecotServer.Domain}", "ENVID=Engine42", $"<ada@{DovecotServer.Domain}> {Wanted} ORCPT=rfc822;countess@far.example.test");
        IReadOnlyList<byte[]> inbox = [];
        await Patience.UntilAsync("a report in the sender's mailbox", Patience.ForMail, async () => (inbox = await dovecot.InboxAsync("bob")).Count > 0, () => $"{dovecot.Evidence}\n{tell.Process.Evidence}");
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        Read(Assert.Single(inbox), "tell.example.test", "Engine42", ($"ada@{DovecotServer.Domain}", "delivered", "2.0.0"));
        Assert.Single(await dovecot.InboxAsync("ada"));
    }

    [PeerFact("postfix-master", "python3")]
    public async Task A_sender_behind_Postfix_hears_of_success_delay_and_failure() => await HeardBehindAsync(async (tell, home) =>
        await PostfixServer.StartAsync(tell, ("transport_maps", $"inline:{{near.example.test=smtp:[127.0.0.1]:{home}}}")));

    [PeerFact("exim4", "python3")]
    public async Task A_sender_behind_Exim_hears_of_success_delay_and_failure() => await HeardBehindAsync(async (tell, home) => await EximServer.StartAsync(tell, routers: $"""
            home:
              driver = manualroute
              domains = near.example.test
              route_list = * "localhost::{home}" byname
              self = send
              transport = next_hop
        """));

    [PeerFact("postfix-master")]
    public async Task What_comes_back_from_a_Postfix_that_sends_everything_back_is_held_and_goes_when_an_operator_says_so()
    {
        await using var sink = RecordingSink.Listening();
        await using var tell = new TellProcess(("SMTPMTA_MaxOwnHops", "2"));
        await using var postfix = await PostfixServer.StartAsync(tell.Port);
        tell.Set("SMTPMTA_RelayHost", $"127.0.0.1:{postfix.Port}");
        await tell.StartAsync();
        await SendAsync(tell.Port, Sender, "RET=HDRS", "<ada@far.example.test> NOTIFY=FAILURE");
        var held = "";
        await Patience.UntilAsync("a held message", Patience.ForMail, async () => (held = (await tell.SayAsync("queue", "held")).Succeeded().Output).Contains("Loop: ", StringComparison.Ordinal),
            () => $"{held}\n{postfix.Evidence}\n{tell.Process.Evidence}");
        var statistics = await tell.StatisticsAsync();
        // It was ours once and came back twice; the sender hears nothing, for the message is not lost.
        Assert.Equal(3, statistics["MTA.Received"]);
        Assert.Equal(1, statistics["MTA.Loops"]);
        Assert.Equal(0, statistics["MTA.Reports"]);
        Assert.Contains("3 Received fields name tell.example.test", held, StringComparison.Ordinal);
        tell.Set("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}");
        (await tell.SayAsync("tell", "smtpmta", "refresh")).Succeeded();
        (await tell.SayAsync("queue", "release", Regex.Match(held, "[0-9A-F]{32}").Value)).Succeeded();
        await Patience.UntilAsync("the released message", Patience.ForMail, () => sink.Mail.Count == 1, () => $"{postfix.Evidence}\n{tell.Process.Evidence}");
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
    }

    // Mail goes from the sender's server through Tell to a host that takes one recipient, defers one and refuses one; the reports go back the way that it came.
    private static async Task HeardBehindAsync(Func<int, int, Task<PeerServer>> start)
    {
        await using var home = RecordingSink.Listening();
        await using var far = RecordingSink.Listening();
        far.RecipientPolicy = recipient => recipient.Split('@')[0] switch { "later" => "451 4.2.1 Come back later", "nobody" => "550 5.1.1 No such person", _ => null };
        await using var tell = new TellProcess(("SMTPMTA_DelayWarningAfter", "PT1S"));
        await using var peer = await start(tell.Port, home.Port);
        tell.Set("SMTPMTA_RelayHost", $"127.0.0.1:{far.Port}");
        tell.Set("SMTPMTA_Routes", $"near.example.test=127.0.0.1:{peer.Port}");
        await tell.StartAsync();
        await SendAsync(peer.Port, Sender, "RET=HDRS ENVID=Engine42",
            [.. new[] { "ada", "later", "nobody" }.Select(name => $"<{name}@far.example.test> {Wanted} ORCPT=rfc822;countess@far.example.test")]);
        await Patience.UntilAsync("three reports", Patience.ForMail, () => home.Mail.Sum(mail => mail.Text.Split("Final-Recipient").Length - 1) >= 3,
            () => $"{string.Join('\n', home.Mail)}\n{peer.Evidence}\n{tell.Process.Evidence}");
        Assert.All(home.Mail, mail => Assert.Equal("", mail.Sender));
        Assert.All(home.Mail, mail => Assert.Equal([Sender], mail.Recipients));
        Assert.Equal(
            [("ada@far.example.test", "relayed", "2.0.0"), ("later@far.example.test", "delayed", "4.2.1"), ("nobody@far.example.test", "failed", "5.1.1")],
            home.Mail.SelectMany(mail => Recipients(mail.Content, "tell.example.test", "Engine42")).Order());
        // RET=HDRS: what comes back is the header.
        Assert.All(home.Mail.Where(mail => mail.Text.Contains("Action: failed", StringComparison.Ordinal)), mail => Assert.DoesNotContain("Dear Ada", mail.Text, StringComparison.Ordinal));
    }

    private static void Read(byte[] report, string by, string envelope, params (string Recipient, string Action, string Status)[] expected) =>
        Assert.Equal(expected, Recipients(report, by, envelope));

    // Whom a report speaks of, as Python's email reads it.
    private static IEnumerable<(string Recipient, string Action, string Status)> Recipients(byte[] report, string by, string envelope)
    {
        var read = PythonEmail.Read(report);
        PythonEmail.AssertNoDefects(read);
        Assert.Equal("multipart/report", PythonEmail.Type(read));
        var status = PythonEmail.Parts(PythonEmail.Parts(read)[1]);
        Assert.Equal($"dns; {by}", PythonEmail.Field(status[0], "Reporting-MTA"));
        Assert.Equal(envelope, PythonEmail.Field(status[0], "Original-Envelope-Id"));
        return status.Skip(1).Select(group =>
        {
            Assert.Equal("rfc822;countess@far.example.test", PythonEmail.Field(group, "Original-Recipient")?.Replace("; ", ";", StringComparison.Ordinal));
            return (PythonEmail.Field(group, "Final-Recipient")!.Split(';')[1].Trim(), PythonEmail.Field(group, "Action")!, PythonEmail.Field(group, "Status")!);
        }).ToArray();
    }

    private static async Task SendAsync(int port, string sender, string parameters, params string[] recipients)
    {
        await using var caller = await SmtpCaller.ConnectAsync(port, CancellationToken.None);
        foreach (var command in new[] { $"MAIL FROM:<{sender}> {parameters}" }.Concat(recipients.Select(recipient => $"RCPT TO:{recipient}")))
            Assert.Equal(250, (await caller.SayAsync(command, CancellationToken.None)).Code);
        Assert.Equal(354, (await caller.SayAsync("DATA", CancellationToken.None)).Code);
        Assert.Equal(250, (await caller.SayAsync($"From: {sender}\r\nSubject: news\r\n\r\nDear Ada\r\n.", CancellationToken.None)).Code);
    }
}
