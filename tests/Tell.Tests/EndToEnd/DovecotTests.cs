using System.Text;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>Mail goes through Tell into real mailboxes: SMTP in, LMTP out, IMAP to look at it.</summary>
[Collection(ProcessCollection.Name)]
public sealed class DovecotTests
{
    private const string Sender = "charles@near.example.test";

    [PeerFact("dovecot-master", "python3")]
    public async Task What_came_by_SMTP_lies_in_the_mailbox_octet_for_octet()
    {
        await using var dovecot = await DovecotServer.StartAsync();
        await using var tell = await StartAsync($"lmtp:127.0.0.1:{dovecot.LmtpPort}");
        await SamplesAsync(tell, "ada");
        await ArrivedAsync(dovecot, tell, "ada", SampleMail.All.Count);
        foreach (var trace in await UnchangedAsync(dovecot, "ada"))
        {
            // The store writes who sent it and that it came by LMTP; Tell that it came by ESMTP.
            Assert.StartsWith($"Return-Path: <{Sender}>", trace);
            Assert.Matches("(?s)by dovecot\\.example\\.test\\s+with LMTP.*by tell\\.example\\.test\\s+(\\(.*\\)\\s+)?with ESMTP", trace);
        }
    }

    [PeerFact("dovecot-master", "python3")]
    public async Task The_same_over_a_socket_and_large_mail_by_chunks()
    {
        await using var dovecot = await DovecotServer.StartAsync();
        await using var tell = await StartAsync($"lmtp:{dovecot.LmtpSocket}");
        await SamplesAsync(tell, "bob");
        await ArrivedAsync(dovecot, tell, "bob", SampleMail.All.Count);
        await UnchangedAsync(dovecot, "bob");
        var status = (await tell.SayAsync("hoststatus", $"lmtp:{dovecot.LmtpSocket}")).Succeeded();
        Assert.Contains(dovecot.LmtpSocket, status.Output, StringComparison.Ordinal);
    }

    [PeerFact("dovecot-master", "python3")]
    public async Task Of_three_recipients_one_is_filed_one_is_dead_and_one_waits()
    {
        await using var dovecot = await DovecotServer.StartAsync();
        await using var tell = await StartAsync($"lmtp:127.0.0.1:{dovecot.LmtpPort}", ("SMTPMTA_RetryIntervals", "PT1H"), ("SMTPMTA_RelayFailures", "dead"));
        await SendAsync(tell, Sender, "one", Address("ada"), Address("nobody"), Address("full"));
        await Patience.UntilAsync("a filed, a dead and a waiting recipient", Patience.ForMail, async () =>
            (await tell.StatisticsAsync()) is var statistics && statistics["MTA.Dead"] == 1 && statistics["MTA.Delivered.Recipients"] == 1, () => Evidence(dovecot, tell));
        var queue = (await tell.SayAsync("queue", "smtpobwq")).Succeeded().Output;
        Assert.Contains("4.2.2", queue, StringComparison.Ordinal);
        Assert.Contains("5.1.1", queue, StringComparison.Ordinal);
        Assert.Single(await dovecot.InboxAsync("ada"));
        Assert.Empty(await dovecot.InboxAsync("full"));
        Assert.Equal(0, (await tell.StatisticsAsync())["MTA.Destinations.Down"]);
    }

    [PeerFact("dovecot-master", "python3")]
    public async Task A_mailbox_that_is_full_for_good_fails_and_the_sender_hears_of_it()
    {
        await using var dovecot = await DovecotServer.StartAsync(fullIsForGood: true);
        await using var tell = await StartAsync($"lmtp:127.0.0.1:{dovecot.LmtpPort}");
        await SendAsync(tell, Address("ada"), "one", Address("bob"), Address("full"));
        await ArrivedAsync(dovecot, tell, "ada", 1);
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        var report = Encoding.Latin1.GetString(Assert.Single(await dovecot.InboxAsync("ada")));
        Assert.Matches($"(?i)Final-Recipient: *rfc822; *{Address("full")}", report);
        Assert.DoesNotMatch($"(?i)Final-Recipient: *rfc822; *{Address("bob")}", report);
        Assert.Matches("(?i)Status: *5\\.2\\.2", report);
        Assert.Single(await dovecot.InboxAsync("bob"));
        Assert.Equal(0, (await tell.StatisticsAsync())["MTA.Dead"]);
    }

