using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>One message, recipients with different fates: each gets its own, and the sender hears of the bad one only.</summary>
[Collection(ProcessCollection.Name)]
public sealed class OutcomeTests
{
    private const string Sender = "charles@near.example.test";
    private const string Refusal = "550 5.1.1 No such person: octopus";

    [ProcessFact]
    public async Task Accepted_deferred_and_refused_recipients_of_one_message_each_get_their_own_outcome()
    {
        var deferrals = 2;
        await using var sink = RecordingSink.Listening();
        sink.RecipientPolicy = recipient => recipient switch
        {
            "refused@far.example.test" => Refusal,
            "deferred@far.example.test" when Interlocked.Decrement(ref deferrals) >= 0 => "451 4.2.1 Come back later",
            _ => null,
        };
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));
        await tell.StartAsync();

        await SendAsync(tell, "accepted@far.example.test", "deferred@far.example.test", "refused@far.example.test");

        await Patience.UntilAsync("two deliveries and a report", Patience.ForMail, () => sink.Mail.Count >= 3, () => Evidence(sink, tell));
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        Assert.Equal(3, sink.Mail.Count);
        Assert.Single(sink.Mail, mail => mail.Recipients.SequenceEqual(["accepted@far.example.test"]));
        Assert.Single(sink.Mail, mail => mail.Recipients.SequenceEqual(["deferred@far.example.test"]));
        var report = Assert.Single(sink.Mail, mail => mail.Recipients.SequenceEqual([Sender]));
        Assert.Equal("", report.Sender);
        Assert.Contains("multipart/report", report.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Matches("(?i)Final-Recipient: *rfc822; *refused@far.example.test", report.Text);
        Assert.Matches("(?i)Status: *5\\.1\\.1", report.Text);
        Assert.Contains("octopus", report.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("deferred@far.example.test", report.Text, StringComparison.Ordinal);
    }

    [ProcessFact]
    public async Task A_report_that_nobody_takes_is_dead_and_makes_no_report_of_its_own()
    {
        await using var sink = RecordingSink.Listening();
        sink.RecipientPolicy = _ => Refusal;
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));
        await tell.StartAsync();

        await SendAsync(tell, "refused@far.example.test");

        await Patience.UntilAsync("a dead document", Patience.ForMail, async () => (await tell.StatisticsAsync())["MTA.Dead"] > 0, () => Evidence(sink, tell));
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        Assert.Empty(sink.Mail);
    }

    private static async Task SendAsync(TellProcess tell, params string[] recipients)
    {
        await using var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None);
        Assert.Equal(250, (await caller.SendAsync(Sender, recipients, SampleMail.All[0].Content, CancellationToken.None)).Code);
    }

    private static string Evidence(RecordingSink sink, TellProcess tell) => $"{string.Join('\n', sink.Mail)}\n{tell.Process.Evidence}";
}
