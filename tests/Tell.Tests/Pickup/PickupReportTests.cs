using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;

namespace Tell.Tests.Pickup;

/// <summary>What the author of a Memo in the pickup folder is told of its delivery ("deliveryReport"; facts: lotus 7.3).</summary>
public sealed class PickupReportTests
{
    private const string Folder = "/nowhere/pickup";

    [Fact]
    public void Trace_tells_the_way_to_each_recipient_here_and_away() => Story(async (world, node, peer) =>
    {
        await PutAsync(world, node, """{"from": "ada@tell.test", "to": ["ben@tell.test", "carl@example.org"], "deliveryReport": "trace", "body": "hi"}""");
        await world.Until(() => peer.Mail.Count == 1 && node.MailFile("ada").Count > 0, "the way is told");
        await world.Pass(TimeSpan.FromMinutes(5));
        var trace = Assert.Single(node.MailFile("ada"));
        Assert.Equal(Forms.TraceReport, trace.Form);
        Assert.Equal(["ben@tell.test", "carl@example.org"], trace[ItemNames.IntendedRecipient]!.Texts.Order());
        Assert.Contains(peer.Host.Host, trace[ItemNames.RouteServers]!.Texts);
        Assert.Equal(trace[ItemNames.RouteServers]!.Texts.Length, trace[ItemNames.RouteTimes]!.Times.Length);
        Assert.Equal((1, 0), (node.Stat(Stat.TraceReports), node.Stat(Stat.DeliveryReports)));
        Assert.Equal(Notify.Success | Notify.Failure | Notify.Delay, Assert.Single(peer.Mail).Envelope.Recipients.Single().Notify);
    });

    [Theory]
    [InlineData("", 0)]
    [InlineData("\"deliveryReport\": \"none\",", 0)]
    [InlineData("\"deliveryReport\": \"basic\",", 0)]
    [InlineData("\"deliveryReport\": \"confirm\",", 1)]
    public void Less_is_told_where_less_is_asked_for(string field, int told) => Story(async (world, node, _) =>
    {
        await PutAsync(world, node, $$"""{"from": "ada@tell.test", "to": ["ben@tell.test"], {{field}} "body": "hi"}""");
        await world.Until(() => node.MailFile("ben").Count == 1, "ben has it");
        await world.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(Enumerable.Repeat(Forms.DeliveryReport, told), node.MailFile("ada").Select(document => document.Form));
        Assert.Equal((0, told), (node.Stat(Stat.TraceReports), node.Stat(Stat.DeliveryReports)));
    });

    private static Task PutAsync(World world, Node node, string memo)
    {
        node.Files.Put($"{Folder}/a.json", memo, world.Time.GetUtcNow().AddHours(-1));
        return world.Pass(TimeSpan.FromMinutes(1));
    }

    private static void Story(Func<World, Node, Peer, Task> story)
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = world.Peer();
            await peer.UpAsync();
            var node = world.Node("mx.tell.test", settings => settings with { LocalDomains = [Domain.Parse("tell.test")], RelayHost = peer.Host, PickupDirectory = "pickup" });
            await node.LoadAsync();
            await story(world, node, peer);
            await node.Mta.DisposeAsync();
        });
    }
}
