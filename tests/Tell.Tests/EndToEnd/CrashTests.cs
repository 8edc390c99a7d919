using Tell.Tests.Tools;
using Xunit.Abstractions;

namespace Tell.Tests.EndToEnd;

/// <summary>
/// DESIGN 5.1 and 5.2 on the real program: killed with SIGKILL twenty times under load, at moments that a seed chooses, it loses nothing that it
/// acknowledged, sends twice only what it was just sending, and takes in once what a client sends again because it did not hear the reply.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int ConnectionsPerDestination = 20;

    // Another seed, another story: TELL_SEED=7 dotnet test ... --filter CrashTests
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("TELL_SEED"), out var seed) ? seed : 20;
    private readonly Random _random = new(Seed);
    private readonly List<Cut> _kills = [];
    private int _killsInData;
    private int _killsWithBacklog;
    private int _killsWhileSending;

    [ProcessFact]
    public async Task Twenty_kills_under_load_lose_nothing()
    {
        await using var sink = RecordingSink.Listening();
        sink.KeepsContent = false;
        sink.Delay = TimeSpan.FromMilliseconds(2);
        await using var tell = new TellProcess(
            ("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"), ("SMTPMTA_ConnectionsPerDestination", $"{ConnectionsPerDestination}"));
        await using var load = new LoadGenerator(tell.Port, clients: 8, largeEvery: 50, repeats: true);

        for (var round = 0; round < Kills; round++)
        {
            tell.Launch();
            await RunUntilTheKillAsync(round, tell, sink, load);
            var housekeeping = round is 8 or 15 ? tell.SayAsync("smtpmta", "housekeeping") : Task.FromResult(new Answer(0, "", ""));
            await Patience.PauseAsync(TimeSpan.FromMilliseconds(_random.Next(0, 400)), CancellationToken.None);
            await KillAsync(tell, sink, load);
            await housekeeping;
            sink.Up();
        }
        await tell.StartAsync();
        await load.StopAsync();
        (await tell.SayAsync("delivernow")).Succeeded();

        DeliveryLedger Ledger() => new(load.Acknowledged, sink.Mail, _kills, sink.Downs);
        await Patience.UntilAsync("every acknowledged message at the sink", TimeSpan.FromSeconds(45), () => Ledger().Lost.Count == 0,
            () => $"{Ledger().Summary}, among them {string.Join(' ', Ledger().Lost.Take(5))}\n{tell.Process.Evidence}");
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        var statistics = await tell.StatisticsAsync();
        Assert.Equal(0, statistics["MTA.Dead"]);
        Assert.Equal(0, await tell.StopAsync());
        Report(Ledger(), load, statistics["MTA.Duplicates"]);
    }

    // Round by round: mostly a kill in full flow; every third with the next hop down, so that mail waits; every fifth before Tell is ready;
    // two while housekeeping runs.
    private async Task RunUntilTheKillAsync(int round, TellProcess tell, RecordingSink sink, LoadGenerator load)
    {
        if (round % 5 == 4)
        {
            await Patience.PauseAsync(TimeSpan.FromMilliseconds(_random.Next(20, 500)), CancellationToken.None);
            return;
        }
        await tell.ReadyAsync();
        var before = load.Acknowledged.Count;
        var enough = _random.Next(20, 300);
        await Patience.UntilAsync("mail accepted after the start", Patience.ForMail, () => load.Acknowledged.Count > before + enough,
            () => $"{load.Acknowledged.Count - before} accepted, {load.Refused} refused\n{tell.Process.Evidence}");
        if (round % 3 == 1)
        {
            await sink.DownAsync();
        }
    }

    private async Task KillAsync(TellProcess tell, RecordingSink sink, LoadGenerator load)
    {
        Assert.False(tell.Process.HasExited, $"It ended by itself.\n{tell.Process.Evidence}");
        _killsInData += load.InData > 0 ? 1 : 0;
        _killsWhileSending += sink.InData > 0 ? 1 : 0;
        _killsWithBacklog += new DeliveryLedger(load.Acknowledged, sink.Mail, [], []).Lost.Count > 0 ? 1 : 0;
        var start = TimeProvider.System.GetTimestamp();
        await tell.KillAsync();
        await Patience.UntilAsync("the sink has read what was on the wire", Patience.ForAProgram, () => sink.InData == 0);
        _kills.Add(new Cut(start, TimeProvider.System.GetTimestamp()));
    }

    private void Report(DeliveryLedger ledger, LoadGenerator load, long recognised)
    {
        Figures.Show(output, $"crash: {ledger.Summary} (seed {Seed}, {Kills} kills: {_killsInData} with sessions in DATA, {_killsWhileSending} while sending, "
            + $"{_killsWithBacklog} with mail in the queues; {ledger.DuplicatesOfKills} duplicates of kills, the others of the sink's cuts; of {load.Repeated} messages that clients sent again {recognised} were there already; first copies accepted at most {ledger.Window.TotalMilliseconds:0} ms before a kill)");
        Assert.Empty(ledger.Lost);
        Assert.Empty(ledger.Changed);
        Assert.Empty(ledger.Unexplained);
        // RFC 1047: what a client repeats is recognised, whether a kill or its own hanging up kept the reply from it.
        Assert.Equal(0, ledger.DuplicatesOfClients);
        Assert.InRange(recognised, 1, load.Repeated);
        // Each connection has one message in its window when the kill comes.
        Assert.True(ledger.DuplicatesOfKills <= Kills * ConnectionsPerDestination, $"{ledger.DuplicatesOfKills} duplicates for {Kills} kills");
        Assert.True(_killsInData >= Kills / 4, $"Only {_killsInData} kills met a session in DATA");
        Assert.True(_killsWithBacklog >= Kills / 4, $"Only {_killsWithBacklog} kills met mail in the queues");
        Assert.True(ledger.Window < TimeSpan.FromSeconds(2), $"A 250 of the next hop was not settled for {ledger.Window}");
    }
}
