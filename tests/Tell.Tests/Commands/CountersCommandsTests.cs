namespace Tell.Tests.Commands;

public sealed class CountersCommandsTests : IDisposable
{
    private readonly ConsoleWorld _console = new();

    public void Dispose() => _console.Dispose();

    // Seed 004, the table of imsimta counters -show, with octets for blocks.
    [Fact]
    public void Counters_are_shown_as_Sun_shows_them() => _console.Run(async () =>
    {
        await DeliverAsync();
        Assert.Equal(
            """
            Channel              Messages    Recipients          Octets
            -------              --------    ----------          ------
            memo
               Received                 0             0               0
               Stored                   0             0               0
               Delivered                0             0               0 (0 first time)
               Submitted                1             1               0
               Attempted                0             0               0
               Rejected                 0             0               0
               Failed                   0             0               0

               Queue time/count        0/0 = 0.00
               Queue first time/count  0/0 = 0.00
               Queue time p50 p90 p99  0 0 0

               Total In Assocs                   0
               Total Out Assocs                  0

            """.ReplaceLineEndings("\n").TrimEnd(),
            (await _console.SayAsync("counters show MEMO")).TrimEnd());
        var all = await _console.SayAsync("counters show");
        Assert.Matches(@"\nlocal\n   Received +1 +1 +0\n   Stored +0 +0 +0\n   Delivered +1 +1 +0 \(1 first time\)\n", all);
        Assert.EndsWith("\nNothing counted in: conversion, lmtp, reports, smtp, submission.", all);
        Assert.DoesNotMatch(@"\nsmtp\n", all);
        Assert.Equal("There is no channel tcp_local: they are conversion, lmtp, local, memo, reports, smtp, submission.", await _console.RefusedAsync("counters show tcp_local"));
    });

    [Fact]
    public void Counters_of_one_channel_are_cleared_and_the_others_stay() => _console.Run(async () =>
    {
        await DeliverAsync();
        Assert.Equal("The counters of local were set to zero.", await _console.SayAsync("counters clear Local"));
        Assert.Matches(@"\n   Delivered +0 +0 +0 \(0 first time\)\n", await _console.SayAsync("counters show local"));
        Assert.Contains("MTA.QueueTime.local.P90 = 0\n", await _console.SayAsync("show stat MTA.QueueTime.local.P90"));
        Assert.Matches(@"\n   Submitted +1 +1 +0\n", await _console.SayAsync("counters show memo"));
        Assert.Equal("The counters of all channels were set to zero.", await _console.SayAsync("counters clear"));
        Assert.Matches(@"\n   Submitted +0 +0 +0\n", await _console.SayAsync("counters show memo"));
        Assert.Contains("MTA.Filed = 1\n", await _console.SayAsync("show stat MTA.Filed"));
    });

    [Fact]
    public void A_destination_has_an_account_that_is_shown_where_it_is_asked_for() => _console.Run(async () =>
    {
        Assert.Equal("No destination has an account yet.", await _console.RefusedAsync("counters show destination"));
        _console.Files["-"] = "Hello.";
        await _console.SayAsync("send --from ada@tell.test --to far@elsewhere.test");
        await _console.Pass(TimeSpan.FromMinutes(1));
        var shown = await _console.SayAsync("counters show destination Elsewhere.test");
        Assert.StartsWith("Destination          Messages    Recipients          Octets\n-----------          --------", shown);
        Assert.Matches(@"\nelsewhere\.test\n   Received +1 +1 +\d+\n   Stored +1 +1 +\d+\n   Delivered +0 +0 +0 \(0 first time\)\n   Attempted +[1-9]", shown);
        Assert.DoesNotContain("Submitted", shown);
        Assert.Equal("nowhere.test has no account: COUNTERS SHOW DESTINATION lists those that have one.", await _console.RefusedAsync("counters show destination nowhere.test"));
        Assert.Equal("nowhere.test has no account: COUNTERS SHOW DESTINATION lists those that have one.", await _console.RefusedAsync("counters clear destination nowhere.test"));
        Assert.EndsWith(" For a destination: COUNTERS CLEAR DESTINATION elsewhere.test", await _console.RefusedAsync("counters clear elsewhere.test"));
        Assert.DoesNotContain("MTA.Destination.", await _console.SayAsync("show stat"));
        Assert.Contains("  MTA.Destination.elsewhere.test.Stored.Messages = 1\n", await _console.SayAsync("show stat MTA.Destination.elsewhere.test"));
        Assert.StartsWith("MTA.Destination.elsewhere.test.* was set to zero.\n", await _console.SayAsync("set statistics MTA.Destination.elsewhere.test.*"));
        Assert.Contains("  MTA.Destination.elsewhere.test.Received.Messages = 0\n", await _console.SayAsync("show stat MTA.Destination"));
    });

