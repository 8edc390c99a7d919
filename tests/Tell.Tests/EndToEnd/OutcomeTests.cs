using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>One message, recipients with different fates: each gets its own, and the sender hears of the bad one only.</summary>
[Collection(ProcessCollection.Name)]
public sealed class OutcomeTests
{
    private const string Sender = "charles@near.example.test";
    private const string Refusal = "550 5.1.1 No such person: octopus";

    private readonly string[] _recipients = ["accepted@far.example.test", "deferred@far.example.test", "refused@far.example.test"];
    private int _deferrals = 2;

    [ProcessFact]
    public async Task The_recipients_of_a_memo_each_get_their_own_outcome_and_the_sender_hears_of_the_refused_one()
    {
        await using var sink = MixedSink();
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));
        await tell.StartAsync();

        (await tell.SayAsync("Dear all\n"u8.ToArray(), "send", "--from", Sender, "--to", string.Join(',', _recipients), "--subject", "fates")).Succeeded();

        await Patience.UntilAsync("two deliveries and a report", Patience.ForMail, () => sink.Mail.Count >= 3, () => Evidence(sink, tell));
        await EachHasItsOwnAsync(sink, tell);
    }

    [ProcessFact]
    public async Task The_recipients_of_a_relayed_message_each_get_their_own_outcome_and_the_sender_hears_of_the_refused_one()
    {
        await using var sink = MixedSink();
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));
        await tell.StartAsync();

        await SendAsync(tell, _recipients);

        await Patience.UntilAsync("two deliveries and a report", Patience.ForMail, () => sink.Mail.Count >= 3, () => Evidence(sink, tell));
        await EachHasItsOwnAsync(sink, tell);
    }

    /// <summary>Seed 002: a relayed message has no parent; when it fails it is marked dead, and an operator sees it; so it is where the settings say so.</summary>
    [ProcessFact]
    public async Task The_recipients_of_a_relayed_message_each_get_their_own_outcome_and_the_refused_one_is_dead_by_setting()
    {
        await using var sink = MixedSink();
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"), ("SMTPMTA_RelayFailures", "dead"));
        await tell.StartAsync();

        await SendAsync(tell, _recipients);

        await Patience.UntilAsync("two deliveries and a dead document", Patience.ForMail,
            async () => sink.Mail.Count >= 2 && (await tell.StatisticsAsync())["MTA.Dead"] > 0, () => Evidence(sink, tell));
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        Assert.Equal(
            [["accepted@far.example.test"], ["deferred@far.example.test"]],
            sink.Mail.Select(mail => mail.Recipients.ToArray()).OrderBy(recipients => recipients[0]));
        Assert.Equal(1, (await tell.StatisticsAsync())["MTA.Dead"]);
    }

    [ProcessFact]
    public async Task A_report_that_nobody_takes_is_dead_and_makes_no_report_of_its_own()
    {
        await using var sink = RecordingSink.Listening();
        sink.RecipientPolicy = _ => Refusal;
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));
        await tell.StartAsync();

        (await tell.SayAsync("Dear all\n"u8.ToArray(), "send", "--from", Sender, "--to", "refused@far.example.test")).Succeeded();

        await Patience.UntilAsync("a dead document", Patience.ForMail, async () => (await tell.StatisticsAsync())["MTA.Dead"] > 0, () => Evidence(sink, tell));
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        Assert.Empty(sink.Mail);
    }

    private RecordingSink MixedSink()
    {
        var sink = RecordingSink.Listening();
        sink.RecipientPolicy = recipient => recipient switch
        {
            "refused@far.example.test" => Refusal,
            "deferred@far.example.test" when Interlocked.Decrement(ref _deferrals) >= 0 => "451 4.2.1 Come back later",
            _ => null,
        };
        return sink;
    }

    private static async Task EachHasItsOwnAsync(RecordingSink sink, TellProcess tell)
    {
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        Assert.Equal(3, sink.Mail.Count);
        Assert.Single(sink.Mail, mail => mail.Recipients.SequenceEqual(["accepted@far.example.test"]));
        Assert.Single(sink.Mail, mail => mail.Recipients.SequenceEqual(["deferred@far.example.test"]));
        var report = Assert.Single(sink.Mail, mail => mail.Recipients.SequenceEqual([Sender]));
        Assert.Equal("", report.Sender);
        Assert.Contains("multipart/report", report.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Matches("(?i)Final-Recipient: *rfc822; *refused@far.example.test", report.Text);
        Assert.DoesNotMatch("(?i)Final-Recipient: *rfc822; *deferred@far.example.test", report.Text);
        Assert.Matches("(?i)Status: *5\\.1\\.1", report.Text);
        Assert.Contains("octopus", report.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await tell.StatisticsAsync())["MTA.Dead"]);
    }

    private static async Task SendAsync(TellProcess tell, string[] recipients)
    {
        await using var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None);
        Assert.Equal(250, (await caller.SendAsync(Sender, recipients, SampleMail.All[0].Content, CancellationToken.None)).Code);
    }

    private static string Evidence(RecordingSink sink, TellProcess tell) => $"{string.Join('\n', sink.Mail)}\n{tell.Process.Evidence}";
}
