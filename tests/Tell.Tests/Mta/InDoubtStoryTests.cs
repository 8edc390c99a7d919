using System.Text.Json;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;

namespace Tell.Tests.Mta;

/// <summary>A connection that is lost after the final dot and before the reply (RFC 1047), under each policy.</summary>
public sealed class InDoubtStoryTests
{
    private const string Answer = "250 2.0.0 Ok";

    private readonly World _world = new();
    private readonly RawPeer _peer;
    private readonly Node _node;

    public InDoubtStoryTests()
    {
        _peer = new RawPeer(_world, "192.0.2.90");
        _node = _world.Node("mta.test", settings => settings with
        {
            Routes = settings.Routes.Add(Domain.Parse("one.test"), _peer.Host),
            RetryIntervals = [TimeSpan.FromMinutes(10)],
            LocalDomains = [Domain.Parse("home.test")],
        });
    }

    public static TheoryData<InDoubtPolicy> Policies => [InDoubtPolicy.Retry, InDoubtPolicy.Hold, InDoubtPolicy.Delivered];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Wherever_the_reply_is_cut_the_policy_decides(InDoubtPolicy policy)
    {
        for (var octets = 0; octets < $"{Answer}\r\n".Length; octets++)
        {
            var story = new InDoubtStoryTests();
            story._peer.CutReply = number => number == 1 ? octets : null;
            story.Tell(policy, async () =>
            {
                await story.SendAsync();
                await story._world.Until(() => story._node.Stat(Stat.InDoubt) == 1, "it is in doubt");
                await story._world.Pass(TimeSpan.FromMinutes(15));
                Assert.Equal(policy == InDoubtPolicy.Retry ? 2 : 1, story._peer.Messages);
                Assert.Equal(policy == InDoubtPolicy.Hold ? 1 : 0, story._node.In(WorkQueue.Outbound).Count(document => document.State == DocumentState.Held));
                Assert.Equal(policy == InDoubtPolicy.Hold ? 0 : 1, story._node.Stat(Stat.DeliveredRecipients));
                Assert.Equal(
                    (policy == InDoubtPolicy.Hold ? 1 : 0, policy == InDoubtPolicy.Delivered ? 1 : 0, policy == InDoubtPolicy.Retry ? 1 : 0),
                    (story._node.Stat(Stat.InDoubtHeld), story._node.Stat(Stat.InDoubtAssumed), story._node.Stat(Stat.InDoubtRepeated)));
                var doubt = Assert.Single(story.Logged("indoubt"));
                Assert.Equal(policy.ToString().ToLowerInvariant(), doubt.GetProperty("policy").GetString());
                Assert.Equal("bob@one.test", doubt.GetProperty("to")[0].GetString());
            });
        }
    }

    [Fact]
    public void A_reply_that_came_whole_leaves_no_doubt()
    {
        _peer.CutReply = number => number == 1 ? $"{Answer}\r\n".Length : null;
        Tell(InDoubtPolicy.Hold, async () =>
        {
            await SendAsync();
            await _world.Until(() => _node.Stat(Stat.DeliveredRecipients) == 1, "it is delivered");
            Assert.Equal(0, _node.Stat(Stat.InDoubt));
            Assert.Empty(Logged("indoubt"));
        });
    }

    [Fact]
    public void A_copy_that_may_be_the_second_is_marked_in_the_transfer_log()
    {
        _peer.OnMessage = number => Task.FromResult(number == 1 ? null : Answer);
        Tell(InDoubtPolicy.Retry, async () =>
        {
            await SendAsync();
            await _world.Until(() => _node.Stat(Stat.DeliveredRecipients) == 1, "it is there");
            Assert.Equal([false, true], Logged("attempt").Select(Repeats));
            Assert.True(Repeats(Assert.Single(Logged("delivered"))));
            Assert.False(Repeats(Assert.Single(Logged("indoubt"))));
            Assert.Contains("indoubt", _node.Facts);
        });
    }

