using System.Collections.Immutable;
using System.Net;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Mta.Routing;
using Tell.Tests.LocalDelivery;
using Tell.Tests.Mta;
using static Tell.Tests.Reports.ReportOffice;

namespace Tell.Tests.Reports;

/// <summary>One address that mail comes to over several ways: each way has its own end, and is told of by the name that the sender wrote to.</summary>
public sealed class WaysTests
{
    // RFC 3461 5.2.7.2: who sends mail on to one passes on what the sender wants to know, with the original recipient. Of the copy that another MTA relayed to a host
    // without DSN that one tells; of its own two transmissions the own one tells the way.
    [Fact]
    public void Reached_directly_and_over_one_who_sends_it_on_elsewhere_there_are_two_copies_and_each_is_told_of_by_its_name()
    {
        var world = new World();
        var peer = new Peer(world, new IPEndPoint(IPAddress.Parse("192.0.2.200"), 25)) { Dsn = false };
        var (home, other) = (Node("home.test"), Node("other.test"));
        home.Source.Settings = Routed(home, ("other.test", other.Address));
        other.Source.Settings = Routed(other, ("home.test", home.Address));
        world.Run(async () =>
        {
            await peer.UpAsync();
            await PersonAsync(home, "ada@home.test");
            await PersonAsync(other, "fwd@other.test", Item.OfText(Persons.ForwardingAddress, "x@far.test"));
            await home.CrashAsync();
            await other.CrashAsync();
            await home.LoadAsync();
            await other.LoadAsync();
            await home.Operations.SubmitAsync(new MemoDraft
            {
                From = Mailbox.Parse("ada@home.test"),
                SendTo = [Mailbox.Parse("fwd@other.test"), Mailbox.Parse("x@far.test")],
                Subject = Line.From("Test"),
                Body = "Hello.\n",
                DeliveryReport = DeliveryReport.Trace,
            }, CancellationToken.None);
            await world.Pass(TimeSpan.FromMinutes(10));
            Assert.Equal(2, peer.Mail.Count);
            Assert.All(peer.Mail, mail => Assert.Equal("x@far.test", mail.Envelope.Recipients.Single().Address.ToString()));

            var told = home.MailFile("ada").Select(document => (document.Form, Text: home.Read("ada", document))).ToLookup(one => one.Form, one => one.Text);
            Assert.Equal(["fwd@other.test relayed", "x@far.test relayed"], told[Forms.TraceReport].SelectMany(Said).Order());
            Assert.All(told[Forms.TraceReport], trace => Assert.DoesNotContain("Original-Recipient", trace, StringComparison.Ordinal));
            var others = Assert.Single(home.MailFile("ada"), document => document.Form != Forms.TraceReport);
            var text = home.Read("ada", others);
            Assert.Contains("Reporting-MTA: dns; mta.other.test", text, StringComparison.Ordinal);
            Assert.Contains("Original-Recipient: rfc822; fwd@other.test", text.Replace("rfc822;fwd", "rfc822; fwd", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Equal(["x@far.test relayed"], Said(text));
            await home.Mta.DisposeAsync();
            await other.Mta.DisposeAsync();
        });

        Node Node(string domain) => world.Node($"mta.{domain}", settings => settings with { LocalDomains = [Domain.Parse(domain)], RelayClients = [IPNetwork.Parse("0.0.0.0/0")], RelayHost = peer.Host });

        static MtaSettings Routed(Node node, (string Domain, IPAddress Host) route) => node.Source.Settings with
        {
            Routes = ImmutableDictionary<Domain, FixedHop>.Empty.Add(Domain.Parse(route.Domain), FixedHop.FromHostPort(new HostPort(route.Host.ToString(), 25))),
        };

        static async Task PersonAsync(Node node, string address, params Item[] items)
        {
            var names = await node.OpenAsync("names");
            await names.PutAsync([new Document { Id = names.NewId(), Form = Forms.Person, Items = [Item.OfText(Persons.ShortName, address[..address.IndexOf('@')]), Item.OfText(Persons.InternetAddress, address), .. items] }], CancellationToken.None);
        }
    }

    // The part that somebody who sends mail on keeps is its own: whatever becomes of it, whom it sends to has had the mail, and gets it no second time.
    [Theory]
    [InlineData("deleted", 0, 0)]
    [InlineData("edited", 0, 1)]
    [InlineData("released", 1, 0)]
    [InlineData("returned", 0, 0)]
    public void What_becomes_of_the_part_that_is_kept_is_nothing_to_whom_it_was_sent_on(string act, int kept, int newcomer)
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.PersonAsync("bob");
            await town.PersonAsync("fwd", forward: "bob@home.test", keep: true);
            town.Node.Stores.BeforeFile = verb => verb == "put mail/fwd" ? new StoreException(StoreFault.InUse, "Not now.") : null;
            await town.SendAsync("fwd@home.test");
            await town.World.Until(() => town.Node.In(WorkQueue.MailBox) is [{ State: DocumentState.Failure }], "the part that is kept waits");
            Assert.Single(town.Node.MailFile("bob"));
            var part = town.Node.In(WorkQueue.MailBox)[0].Id;
            Assert.Equal("fwd@home.test", town.Node.Get(part)!.Envelope!.Recipients.Single().Address.ToString());

            var desk = town.Node.Operations.Queues;
            Assert.Equal(1, (await desk.HoldAsync(QueueSelection.Of(part), "ann", "Let me see", CancellationToken.None)).Done);
            town.Node.Stores.BeforeFile = _ => null;
            if (act == "edited")
                Assert.Null(await desk.EditAsync(part, new EnvelopeEdit { Replaced = [(Mailbox.Parse("fwd@home.test"), Mailbox.Parse("ada@home.test"))] }, "ann", CancellationToken.None));
            var done = act switch
            {
                "deleted" => await desk.DeleteAsync(QueueSelection.Of(part), "ann", CancellationToken.None),
                "returned" => await desk.ReturnAsync(QueueSelection.Of(part), "ann", "Not wanted", CancellationToken.None),
                _ => await desk.ReleaseAsync(QueueSelection.Of(part), "ann", CancellationToken.None),
            };
            Assert.Equal(1, done.Done);
            await town.SettledAsync();
            Assert.Empty(town.Node.View(new QueueView()));
            Assert.Equal((kept, newcomer, 1), (town.Node.MailFile("fwd").Count, town.Node.MailFile("ada").Count, town.Node.MailFile("bob").Count));
            Assert.Equal(act == "returned" ? ["fwd@home.test failed"] : Array.Empty<string>(), town.Reports.SelectMany(Said));
        });
    }
}
