using System.Collections.Immutable;
using System.Net;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Outbound;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;

namespace Tell.Tests.Mta;

/// <summary>Mail to real mailboxes by LMTP, in a whole MTA on a virtual clock: by domain and by lane, over the network and over a socket.</summary>
public sealed class LmtpStoryTests
{
    private const string Socket = "/run/dovecot/lmtp";

    private readonly World _world = new();
    private readonly LmtpPeer _store;
    private readonly Node _node;
    private MtaSettings _settings = null!;

    public LmtpStoryTests()
    {
        _node = _world.Node("mta.test", settings => _settings = settings with
        {
            RelayFailures = RelayFailures.Dead,
            RelayClients = [IPNetwork.Parse("192.0.2.0/24")],
            RetryIntervals = [TimeSpan.FromMinutes(5)],
            Routes = settings.Routes.Add(Domain.Parse("boxes.test"), Hop($"lmtp:{Socket}")),
        });
        _store = new LmtpPeer(_world, _node.Address);
    }

    [Fact]
    public void Recipients_of_one_message_are_filed_wait_and_fail_each_on_its_own()
    {
        var full = true;
        _store.OnRecipient = recipient => recipient.StartsWith("nobody", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null;
        _store.OnMessage = recipient => recipient switch
        {
            "late@boxes.test" when full => "452 4.2.2 mailbox is full",
            "never@boxes.test" => "552 5.2.2 mailbox is full for good",
            _ => null,
        };
        Tell(async () =>
        {
            await RelayAsync("one@boxes.test,nobody@boxes.test,late@boxes.test,never@boxes.test,two@boxes.test");
            await _world.Until(() => _store.Filed.Count == 2, "two are filed");
            await _world.Until(() => _node.View(new QueueView { State = DocumentState.Dead }).Count == 1, "what failed is dead");
            Assert.Equal(["one@boxes.test", "two@boxes.test"], _store.Filed.Select(filed => filed.Recipient));
            var dead = _node.View(new QueueView { State = DocumentState.Dead })[0];
            Assert.Equal(
                [("nobody@boxes.test", "550 5.1.1 no such user"), ("never@boxes.test", "552 5.2.2 mailbox is full for good")],
                dead.Envelope!.Recipients.Select(recipient => (recipient.Address.ToString(), recipient.LastReply!)));
            var waiting = Assert.Single(_node.In(WorkQueue.Outbound), document => document.Due is not null);
            Assert.Equal("452 4.2.2 mailbox is full", waiting.Reason);
            Assert.Equal((4, 2, 2), Assert.Single(waiting.Envelope!.Recipients) is { LastStatus: var status } ? (status.Class, status.Subject, status.Detail) : default);
            full = false;
            await _world.Until(() => _store.Filed.Count == 3, "it was tried again", TimeSpan.FromMinutes(6));
            Assert.Equal("late@boxes.test", _store.Filed[2].Recipient);
            Assert.Equal(3, _node.Stat(Stat.DeliveredRecipients));
            Assert.All(_store.Filed, filed => Assert.EndsWith("Subject: one\r\n\r\nhello\r\n.dots\r\n", filed.Message));
            Assert.DoesNotContain("Return-Path", _store.Filed[0].Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Whoever_had_250_before_the_connection_was_lost_never_gets_the_message_again()
    {
        // Each octet of the replies to three recipients; the replies are alike in length.
        var length = "250 2.0.0 <r1@boxes.test> Saved\r\n".Length;
        for (var cut = 0; cut < 3 * length; cut++)
        {
            var story = new LmtpStoryTests();
            var first = true;
            story._store.CutAfter = () =>
            {
                var now = first ? cut : (int?)null;
                first = false;
                return now;
            };
            story.Tell(async () =>
            {
                await story.RelayAsync("r1@boxes.test,r2@boxes.test,r3@boxes.test");
                await story._world.Until(() => !first && story._node.In(WorkQueue.Outbound).Count == 0, "nothing waits");
                var filed = story._store.Filed.Select(filed => filed.Recipient).GroupBy(recipient => recipient).ToDictionary(group => group.Key, group => group.Count());
                Assert.Equal(3, filed.Count);
                // Whose reply went out whole was told so once and has one copy; only the one whose reply was cut may have two.
                Assert.Equal(["r1@boxes.test", "r2@boxes.test", "r3@boxes.test"], story._store.Told.Order());
                Assert.All(filed, one => Assert.Equal(one.Key == $"r{cut / length + 1}@boxes.test" ? 2 : 1, one.Value));
                Assert.Equal(1, story._node.Stat(Stat.InDoubt));
            });
        }
    }

    [Fact]
    public void A_server_that_goes_down_among_its_replies_is_tried_again_for_the_others_only()
    {
        var down = true;
        _store.OnMessage = recipient => down && recipient.StartsWith("r2", StringComparison.Ordinal) ? "421 4.3.2 going down" : null;
        Tell(async () =>
        {
            await RelayAsync("r1@boxes.test,r2@boxes.test,r3@boxes.test");
            await _world.Until(() => _node.In(WorkQueue.Outbound) is [{ AttemptCount: 1 }], "it was tried");
            Assert.Equal(["r2@boxes.test", "r3@boxes.test"], Recipients(_node.In(WorkQueue.Outbound)[0]));
            down = false;
            await _world.Until(() => _store.Filed.Count == 3, "all is filed");
            Assert.Equal(["r1@boxes.test", "r2@boxes.test", "r3@boxes.test"], _store.Filed.Select(filed => filed.Recipient));
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Many_messages_go_over_few_connections_and_refusals_do_not_end_them(bool chunks)
    {
        if (chunks)
            _store.Keywords = ["PIPELINING", "CHUNKING", "8BITMIME"];
        _store.OnRecipient = recipient => recipient.StartsWith("x", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null;
        Tell(async () =>
        {
            for (var i = 0; i < 40; i++)
                await RelayAsync(i % 4 == 3 ? $"x{i}@boxes.test" : $"x{i}@boxes.test,a{i}@boxes.test,b{i}@boxes.test");
            await _world.Until(() => _store.Filed.Count == 60, "all is filed");
            await _world.Until(() => _node.View(new QueueView { State = DocumentState.Dead }).Count == 40, "what failed is dead");
            Assert.Equal(60, _store.Filed.Select(filed => filed.Recipient).Distinct().Count());
            Assert.InRange(_store.Connections, 1, 20);
            Assert.Equal(chunks, _store.Commands.Contains("BDAT"));
            Assert.DoesNotContain("EHLO", _store.Commands);
            Assert.DoesNotContain("HELO", _store.Commands);
        });
    }

    [Fact]
    public void A_lane_of_its_own_and_a_domain_that_lead_to_one_server_share_its_destination() => Tell(async () =>
    {
        await _store.DownAsync();
        await RelayAsync("a@boxes.test");
        var child = Assert.Single(_node.In(WorkQueue.Outbound));
        await _node.PutAsync(child with { Destination = $"lmtp:{Socket}", Envelope = child.Envelope! with { Recipients = [new Recipient(Mailbox.Parse("ada@elsewhere.test"))] } });
        await _world.Until(() => _node.Operations.ShowDestinations() is [{ State: DestinationState.Down }], "it is down");
        await _world.Pass(TimeSpan.FromMinutes(2));
        var known = Assert.Single(_node.Operations.ShowDestinations());
        Assert.Equal($"lmtp:{Socket}", known.Name);
        var host = (await _node.Operations.ShowHostAsync($"lmtp:{Socket}", CancellationToken.None))!;
        Assert.Equal(["boxes.test", $"lmtp:{Socket}"], host.Lanes.Order(StringComparer.Ordinal));
        Assert.Equal(Socket, Assert.Single(host.Hosts).Address);
        Assert.Equal(Socket, _node.Get(child.Id)!.Attempts is [.., var last] ? last.Address : null);
        _store.UpAt(Socket);
        await _node.Operations.DeliverNowAsync($"lmtp:{Socket}", CancellationToken.None);
        await _world.Until(() => _store.Filed.Count == 2, "both are filed", TimeSpan.FromSeconds(10));
        Assert.Equal(["a@boxes.test", "ada@elsewhere.test"], _store.Filed.Select(filed => filed.Recipient).Order());
    });

    [Fact]
    public void A_server_that_is_down_is_tried_again_at_its_time_and_costs_its_mail_nothing() => Tell(async () =>
    {
        await _store.DownAsync();
        for (var i = 0; i < 5; i++)
            await RelayAsync($"a{i}@boxes.test");
        await _world.Pass(TimeSpan.FromMinutes(12));
        Assert.InRange(_node.In(WorkQueue.Outbound).Sum(document => document.AttemptCount), 1, 4);
        _store.UpAt(Socket);
        await _world.Until(() => _store.Filed.Count == 5, "all is filed", TimeSpan.FromMinutes(6));
    });

    [Fact]
    public void Limits_of_a_server_by_its_name_are_kept() => Tell(async () =>
    {
        Assert.Empty(await _node.Operations.Controls.NewAsync($"lmtp:{Socket}", [new("max_host_concurrency", "1"), new("max_messages_per_connection", "2")], CancellationToken.None));
        for (var i = 0; i < 10; i++)
            await RelayAsync($"a{i}@boxes.test");
        await _world.Until(() => _store.Filed.Count == 10, "all is filed");
        Assert.Equal(5, _store.Connections);
    });

    // The demand is about the way between hosts; a socket, and loopback, is none.
    [Fact]
    public void TLS_is_never_asked_of_what_is_on_this_machine()
    {
        _node.Source.Settings = _settings with { OutboundTls = TlsRequirement.Required };
        Tell(async () =>
        {
            await _node.Operations.RefreshAsync(CancellationToken.None);
            await RelayAsync("a@boxes.test");
            await _world.Until(() => _store.Filed.Count == 1, "it is filed");
            await PutAsync("boxes.test", new Envelope { RequireTls = true });
            await _world.Until(() => _store.Filed.Count == 2, "what wants TLS on its way is filed at its end");
        });
    }

    [Fact]
    public void Over_a_network_TLS_is_asked_as_of_any_host()
    {
        var far = new LmtpPeer(_world, IPAddress.Parse("192.0.2.150"));
        _node.Source.Settings = _settings with { OutboundTls = TlsRequirement.Required, Routes = _settings.Routes.Add(Domain.Parse("far.test"), Hop($"lmtp:{far.Host}")) };
        Tell(async () =>
        {
            await far.UpAsync();
            await _node.Operations.RefreshAsync(CancellationToken.None);
            await RelayAsync("a@far.test");
            await _world.Until(() => _node.Operations.ShowDestinations().Any(known => known.State == DestinationState.Down), "it is not sent in the clear");
            Assert.Empty(far.Filed);
            _node.Source.Settings = _node.Source.Settings with { OutboundTls = TlsRequirement.Preferred };
            await _node.Operations.RefreshAsync(CancellationToken.None);
            await _node.Operations.DeliverNowAsync($"lmtp:{far.Host}", CancellationToken.None);
            await _world.Until(() => far.Filed.Count == 1, "it is filed");
        });
    }

    [Fact]
    public void A_path_that_is_too_long_waits_for_the_operator_and_returns_no_mail()
    {
        var path = "/" + new string('x', 107);
        Tell(async () =>
        {
            await RelayAsync("a@boxes.test");
            await _world.Until(() => _store.Filed.Count == 1, "it is filed");
            var id = await PutAsync($"lmtp:{path}", new Envelope());
            await _world.Until(() => _node.Get(id) is { AttemptCount: > 0 }, "it was tried");
            Assert.Equal($"lmtp:{path}: the path is longer than that of a socket can be", _node.Get(id)!.Reason);
            Assert.Equal(4, _node.Get(id)!.Attempts[^1].Status.Class);
        });
    }

    // The one who takes the mail may well have our own name.
    [Fact]
    public void A_server_that_says_our_own_name_is_no_loop()
    {
        var node = _world.Node("store.test", settings => settings with { RelayClients = [IPNetwork.Parse("192.0.2.0/24")], Routes = settings.Routes.Add(Domain.Parse("boxes.test"), Hop($"lmtp:{Socket}")) });
        var store = new LmtpPeer(_world, node.Address);
        store.UpAt(Socket);
        _world.Run(async () =>
        {
            await node.LoadAsync();
            await SmtpTalk.SendAsync(_world, node, "s@away.test", "a@boxes.test", "Subject: one\r\n\r\n");
            await _world.Until(() => store.Filed.Count == 1, "it is filed");
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void The_way_changes_to_LMTP_while_mail_waits_for_an_exchanger_that_is_down()
    {
        _node.Source.Settings = _settings with { Routes = _settings.Routes.SetItem(Domain.Parse("boxes.test"), new HostPort("192.0.2.199", 25)) };
        Tell(async () =>
        {
            await _node.Operations.RefreshAsync(CancellationToken.None);
            await RelayAsync("a@boxes.test");
            await _world.Until(() => _node.Operations.ShowDestinations() is [{ State: DestinationState.Down }], "it is down");
            _node.Source.Settings = _settings;
            await _node.Operations.RefreshAsync(CancellationToken.None);
            await _world.Until(() => _store.Filed.Count == 1, "it is filed", TimeSpan.FromMinutes(7));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void In_a_shuffled_world_with_crashes_cuts_and_refusals_nothing_is_lost(int seed)
    {
        var world = new World(seed, shuffle: true);
        var chance = new Random(seed);
        var node = world.Node("mta.test", settings => settings with
        {
            RelayClients = [IPNetwork.Parse("192.0.2.0/24")],
            RetryIntervals = [TimeSpan.FromMinutes(1)],
            Routes = settings.Routes.Add(Domain.Parse("boxes.test"), Hop($"lmtp:{Socket}")),
        });
        var store = new LmtpPeer(world, node.Address)
        {
            Keywords = seed % 2 == 0 ? ["PIPELINING"] : ["PIPELINING", "CHUNKING"],
            OnRecipient = _ => chance.Next(6) == 0 ? "450 4.2.0 not now" : null,
            OnMessage = _ => chance.Next(6) == 0 ? "452 4.2.2 full" : null,
            CutAfter = () => chance.Next(4) == 0 ? chance.Next(120) : null,
        };
        world.Network.To(Socket).LargestPiece = 9;
        world.Run(async () =>
        {
            store.UpAt(Socket);
            await node.LoadAsync();
            for (var i = 0; i < 15; i++)
                await SmtpTalk.SendAsync(world, node, "s@away.test", $"a{i}@boxes.test,b{i}@boxes.test,c{i}@boxes.test", $"Subject: {i}\r\n\r\n{i}\r\n");
            for (var i = 0; i < 3; i++)
            {
                await world.Pass(TimeSpan.FromSeconds(chance.Next(90)));
                await node.CrashAsync();
                await node.LoadAsync();
            }
            await world.Until(() => WorkQueues.All.All(queue => node.In(queue).Count == 0), "all queues are empty", TimeSpan.FromDays(2));
            await node.Mta.DisposeAsync();
        });
        Assert.Equal(45, store.Filed.Select(filed => filed.Recipient).Distinct().Count());
    }

    private static FixedHop Hop(string text) => FixedHop.TryParse(text, out var hop) ? hop : throw new FormatException(text);

    private static IEnumerable<string> Recipients(Document document) => document.Envelope!.Recipients.Select(recipient => recipient.Address.ToString());

    private async Task<Unid> PutAsync(string lane, Envelope envelope)
    {
        await using var writer = _node.Stores.Queues.NewContent();
        await writer.WriteAsync("Subject: two\r\n\r\n"u8.ToArray(), CancellationToken.None);
        return await _node.PutAsync(new Document
        {
            Id = default,
            Form = Forms.Message,
            Queue = WorkQueue.Outbound,
            Destination = lane,
            Content = await writer.CompleteAsync(CancellationToken.None),
            Envelope = envelope with { Sender = Mailbox.Parse("s@away.test"), Recipients = [new Recipient(Mailbox.Parse("b@boxes.test"))] },
        });
    }

    private async Task RelayAsync(string to)
    {
        var sent = await SmtpTalk.SendAsync(_world, _node, "s@away.test", to, "Subject: one\r\n\r\nhello\r\n.dots\r\n");
        Assert.All(sent.Recipients, result => Assert.True(result.Delivered));
    }

    private void Tell(Func<Task> story) => _world.Run(async () =>
    {
        _store.UpAt(Socket);
        await _node.LoadAsync();
        await story();
        await _node.Mta.DisposeAsync();
    });
}