    [Fact]
    public void What_is_held_says_what_can_be_done_and_goes_again_when_it_is_released()
    {
        _peer.OnMessage = number => Task.FromResult(number == 1 ? null : Answer);
        Tell(InDoubtPolicy.Hold, async () =>
        {
            await SendAsync();
            await _world.Until(() => _node.Stat(Stat.InDoubtHeld) == 1, "it is held");
            var held = Assert.Single(_node.In(WorkQueue.Outbound));
            Assert.Equal(
                "192.0.2.90: connection closed; whether the peer has the message is in doubt: release it to send it again, or delete it if it is there",
                held.Reason);
            Assert.Equal((DocumentState.Held, true), (held.State, held.Envelope!.Recipients[0].InDoubt));
            Assert.Contains("held", _node.Facts);
            // What is known is known after a crash as well.
            await _node.CrashAsync();
            await _node.LoadAsync();
            await _world.Pass(TimeSpan.FromDays(1));
            Assert.Equal(1, _peer.Messages);
            var queues = _node.Stores.Queues;
            var lease = await queues.ReadLeaseAsync(held.Id, CancellationToken.None);
            Assert.Equal([true], await queues.SettleAsync([Settlement.Again(lease!, _world.Time.GetUtcNow())], CancellationToken.None));
            await _world.Until(() => _peer.Messages == 2 && _node.In(WorkQueue.Outbound).Count == 0, "it went again");
            Assert.Equal(1, _node.Stat(Stat.InDoubtRepeated));
        });
    }

    [Fact]
    public void What_is_taken_to_be_there_is_never_sent_again_and_its_history_says_so()
    {
        _peer.OnMessage = _ => Task.FromResult<string?>(null);
        Tell(InDoubtPolicy.Delivered, async () =>
        {
            await SendAsync();
            await _world.Until(() => _node.Stat(Stat.InDoubtAssumed) == 1, "it is assumed");
            await _node.CrashAsync();
            await _node.LoadAsync();
            await _world.Pass(TimeSpan.FromHours(1));
            Assert.Equal((1, 0), (_peer.Messages, _node.In(WorkQueue.Outbound).Count));
            var delivered = Assert.Single(Logged("delivered"));
            Assert.True(delivered.GetProperty("indoubt").GetBoolean());
            Assert.False(Repeats(delivered));
        });
    }

