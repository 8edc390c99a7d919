using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;

namespace Tell.Tests.Inbound;

/// <summary>More mail than can be kept (facts: cisco C9): slower first, then not now, and back, as clients and the operator see it.</summary>
public sealed class OverloadStories
{
    private const long Mega = 1 << 20;

    [Fact]
    public void Short_space_slows_each_message_by_its_measure_then_refuses_and_one_alert_says_so_at_either_end() => Tell(settings => settings, async (world, node) =>
    {
        await using var client = await RawClient.HelloAsync(world, node);
        Space(node, 1000);
        Assert.Equal(TimeSpan.Zero, await MailAsync(world, client));
        Assert.Equal((0, "normal"), (node.Stat("MTA.Overload"), node.Operations.ShowServer().Intake));

        Space(node, 200);
        await world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(2.5), await MailAsync(world, client));
        Assert.Equal((1, "slowed (free space 200 MB, refused below 100 MB)"), (node.Stat("MTA.Overload"), node.Operations.ShowServer().Intake));
        Assert.Equal(["overload: mail is slowed from now on: free space 200 MB, refused below 100 MB"], node.Warnings.Lines);

        Space(node, 99);
        await world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal("452 4.3.1 Insufficient system storage; try again later", await client.SayAsync("MAIL FROM:<a@b.test>"));
        Assert.Equal(2, node.Stat("MTA.Overload"));
        Assert.StartsWith("refused (", node.Operations.ShowServer().Intake);
        Assert.Contains("intake refused", node.Operations.ShowTasks().Single(task => task.Task == "SMTPMTA isesctl").Description);

        // Just above the mark it still refuses.
        Space(node, 120);
        await world.Pass(TimeSpan.FromSeconds(5));
        Assert.StartsWith("452", await client.SayAsync("MAIL FROM:<a@b.test>"));

        // Nobody sends, and the end is noticed all the same.
        Space(node, 1000);
        await world.Pass(TimeSpan.FromSeconds(6));
        Assert.Equal((0, "normal"), (node.Stat("MTA.Overload"), node.Operations.ShowServer().Intake));
        Assert.Equal("overload is over; at its worst: free space 99 MB, refused below 100 MB", node.Warnings.Lines[^1]);
        Assert.Equal(2, node.Warnings.Lines.Count);
        Assert.Equal(TimeSpan.Zero, await MailAsync(world, client));
        Assert.Equal((1, 1, 2), (node.Stat(Stat.Overloads), node.Stat(Stat.OverloadDelayed), node.Stat(Stat.OverloadRefused)));
    });

    [Fact]
    public void A_message_that_would_not_fit_the_disk_is_refused_by_its_size_alone() => Tell(settings => settings, async (world, node) =>
    {
        Space(node, 400);
        await using var client = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<a@b.test> SIZE=1000"));
        Assert.StartsWith("250", await client.SayAsync("RSET"));
        Assert.Equal("452 4.3.1 Insufficient system storage; try again later", await client.SayAsync($"MAIL FROM:<a@b.test> SIZE={310 * Mega}"));
        Assert.StartsWith("250", await client.SayAsync($"MAIL FROM:<a@b.test> SIZE={290 * Mega}"));
    });

    [Fact]
    public void A_long_queue_refuses_until_it_has_drained_well_below_the_mark() => Tell(settings => settings with { MaxQueued = 10, RelayHost = new HostPort("203.0.113.1", 25) }, async (world, node) =>
    {
        await using var client = await RawClient.HelloAsync(world, node);
        for (var i = 0; i < 10; i++)
            await node.SendAsync("ada@home.test", $"r{i}@elsewhere.test");
        await world.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal("452 4.3.1 Too much mail is waiting here; try again later", await client.SayAsync("MAIL FROM:<a@b.test>"));
    });

    [Fact]
    public void Slow_commits_slow_intake_and_a_store_that_recovers_is_tried_again() => Tell(settings => settings, async (world, node) =>
    {
        await using var client = await RawClient.HelloAsync(world, node);
        await using var other = await RawClient.HelloAsync(world, node);
        node.Stores.Putting = () => world.Pass(TimeSpan.FromSeconds(30));
        var stuck = client.MailAsync("a@b.test", "ada@home.test");
        await world.Pass(TimeSpan.FromSeconds(15));
        Assert.Equal("451 4.3.2 Overloaded; try again later", await other.SayAsync("MAIL FROM:<a@b.test>"));
        // What was slow was kept all the same: 250 came when it was on the disk, and not a moment before or after.
        Assert.StartsWith("250", await stuck);
        node.Stores.Putting = () => Task.CompletedTask;
        await world.Until(() => node.Operations.ShowServer().Intake == "normal", "it is over", TimeSpan.FromMinutes(2));
        Assert.StartsWith("250", await other.MailAsync("a@b.test", "ada@home.test"));
    });

    [Fact]
    public void A_message_that_waits_at_MAIL_is_let_go_when_the_MTA_stops() => Tell(settings => settings, async (world, node) =>
    {
        await using var client = await RawClient.HelloAsync(world, node);
        Space(node, 110);
        var waiting = client.SayAsync("MAIL FROM:<a@b.test>");
        await world.Pass(TimeSpan.FromSeconds(1));
        var before = world.Time.Elapsed;
        await node.Operations.StopAsync(TaskSelection.InboundTransport, CancellationToken.None);
        Assert.StartsWith("421", await waiting);
        Assert.InRange(world.Time.Elapsed - before, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    });

    private static void Space(Node node, long megabytes) => node.Space = new StoreSpace(megabytes * Mega, 100_000 * Mega);

    // How long MAIL took; the rest of a message takes no time.
    private static async Task<TimeSpan> MailAsync(World world, RawClient client)
    {
        var before = world.Time.Elapsed;
        Assert.StartsWith("250", await client.MailAsync("a@b.test", "ada@home.test"));
        return world.Time.Elapsed - before;
    }

    private static void Tell(Func<MtaSettings, MtaSettings> change, Func<World, Node, Task> story)
    {
        var world = new World();
        var node = world.Node("mta.test", settings => change(settings with { LocalDomains = [Domain.Parse("home.test")], MaxMessageSize = 1000 * Mega }));
        world.Run(async () =>
        {
            await node.LoadAsync();
            await story(world, node);
            await node.Mta.DisposeAsync();
        });
    }
}
