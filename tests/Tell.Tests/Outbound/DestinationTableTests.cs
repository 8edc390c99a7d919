using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Outbound;
using Tell.Mta.Routing;
using Tell.Tests.Mta;

namespace Tell.Tests.Outbound;

public sealed class DestinationTableTests
{
    private const int Rounds = 200_000;

    // Each of the two holds a lock of its own and asks the other for its: in the wrong order they wait for each other for ever.
    [Fact(Timeout = 60_000)]
    public async Task Destinations_finish_their_steps_while_the_table_looks_for_idle_ones()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { Routes = ImmutableDictionary<Domain, FixedHop>.Empty.Add(Domain.Parse("one.test"), new HostPort("192.0.2.99", 25)) });
        var context = node.Mta.Context;
        var table = new DestinationTable(
            new OutboundServices(context, new HostFinder(context), new HostMemory(world.Time), new SessionSlots(() => 10), new SessionSlots(() => 10), NullLogger.Instance), () => { });
        table.Notice("one.test", world.Time.GetUtcNow().AddHours(1));
        var destination = Assert.Single(table.All);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stepping = new Thread(() =>
        {
            for (var i = 0; i < Rounds; i++)
                destination.Begin(CancellationToken.None, CancellationToken.None);
            done.SetResult();
        })
        { IsBackground = true };
        stepping.Start();
        var retiring = new Thread(() =>
        {
            while (!done.Task.IsCompleted)
                table.Retire(DateTimeOffset.MinValue);
        })
        { IsBackground = true };
        retiring.Start();
        await done.Task;
        await table.EndAsync(CancellationToken.None);
    }
}
