using System.Reflection;
using Tell.Documents;
using Tell.Mta.Configuration;
using Tell.Mta.Statistics;
using Tell.Smtp;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Mta;

public sealed class StatisticsTests
{
    [Fact]
    public void Every_statistic_that_is_printed_is_documented()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "bob@one.test");
            await world.Until(() => peer.Mail.Count == 1, "it is delivered");
            var printed = await node.Operations.Statistics.ShowAsync("MTA", CancellationToken.None);
            Assert.All(printed, statistic => Assert.Matches("^MTA\\.[A-Za-z.0-9]+$", statistic.Name));
            Assert.All(printed, statistic => Assert.True(Documented(statistic.Name), statistic.Name));
            await node.Mta.DisposeAsync();
        });

        static bool Documented(string name) =>
            StatisticsCatalogue.Counters.ContainsKey(name) || StatisticsCatalogue.Gauges.ContainsKey(name)
            || WorkQueues.All.Any(queue => StatisticsCatalogue.Gauges.ContainsKey(name.Replace($"MTA.{queue.Title()}.", "MTA.QUEUE.", StringComparison.Ordinal)))
            || Channels.All.Any(channel => StatisticsCatalogue.Gauges.ContainsKey(name.Replace($".{channel}.", ".CHANNEL.", StringComparison.Ordinal)))
            || Channels.All.Any(channel => name.StartsWith($"MTA.Channel.{channel}.", StringComparison.Ordinal) && StatisticsCatalogue.Accounts.ContainsKey(name[$"MTA.Channel.{channel}.".Length..]))
            || name.StartsWith("MTA.Rate.", StringComparison.Ordinal) && StatisticsCatalogue.Gauges.ContainsKey(name[..(name.LastIndexOf('.') + 1)] + "1m");
    }

    [Fact]
    public void Every_counter_has_a_name_in_the_catalogue()
    {
        var names = typeof(Stat).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(names.Order(StringComparer.OrdinalIgnoreCase), StatisticsCatalogue.Counters.Keys);
    }

    [Fact]
    public void They_add_up_survive_a_crash_and_are_reset_by_name_only()
    {
        var world = new World();
        var peer = world.Peer();
        peer.OnRecipient = mailbox => mailbox.LocalPart == "nobody" ? Reply.Of(550, "5.1.1", "No such user") : null;
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { RelayFailures = RelayFailures.Dead, RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            for (var i = 0; i < 5; i++)
                await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", $"a{i}@one.test,b{i}@one.test", "\r\n");
            await SmtpTalk.SendAsync(world, node, "ada@elsewhere.test", "nobody@one.test", "\r\n");
            await world.Until(() => node.In(WorkQueue.Outbound) is [{ State: DocumentState.Dead }], "only the dead one is left");
            await node.CrashAsync();
            await node.LoadAsync();
            Assert.Equal((6, 11), (node.Stat(Stat.Received), node.Stat(Stat.ReceivedRecipients)));
            Assert.Equal((5, 10, 1), (node.Stat(Stat.Delivered), node.Stat(Stat.DeliveredRecipients), node.Stat(Stat.FailedRecipients)));
            Assert.Equal((6, 1), (node.Stat(Stat.Attempts), node.Stat(Stat.Dead)));
            Assert.Equal(1, node.Stat("MTA.SMTPOBWQ.Dead"));

            Assert.Equal([Stat.Delivered], await node.Operations.Statistics.ResetAsync("mta.delivered", CancellationToken.None));
            Assert.Empty(await node.Operations.Statistics.ResetAsync("MTA.NoSuchThing", CancellationToken.None));
            Assert.Empty(await node.Operations.Statistics.ResetAsync("MTA.Sessions.Inbound", CancellationToken.None));
            Assert.Equal((0, 10), (node.Stat(Stat.Delivered), node.Stat(Stat.DeliveredRecipients)));
            await node.Mta.DisposeAsync();
        });
    }
}
