using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Controller;
using Tell.Mta.Operations;

namespace Tell.Tests.Mta;

/// <summary>SMTPMTA omsgcnv: what becomes of a parent in SMTP.BOX.</summary>
public sealed class OutboundConversionTests
{
    private static Document Parent(string[] recipients, params Item[] items) => new()
    {
        Id = default,
        Form = Forms.Memo,
        Queue = WorkQueue.SmtpBox,
        Items = [Item.OfText("From", "ada@home.test"), Item.OfText("Subject", "Engines"), .. items],
        Envelope = new Envelope { Sender = Mailbox.Parse("ada@home.test"), Recipients = [.. recipients.Select(recipient => new Recipient(Mailbox.Parse(recipient)))] },
    };

    private static void Run(string names, Func<World, Node, Task> story)
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")], RelayHost = new HostPort("192.0.2.250", 25) });
        world.Run(async () =>
        {
            await node.LoadAsync();
            Assert.Empty((await node.Operations.Names.ImportAsync(names, CancellationToken.None)).Problems);
            await story(world, node);
            await node.Mta.DisposeAsync();
        });
    }

    private static async Task<IReadOnlyList<Document>> ChildrenAsync(World world, Node node, Unid parent, int count)
    {
        await world.Until(() => node.View(new QueueView { Queue = WorkQueue.Outbound }).Count(child => child.Parent == parent) == count, $"there are {count} children");
        Assert.Equal(count, node.Get(parent)!.Children);
        return [.. node.In(WorkQueue.Outbound).Where(child => child.Parent == parent)];
    }

    [Fact]
    public void There_is_a_child_for_each_destination_and_one_for_each_blind_name() => Run("[]", async (world, node) =>
    {
        var parent = await node.PutAsync(Parent(
            ["a@one.test", "b@one.test", "c@two.test", "eve@one.test"], Item.OfText("SendTo", "a@one.test", "b@one.test", "c@two.test"), Item.OfText("BlindCopyTo", "Eve <EVE@one.test>")));
        var children = await ChildrenAsync(world, node, parent, 3);
        Assert.Equal(["one.test", "one.test", "two.test"], children.Select(child => child.Destination).Order());
        var blind = Assert.Single(children, child => child.Envelope!.Recipients is [{ Address.LocalPart: "eve" }]);
        Assert.Contains("\r\nbcc: eve@one.test\r\n", await node.ReadAsync(blind), StringComparison.Ordinal);
        foreach (var open in children.Where(child => child != blind))
            Assert.DoesNotContain("eve", await node.ReadAsync(open), StringComparison.OrdinalIgnoreCase);
    });

    [Theory]
    [InlineData("N", Notify.Never)]
    [InlineData("b", Notify.Failure)]
    [InlineData("C", Notify.Success | Notify.Failure)]
    [InlineData("t", Notify.Success | Notify.Failure | Notify.Delay)]
    [InlineData("?", Notify.Unspecified)]
    public void What_the_author_wants_to_be_told_is_in_the_envelope(string report, Notify notify) => Run("[]", async (world, node) =>
    {
        var document = Parent(["a@one.test", "b@one.test"], Item.OfText("SendTo", "a@one.test"), Item.OfText("DeliveryReport", report));
        var asked = document.Envelope!.Recipients[1] with { Notify = Notify.Delay };
        var parent = await node.PutAsync(document with { Envelope = document.Envelope with { Recipients = [document.Envelope.Recipients[0], asked] } });
        var child = Assert.Single(await ChildrenAsync(world, node, parent, 1));
        Assert.Equal([notify, Notify.Delay], child.Envelope!.Recipients.Select(recipient => recipient.Notify));
    });

    [Fact]
    public void A_name_in_an_item_becomes_the_address_of_the_person() => Run(
        """[{"form":"Person","fullName":["Grace Hopper"],"shortName":["grace"],"internetAddress":"grace@away.test"}]""",
        async (world, node) =>
        {
            var parent = await node.PutAsync(Parent(["a@one.test"], Item.OfText("SendTo", "Grace Hopper", "a@one.test")));
            var child = Assert.Single(await ChildrenAsync(world, node, parent, 1));
            Assert.Contains("\r\nTo: Grace Hopper <grace@away.test>, a@one.test\r\n", await node.ReadAsync(child), StringComparison.Ordinal);
        });

    [Fact]
    public void A_memo_without_an_author_stops_itself_and_not_its_queue() => Run("[]", async (world, node) =>
    {
        var document = Parent(["a@one.test"], Item.OfText("SendTo", "a@one.test"));
        var bad = await node.PutAsync(document with { Items = [], Envelope = document.Envelope! with { Sender = null } });
        var good = await node.PutAsync(document);
        await ChildrenAsync(world, node, good, 1);
        await world.Until(() => node.Get(bad) is { State: DocumentState.Dead }, "it is dead", TimeSpan.FromHours(3));
        Assert.Contains("no author", node.Get(bad)!.Reason, StringComparison.Ordinal);
    });
}