    // A name that another begins with is another destination.
    [Fact]
    public void Accounts_of_one_or_of_all_destinations_are_cleared() => _console.Run(async () =>
    {
        _console.Files["-"] = "Hello.";
        await _console.SayAsync("send --from ada@tell.test --to a@far.test,b@far.test.example");
        await _console.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal("The counters of FAR.test were set to zero.", await _console.SayAsync("counters clear destination FAR.test"));
        Assert.Matches(@"\n   Received +0 +0 +0\n   Stored +1 +1", await _console.SayAsync("counters show destination far.test"));
        Assert.Matches(@"\n   Received +1 +1 ", await _console.SayAsync("counters show destination far.test.example"));
        Assert.Equal("The counters of 2 destinations were set to zero.", await _console.SayAsync("counters clear destination"));
        Assert.Matches(@"\n   Received +0 +0 +0\n", await _console.SayAsync("counters show destination far.test.example"));
    });

    // Facts: lotus 3.2.
    [Fact]
    public void Any_counter_a_pattern_or_all_are_set_to_zero_in_the_sentences_of_the_original() => _console.Run(async () =>
    {
        await DeliverAsync();
        Assert.Equal("mta.channel.local.received.messages was set to zero.", await _console.SayAsync("set statistics mta.channel.local.received.messages"));
        Assert.Contains("MTA.Channel.local.Received.Messages = 0\n", await _console.SayAsync("show stat MTA.Channel.local.Received.Messages"));
        Assert.Contains("MTA.Channel.local.Received.Recipients = 1\n", await _console.SayAsync("show stat MTA.Channel.local.Received.Recipients"));
        Assert.StartsWith("MTA.Channel.local.* was set to zero.\n23 statistics set to zero", await _console.SayAsync("set statistics MTA.Channel.local.*"));
        Assert.Equal("MTA.Channel.local was not reset, please use complete statistic name (Facility.Statname).", await _console.RefusedAsync("set statistics MTA.Channel.local"));
        Assert.Equal("MTA.QueueTime.local.P50 cannot be reset.", await _console.RefusedAsync("set statistics MTA.QueueTime.local.P50"));
        Assert.Equal("MTA.Channel.local.Stored.Messages cannot be reset.", await _console.RefusedAsync("set statistics MTA.Channel.local.Stored.Messages"));
        Assert.Equal("MTA.Rate.* cannot be reset.", await _console.RefusedAsync("set statistics MTA.Rate.*"));
        Assert.Equal("MTA.Nothing.* not found in server statistics table", await _console.RefusedAsync("set statistics MTA.Nothing.*"));
        Assert.Contains("MTA.Submitted = 1\n", await _console.SayAsync("show stat MTA.Submitted"));
        Assert.Matches(@"^All was set to zero\.\n\d+ statistics set to zero$", await _console.SayAsync("set statistics all"));
        Assert.Contains("MTA.Submitted = 0\n", await _console.SayAsync("show stat MTA.Submitted"));
    });

    // Facts: sun-cisco C6: 100 in one minute show 6000, 1200 and 400.
    [Fact]
    public void Rates_are_per_hour() => _console.Run(async () =>
    {
        await _console.Pass(TimeSpan.FromMinutes(20));
        await DeliverAsync();
        Assert.Equal(
            """
            Events per hour                   1 minute     5 minutes    15 minutes
            Receiving
              Messages Received                     60            12             4
              Recipients Received                   60            12             4
            Queue
              Soft Bounced Events                    0             0             0
            Completion
              Completed Recipients                  60            12             4
              Hard Bounced Recipients                0             0             0
              Delivered Recipients                  60            12             4
            """.ReplaceLineEndings("\n"),
            await _console.SayAsync("rate"));
        Assert.Contains("MTA.Rate.Delivered.15m = 4\n", await _console.SayAsync("show stat MTA.Rate.Delivered.15m"));
    });

    private async Task DeliverAsync()
    {
        _console.Files["-"] = "Hello.";
        await _console.SayAsync("send --from bob@tell.test --to ada@tell.test");
        await _console.Pass(TimeSpan.FromSeconds(20));
    }
}