    // Facts: sun-cisco C5, example 1: after the last attempt nothing is waited for. That the peer may have the message stays true all the same.
    [Fact]
    public void A_last_attempt_that_ends_in_doubt_is_reported_and_logged_as_that()
    {
        _peer.OnMessage = _ => Task.FromResult<string?>(null);
        Tell(InDoubtPolicy.Retry, async () =>
        {
            await _node.Operations.Profiles.EditAsync("DEFAULT", [new("max_attempts", "2")], CancellationToken.None);
            await SendAsync();
            await _world.Until(() => _node.MailFile("ada").Count == 1, "it is reported");
            Assert.Equal((2, 2L), (_peer.Messages, _node.Stat(Stat.InDoubt)));
            var report = _node.Read("ada", _node.MailFile("ada")[0]);
            Assert.Contains("Maximum number of attempts reached", report, StringComparison.Ordinal);
            Assert.Contains("whether the peer has the message is in doubt", report.ReplaceLineEndings("").Replace("=", ""), StringComparison.Ordinal);
            Assert.Equal(["retry", "none left"], Logged("indoubt").Select(line => line.GetProperty("policy").GetString()));
            Assert.Contains("in doubt", Assert.Single(Logged("failed")).GetRawText(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void What_waits_after_an_attempt_in_doubt_says_so_as_its_reason()
    {
        _peer.OnMessage = _ => Task.FromResult<string?>(null);
        Tell(InDoubtPolicy.Retry, async () =>
        {
            await SendAsync();
            await _world.Until(() => _node.Stat(Stat.InDoubt) == 1, "it is in doubt");
            Assert.Equal("connection closed; whether the peer has the message is in doubt", Assert.Single(_node.In(WorkQueue.Outbound)).Reason);
        });
    }

    [Fact]
    public void What_grows_too_old_after_an_attempt_in_doubt_says_that_it_may_be_there()
    {
        _peer.OnMessage = _ => Task.FromResult<string?>(null);
        Tell(InDoubtPolicy.Retry, async () =>
        {
            await _node.Operations.Profiles.EditAsync("DEFAULT", [new("expire_after", "PT5M")], CancellationToken.None);
            await SendAsync();
            await _world.Until(() => _node.MailFile("ada").Count == 1, "it is reported");
            var failed = Assert.Single(Logged("failed")).GetRawText();
            Assert.Contains("Delivery time expired", failed, StringComparison.Ordinal);
            Assert.Contains("in doubt", failed, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_control_of_a_destination_goes_before_the_setting()
    {
        _peer.OnMessage = _ => Task.FromResult<string?>(null);
        Tell(InDoubtPolicy.Retry, async () =>
        {
            Assert.Empty(await _node.Operations.Controls.NewAsync(_peer.Host.ToString(), [new("in_doubt", "hold")], CancellationToken.None));
            await SendAsync();
            await _world.Until(() => _node.Stat(Stat.InDoubtHeld) == 1, "it is held");
            Assert.Equal(1, _peer.Messages);
        });
    }

    // RFC 2033: one is refused, one is told, one is cut off in the middle.
    [Theory]
    [MemberData(nameof(Policies))]
    public void By_LMTP_each_recipient_has_its_own_fate(InDoubtPolicy policy)
    {
        var store = new LmtpPeer(_world, System.Net.IPAddress.Parse("192.0.2.91"));
        var cut = "250 2.0.0 <r2@boxes.test> Saved\r\n".Length + 10;
        var first = true;
        store.OnRecipient = recipient => recipient.StartsWith("r1", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null;
        store.CutAfter = () => first && !(first = false) ? cut : null;
        _node.Source.Settings = _node.Source.Settings with { Routes = _node.Source.Settings.Routes.Add(Domain.Parse("boxes.test"), Hop($"lmtp:{store.Host}")) };
        Tell(policy, async () =>
        {
            await store.UpAsync();
            await _node.SendAsync("ada@home.test", "r1@boxes.test, r2@boxes.test, r3@boxes.test");
            await _world.Until(() => _node.Stat(Stat.InDoubt) == 1 && _node.MailFile("ada").Count == 1, "one is in doubt and one is reported");
            await _world.Pass(TimeSpan.FromMinutes(15));
            Assert.Equal(policy == InDoubtPolicy.Retry ? ["r2@boxes.test", "r3@boxes.test", "r3@boxes.test"] : ["r2@boxes.test", "r3@boxes.test"], store.Filed.Select(filed => filed.Recipient));
            Assert.Equal(1, _node.Stat(Stat.FailedRecipients));
            var held = _node.In(WorkQueue.Outbound);
            Assert.Equal(policy == InDoubtPolicy.Hold ? ["r3@boxes.test"] : [], held.SelectMany(document => document.Envelope!.Recipients).Select(recipient => recipient.Address.ToString()));
            Assert.All(held, document => Assert.Equal(DocumentState.Held, document.State));
            Assert.Equal("r3@boxes.test", Assert.Single(Logged("indoubt")).GetProperty("to")[0].GetString());
        });
    }

    // 421 is said for one; the peer may have the message for those behind it.
    [Fact]
    public void By_LMTP_a_421_is_for_one_and_only_the_others_are_in_doubt()
    {
        var store = new LmtpPeer(_world, System.Net.IPAddress.Parse("192.0.2.91"));
        var down = true;
        store.OnMessage = recipient => down && recipient.StartsWith("r2", StringComparison.Ordinal) ? "421 4.3.2 going down" : null;
        _node.Source.Settings = _node.Source.Settings with { Routes = _node.Source.Settings.Routes.Add(Domain.Parse("boxes.test"), Hop($"lmtp:{store.Host}")) };
        Tell(InDoubtPolicy.Hold, async () =>
        {
            await store.UpAsync();
            await _node.SendAsync("ada@home.test", "r1@boxes.test, r2@boxes.test, r3@boxes.test");
            await _world.Until(() => _node.Stat(Stat.InDoubtHeld) == 1, "one is held");
            down = false;
            await _world.Until(() => store.Filed.Count == 2, "the other went again");
            Assert.Equal(["r1@boxes.test", "r2@boxes.test"], store.Filed.Select(filed => filed.Recipient));
            Assert.Equal("r3@boxes.test", Assert.Single(Assert.Single(_node.In(WorkQueue.Outbound), document => document.State == DocumentState.Held).Envelope!.Recipients).Address.ToString());
        });
    }

    private static FixedHop Hop(string text) => FixedHop.TryParse(text, out var hop) ? hop : throw new ArgumentException(text);

    private static bool Repeats(JsonElement line) => line.TryGetProperty("repeat", out var repeat) && repeat.GetBoolean();

    private IEnumerable<JsonElement> Logged(string fact) =>
        _node.Log.Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("fact").GetString() == fact);

    private Task<Unid> SendAsync() => _node.SendAsync("ada@home.test", "bob@one.test");

    private void Tell(InDoubtPolicy policy, Func<Task> story) => _world.Run(async () =>
    {
        _node.Source.Settings = _node.Source.Settings with { InDoubt = policy };
        await _peer.UpAsync();
        await _node.LoadAsync();
        await _node.Operations.RefreshAsync(CancellationToken.None);
        await story();
        await _node.Mta.DisposeAsync();
    });
}