    [PeerFact("dovecot-master", "python3")]
    public async Task Two_hundred_messages_go_over_few_connections_once_each_and_a_store_that_was_away_misses_nothing()
    {
        await using var dovecot = await DovecotServer.StartAsync();
        await using var tell = await StartAsync($"lmtp:127.0.0.1:{dovecot.LmtpPort}", ("SMTPMTA_ConnectionsPerDestination", "4"));
        await using (var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None))
        {
            for (var i = 0; i < 200; i++)
            {
                // Away in the middle: what is under way then is in doubt or waits.
                if (i == 70)
                    await dovecot.StopAsync();
                if (i == 140)
                    await dovecot.StartAgainAsync();
                var content = Encoding.ASCII.GetBytes($"From: {Sender}\r\nSubject: number {i:D3}\r\n\r\nmessage {i}\r\n");
                Assert.Equal(250, (await caller.SendAsync(Sender, [Address("ada"), Address("bob")], content, CancellationToken.None)).Code);
            }
        }
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        foreach (var user in new[] { "ada", "bob" })
        {
            var subjects = (await dovecot.InboxAsync(user)).Select(Subject).ToArray();
            Assert.Equal(Enumerable.Range(0, 200).Select(i => $"number {i:D3}"), subjects.Distinct().Order());
            // The one window for a second copy is a session that was cut between filing and reply: at most one in each of the four.
            Assert.InRange(subjects.Length, 200, 204);
        }
        var connects = dovecot.Log.Split('\n').Count(line => line.Contains("Connect from", StringComparison.Ordinal));
        Assert.InRange(connects, 2, 60);
        Assert.Equal(0, (await tell.StatisticsAsync())["MTA.Dead"]);
    }

    [PeerFact("dovecot-master", "python3")]
    public async Task A_person_whose_mail_goes_by_LMTP_has_it_there_and_a_sender_hears_of_who_has_no_mailbox()
    {
        await using var dovecot = await DovecotServer.StartAsync(fullIsForGood: true);
        await using var tell = new TellProcess(("SMTPMTA_LocalDomains", DovecotServer.Domain), ("SMTPMTA_LocalRecipients", "listed"), ("SMTPMTA_RelayClients", ""), ("SMTPMTA_DrtPollSeconds", "1"));
        await tell.StartAsync();
        var people = string.Join(',', new[] { "ada", "bob", "full", "gone" }.Select(user => $$"""
            {"form":"Person","shortName":"{{user}}","internetAddress":"{{Address(user)}}","mailRoute":"lmtp:{{(user == "bob" ? dovecot.LmtpSocket : $"127.0.0.1:{dovecot.LmtpPort}")}}"}
            """));
        await File.WriteAllTextAsync(Path.Combine(tell.Folder, "people.json"), $"[{people}]");
        (await tell.SayAsync("names", "import", Path.Combine(tell.Folder, "people.json"))).Succeeded();
        (await tell.SayAsync("tell", "smtpmta", "refresh")).Succeeded();
        await SamplesAsync(tell, "ada");
        await ArrivedAsync(dovecot, tell, "ada", SampleMail.All.Count);
        await UnchangedAsync(dovecot, "ada");
        await using (var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None))
        {
            var content = Encoding.ASCII.GetBytes($"From: {Address("bob")}\r\nSubject: to all\r\n\r\nhello\r\n");
            Assert.Equal(250, (await caller.SendAsync(Address("bob"), [Address("ada"), Address("full"), Address("gone")], content, CancellationToken.None)).Code);
        }
        await ArrivedAsync(dovecot, tell, "bob", 1);
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        Assert.Equal(SampleMail.All.Count + 1, (await dovecot.InboxAsync("ada")).Count);
        var reports = string.Concat((await dovecot.InboxAsync("bob")).Select(Encoding.Latin1.GetString));
        Assert.Matches($"(?i)Final-Recipient: *rfc822; *{Address("gone")}", reports);
        Assert.Matches($"(?i)Final-Recipient: *rfc822; *{Address("full")}", reports);
        Assert.DoesNotMatch($"(?i)Final-Recipient: *rfc822; *{Address("ada")}", reports);
        Assert.Contains("5.1.1", reports, StringComparison.Ordinal);
        Assert.Contains("5.2.2", reports, StringComparison.Ordinal);
        Assert.Equal(0, (await tell.StatisticsAsync())["MTA.Dead"]);
    }

    // The samples as they were sent, but for the fields above them, which are given back. Dovecot puts Delivered-To among them.
    private static async Task<IEnumerable<string>> UnchangedAsync(DovecotServer dovecot, string user)
    {
        var field = $"Delivered-To: {Address(user)}\r\n";
        var mail = (await dovecot.InboxAsync(user)).Select(content =>
        {
            var text = Encoding.Latin1.GetString(content);
            var at = text.IndexOf(field, StringComparison.Ordinal);
            Assert.InRange(at, 0, 200);
            return TraceHeaders.Split(Encoding.Latin1.GetBytes(text.Remove(at, field.Length)));
        }).ToArray();
        Assert.Equal(
            SampleMail.All.Select(sample => Encoding.Latin1.GetString(sample.Content)).Order(),
            mail.Select(split => Encoding.Latin1.GetString(split.Original)).Order());
        return mail.Select(split => split.Trace);
    }

    private static string Address(string user) => $"{user}@{DovecotServer.Domain}";

    private static string Subject(byte[] content) =>
        Encoding.Latin1.GetString(content).Split("\r\n").First(line => line.StartsWith("Subject: ", StringComparison.Ordinal))["Subject: ".Length..];

    private static async Task<TellProcess> StartAsync(string route, params (string Key, string Value)[] settings)
    {
        var tell = new TellProcess([("SMTPMTA_RelayDomains", DovecotServer.Domain), ("SMTPMTA_Routes", $"{DovecotServer.Domain}={route}"), ("SMTPMTA_RelayClients", ""), .. settings]);
        await tell.StartAsync();
        return tell;
    }

    private static async Task SamplesAsync(TellProcess tell, string user)
    {
        await using var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None);
        foreach (var sample in SampleMail.All)
            Assert.Equal(250, (await caller.SendAsync(Sender, [Address(user)], sample.Content, CancellationToken.None)).Code);
    }

    private static async Task SendAsync(TellProcess tell, string sender, string subject, params string[] recipients)
    {
        await using var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None);
        var content = Encoding.ASCII.GetBytes($"From: {sender}\r\nSubject: {subject}\r\n\r\nhello\r\n");
        Assert.Equal(250, (await caller.SendAsync(sender, recipients, content, CancellationToken.None)).Code);
    }

    private static Task ArrivedAsync(DovecotServer dovecot, TellProcess tell, string user, int messages) =>
        Patience.UntilAsync($"{messages} messages for {user}", Patience.ForMail, async () => (await dovecot.InboxAsync(user)).Count >= messages, () => Evidence(dovecot, tell));

    private static string Evidence(DovecotServer dovecot, TellProcess tell) => $"{dovecot.Evidence}\n{tell.Process.Evidence}";
}
