using System.Net;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Configuration;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Mta;

/// <summary>When mail leaves, and under which name and address.</summary>
public sealed class DepartureTests
{
    // The clock of a world starts on a Monday at noon, and its local time is UTC.
    private static readonly DailyWindow Night = new(new TimeOnly(0, 0), new TimeOnly(6, 0));

    [Fact]
    public void Mail_of_low_priority_waits_for_its_hours_and_other_mail_does_not()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LowPriorityHours = Night });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await SendAsync(node, "low@one.test", "L");
            await SendAsync(node, "normal@one.test", "N");
            await world.Pass(TimeSpan.FromHours(11));
            Assert.Equal("normal", Assert.Single(peer.Mail).Envelope.Recipients[0].Address.LocalPart);
            await world.Until(() => peer.Mail.Count == 2, "it leaves at midnight", TimeSpan.FromMinutes(61));
            Assert.InRange(world.Time.GetUtcNow().TimeOfDay, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Mail_of_low_priority_that_missed_its_hours_waits_for_the_next()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LowPriorityHours = Night });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await SendAsync(node, "low@one.test", "L");
            await world.Pass(TimeSpan.FromHours(18));
            await peer.UpAsync();
            await SendAsync(node, "normal@one.test", "N");
            await world.Until(() => peer.Mail.Count == 1, "the host is up again", TimeSpan.FromHours(5));
            await world.Pass(TimeSpan.FromHours(10));
            Assert.Equal("normal", Assert.Single(peer.Mail).Envelope.Recipients[0].Address.LocalPart);
            await world.Until(() => peer.Mail.Count == 2, "it leaves in the next night", TimeSpan.FromHours(12));
            Assert.InRange(world.Time.GetUtcNow().TimeOfDay, TimeSpan.Zero, TimeSpan.FromHours(6));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void An_operator_sends_mail_of_low_priority_at_any_time()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { LowPriorityHours = Night });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await SendAsync(node, "low@one.test", "L");
            await world.Pass(TimeSpan.FromMinutes(5));
            Assert.Empty(peer.Mail);
            await node.Operations.DeliverNowAsync("one.test", CancellationToken.None);
            await world.Until(() => peer.Mail.Count == 1, "it is there", TimeSpan.FromSeconds(5));
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Mail_of_high_priority_goes_before_the_rest_of_a_backlog()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { ConnectionsPerDestination = 1 });
        world.Run(async () =>
        {
            await node.LoadAsync();
            for (var i = 0; i < 100; i++)
                await SendAsync(node, $"r{i}@one.test", "N");
            await SendAsync(node, "urgent@one.test", "H");
            await world.Until(() => node.In(WorkQueue.Outbound).Count == 101, "they wait");
            await peer.UpAsync();
            await world.Until(() => peer.Mail.Count == 101, "all are there", TimeSpan.FromMinutes(10));
            Assert.InRange(peer.Mail.FindIndex(mail => mail.Envelope.Recipients[0].Address.LocalPart == "urgent"), 0, 2);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Sessions_come_from_the_source_address_of_the_family_of_the_host()
    {
        var world = new World();
        var peer = world.Peer();
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer)) with { SourceAddresses = [IPAddress.Parse("2001:db8::7"), IPAddress.Parse("192.0.2.77")] });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            await node.SendAsync("ada@elsewhere.test", "bob@one.test");
            await world.Until(() => peer.Mail.Count == 1, "it is there");
            Assert.Equal([IPAddress.Parse("192.0.2.77")], peer.Clients);
            await node.Mta.DisposeAsync();
        });
    }

    private static Task<Unid> SendAsync(Node node, string to, string priority) => node.PutAsync(new Document
    {
        Id = default,
        Form = Forms.Memo,
        Queue = WorkQueue.SmtpBox,
        Envelope = new Envelope { Sender = Mailbox.Parse("ada@elsewhere.test"), Recipients = [new Recipient(Mailbox.Parse(to))] },
        Items = [Item.OfText(ItemNames.SendTo, to), Item.OfText(ItemNames.Subject, "Test"), Item.OfText(ItemNames.DeliveryPriority, priority)],
    });
}
