using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>The command line against a running server, and how that server stops.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ConsoleTests
{
    [ProcessFact]
    public async Task An_unknown_word_offers_the_nearest_ones()
    {
        await using var tell = new TellProcess();
        await tell.StartAsync();

        var answer = await tell.SayAsync("shwo", "tasks");

        Assert.Equal(1, answer.Status);
        Assert.Contains("show tasks", answer.Text, StringComparison.OrdinalIgnoreCase);
    }

    [ProcessFact]
    public async Task Words_for_a_server_that_does_not_run_say_so()
    {
        await using var tell = new TellProcess();

        var answer = await tell.SayAsync("show", "tasks");

        Assert.Equal(1, answer.Status);
        Assert.Contains("not running", answer.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [ProcessFact]
    public async Task Show_tasks_and_show_stat_mta_answer_in_any_case()
    {
        await using var tell = new TellProcess();
        await tell.StartAsync();

        Assert.Contains("SMTPMTA drt", (await tell.SayAsync("SHOW", "Tasks")).Succeeded().Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^\s*MTA\.\S+ = \d", (await tell.SayAsync("show", "stat", "mta")).Succeeded().Output);
    }

    [ProcessFact]
    public async Task Delivernow_sends_what_waits_for_a_retry()
    {
        await using var sink = new RecordingSink();
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"), ("SMTPMTA_RetryIntervals", "PT6H"));
        await tell.StartAsync();
        await using var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None);
        foreach (var sample in SampleMail.All)
        {
            Assert.Equal(250, (await caller.SendAsync("charles@near.example.test", [sample.Recipient], sample.Content, CancellationToken.None)).Code);
        }
        sink.Up();

        await Patience.UntilAsync("all samples at the sink", Patience.ForMail, async () =>
        {
            (await tell.SayAsync("delivernow")).Succeeded();
            return sink.Mail.Count >= SampleMail.All.Count;
        }, () => tell.Process.Evidence);
        Assert.Equal(SampleMail.All.Count, sink.Mail.Count);
    }

    [ProcessFact]
    public async Task Sigterm_ends_it_with_0_within_five_seconds_whoever_is_connected()
    {
        await using var sink = RecordingSink.Listening();
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));
        await tell.StartAsync();
        await using var idle = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None);
        await using var inData = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None);
        await inData.SayAsync("MAIL FROM:<a@near.example.test>", CancellationToken.None);
        await inData.SayAsync("RCPT TO:<b@far.example.test>", CancellationToken.None);
        Assert.Equal(354, (await inData.SayAsync("DATA", CancellationToken.None)).Code);
        await inData.WriteAsync("Subject: half\r\n\r\nof a mess"u8.ToArray(), CancellationToken.None);

        Assert.Equal(0, await tell.StopAsync(TimeSpan.FromSeconds(5)));
    }

    [ProcessFact]
    public async Task Sigterm_in_full_flow_loses_nothing()
    {
        await using var sink = RecordingSink.Listening();
        sink.KeepsContent = false;
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));
        await tell.StartAsync();
        await using var load = new LoadGenerator(tell.Port, clients: 8, largeEvery: 50);
        await Patience.UntilAsync("mail in full flow", Patience.ForMail, () => load.Acknowledged.Count > 200, () => tell.Process.Evidence);

        Assert.Equal(0, await tell.StopAsync(TimeSpan.FromSeconds(5)));
        await load.StopAsync();
        await tell.StartAsync();
        (await tell.SayAsync("delivernow")).Succeeded();

        DeliveryLedger Ledger() => new(load.Acknowledged, sink.Mail, [], []);
        await Patience.UntilAsync("every acknowledged message at the sink", Patience.ForMail, () => Ledger().Lost.Count == 0,
            () => $"{Ledger().Summary}\n{tell.Process.Evidence}");
        Assert.Empty(Ledger().Changed);
        Assert.Equal(0, Ledger().Duplicates);
    }

    [ProcessFact]
    public async Task Quit_at_the_console_ends_the_server_with_0()
    {
        await using var tell = new TellProcess();
        await tell.StartAsync();

        (await tell.SayAsync("smtpmta", "quit")).Succeeded();

        Assert.Equal(0, await tell.Process.ExitAsync(Patience.ForAProgram));
    }
}
