using Microsoft.Extensions.Logging.Abstractions;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Reports;
using Tell.Mta.Statistics;

namespace Tell.Tests.Mta;

/// <summary>The look at what has reached an age, alone: without the tasks, so that only what a test does happens.</summary>
public sealed partial class AgeWatchTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1), Minute = TimeSpan.FromMinutes(1);

    private readonly World _world = new();
    private readonly Node _node;
    private int _reads;

    public AgeWatchTests()
    {
        _node = _world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        Count();
    }

    // DESIGN 5.5: 1,000,000 waiting documents cost nothing to those that flow.
    [Fact]
    public void A_hundred_thousand_documents_that_reach_no_age_are_not_read() => _world.Run(async () =>
    {
        var watch = Watch();
        await watch.LookAsync(default);
        for (var i = 0; i < 100; i++)
            await Queues.PutAsync([.. Enumerable.Range(0, 1000).Select(_ => Waiting())], [], default);
        var begun = _world.Time.GetUtcNow();
        _reads = 0;
        for (; _world.Time.GetUtcNow() < begun + 4 * Hour - Minute; await _world.Pass(Minute))
            Assert.Null(await watch.LookAsync(default));
        Assert.Equal(0, _reads);
        Assert.InRange(watch.Next - begun, 4 * Hour - Minute, 4 * Hour);
    });

    [Fact]
    public void Each_document_is_read_once_at_an_age_in_pages_that_grow_with_those_that_reach_it_alone() => _world.Run(async () =>
    {
        var watch = Watch();
        await watch.LookAsync(default);
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 1000; j++)
            {
                await Queues.PutAsync([Waiting()], [], default);
                await _world.Pass(TimeSpan.FromMilliseconds(1));
            }
            await _world.Pass(Hour);
        }
        await _world.Pass(2 * Hour);
        _reads = 0;
        // The first thousand are five hours old, the second four, the last three.
        await watch.LookAsync(default);
        Assert.InRange(_reads, 4, 12);
        Assert.Equal(2000, _node.Stat(Stat.DelayReports));
        await watch.LookAsync(default);
        Assert.Equal(2000, _node.Stat(Stat.DelayReports));
    });

    [Fact]
    public void After_a_restart_all_that_is_older_than_the_first_age_is_read_once() => _world.Run(async () =>
    {
        await Queues.PutAsync([Waiting()], [], default);
        await _world.Pass(30 * Hour);
        await Queues.PutAsync([Waiting()], [], default);
        _reads = 0;
        await Watch().LookAsync(default);
        // For each queue one page, and for each of its two ages what comes next.
        Assert.InRange(_reads, 3, 6);
        Assert.Equal(1, _node.Stat(Stat.DelayReports));
        await Watch().LookAsync(default);
        Assert.Equal(1, _node.Stat(Stat.DelayReports));
    });

    [Fact]
    public void Several_ages_that_were_missed_give_one_warning() => _world.Run(async () =>
    {
        await SetAsync("delay_warning_after=PT1H,PT2H,PT3H,P1D");
        var document = Waiting();
        await Queues.PutAsync([document], [], default);
        await _world.Pass(5 * Hour);
        var watch = Watch();
        await watch.LookAsync(default);
        Assert.Equal((1, 3), (_node.Stat(Stat.DelayReports), _node.Get(document.Id)!.Notices));
        await _world.Pass(20 * Hour);
        await watch.LookAsync(default);
        Assert.Equal((2, 4), (_node.Stat(Stat.DelayReports), _node.Get(document.Id)!.Notices));
    });

    [Fact]
    public void An_age_that_the_configuration_names_only_now_is_looked_for_at_the_next_look() => _world.Run(async () =>
    {
        await Queues.PutAsync([Waiting()], [], default);
        var watch = Watch();
        await _world.Pass(90 * Minute);
        await watch.LookAsync(default);
        Assert.Equal(0, _node.Stat(Stat.DelayReports));
        await SetAsync("delay_warning_after=PT1H,PT4H");
        await watch.LookAsync(default);
        Assert.Equal(1, _node.Stat(Stat.DelayReports));
        await SetAsync("delay_warning_after=PT1H,PT90M");
        await watch.LookAsync(default);
        Assert.Equal(2, _node.Stat(Stat.DelayReports));
        // What is taken away again is nothing to be told of once more.
        await SetAsync("delay_warning_after=PT80M");
        await watch.LookAsync(default);
        Assert.Equal(2, _node.Stat(Stat.DelayReports));
    });

    [Fact]
    public void What_is_taken_is_looked_at_again_when_it_waits() => _world.Run(async () =>
    {
        await Queues.PutAsync([Waiting()], [], default);
        await _world.Pass(4 * Hour);
        var taken = Assert.Single(await Queues.TakeAsync(WorkQueue.Outbound, "one.test", 1, Hour, default));
        var watch = Watch();
        await watch.LookAsync(default);
        Assert.Equal(0, _node.Stat(Stat.DelayReports));
        await Queues.SettleAsync([Settlement.Deferred(taken, _world.Time.GetUtcNow() + Hour, "later")], default);
        await _world.Pass(Minute);
        Assert.True(watch.Next <= _world.Time.GetUtcNow());
        await watch.LookAsync(default);
        Assert.Equal(1, _node.Stat(Stat.DelayReports));
    });

    // A document that is sent for long is in nobody's way, and nobody in its: taken from its session it would be sent twice.
    [Theory]
    [InlineData(4, "delayed")]
    [InlineData(120, "failed")]
    public void What_is_still_taken_at_the_next_look_stays_with_whoever_has_it(int hours, string fact) => _world.Run(async () =>
    {
        await Queues.PutAsync([Waiting()], [], default);
        await _world.Pass(hours * Hour);
        var taken = Assert.Single(await Queues.TakeAsync(WorkQueue.Outbound, "one.test", 1, Hour, default));
        var watch = Watch();
        for (var i = 0; i < 3; i++)
        {
            await watch.LookAsync(default);
            await _world.Pass(Minute);
        }
        Assert.DoesNotContain(fact, _node.Facts);
        Assert.Equal([true], await Queues.SettleAsync([Settlement.Succeeded(taken)], default));
    });

    [Fact]
    public void All_of_a_message_are_looked_at_again_where_one_was_taken_while_their_report_was_written() => _world.Run(async () =>
    {
        Document first = OfOneMessage(Waiting()), second = OfOneMessage(Waiting() with { Destination = "two.test" });
        await Queues.PutAsync([first, second], [], default);
        await _world.Pass(4 * Hour);
        Lease? taken = null;
        _node.Stores.Settling = settlements =>
        {
            _node.Stores.Settling = _ => { };
            taken = Queues.TakeAsync(WorkQueue.Outbound, "one.test", 1, Hour, default).Result.Single();
        };
        var watch = Watch();
        await watch.LookAsync(default);
        Assert.Equal(0, _node.Stat(Stat.DelayReports));
        await _world.Pass(Minute);
        await watch.LookAsync(default);
        Assert.Equal((1, 0, 1), (_node.Stat(Stat.DelayReports), _node.Get(first.Id)!.Notices, _node.Get(second.Id)!.Notices));
        await Queues.SettleAsync([Settlement.Released(taken!)], default);
        await _world.Pass(Minute);
        await watch.LookAsync(default);
        Assert.Equal((2, 1, 1), (_node.Stat(Stat.DelayReports), _node.Get(first.Id)!.Notices, _node.Get(second.Id)!.Notices));
    });

    // DESIGN 5.6: a poison document never stops its queue.
    [Fact]
    public void What_the_store_refuses_stops_no_other_warning() => _world.Run(async () =>
    {
        Document poison = Waiting(), other = Waiting();
        await Queues.PutAsync([poison, other], [], default);
        await _world.Pass(4 * Hour);
        _node.Stores.Settling = settlements =>
        {
            if (settlements.Any(settlement => settlement.Lease.Document.Id == poison.Id))
                throw new ArgumentException("poison");
        };
        var watch = Watch();
        Assert.Null(await watch.LookAsync(default));
        Assert.Equal((1, 0, 1), (_node.Stat(Stat.DelayReports), _node.Get(poison.Id)!.Notices, _node.Get(other.Id)!.Notices));
        Assert.True(watch.Next > _world.Time.GetUtcNow());
    });

    // The fence decides: whoever takes the document in between has changed nothing but the time of the warning.
    [Fact]
    public void A_document_that_is_taken_while_its_report_is_written_is_warned_of_later_and_once() => _world.Run(async () =>
    {
        var document = Waiting();
        await Queues.PutAsync([document], [], default);
        await _world.Pass(4 * Hour);
        Lease? taken = null;
        _node.Stores.Settling = settlements =>
        {
            _node.Stores.Settling = _ => { };
            taken = Queues.TakeAsync(WorkQueue.Outbound, "one.test", 1, Hour, default).Result.Single();
        };
        var watch = Watch();
        await watch.LookAsync(default);
        Assert.Equal((0, 0), (_node.Stat(Stat.DelayReports), _node.Get(document.Id)!.Notices));
        Assert.Empty(_node.In(WorkQueue.MailBox));
        await Queues.SettleAsync([Settlement.Released(taken!)], default);
        await _world.Pass(Minute);
        await watch.LookAsync(default);
        Assert.Equal((1, 1), (_node.Stat(Stat.DelayReports), _node.Get(document.Id)!.Notices));
    });

    [Fact]
    public void A_store_that_fails_is_asked_again_in_a_minute_and_nothing_is_lost() => _world.Run(async () =>
    {
        await Queues.PutAsync([Waiting()], [], default);
        await _world.Pass(4 * Hour);
        var watch = Watch();
        _node.Stores.Fill();
        Assert.NotNull(await watch.LookAsync(default));
        _node.Stores.Mend();
        Assert.Equal(_world.Time.GetUtcNow() + Minute, watch.Next);
        Assert.Null(await watch.LookAsync(default));
        Assert.Equal(0, _node.Stat(Stat.DelayReports));
        await _world.Pass(Minute);
        Assert.Null(await watch.LookAsync(default));
        Assert.Equal(1, _node.Stat(Stat.DelayReports));
    });

    public static TheoryData<string, bool> Wishes => new()
    {
        { "said nothing", true }, { "DELAY", true }, { "FAILURE", false }, { "NEVER", false }, { "null sender", false }, { "report", false },
        { "not tried", false }, { "no attempt left", false }, { "dead", false }, { "held", false },
    };

    [Theory]
    [MemberData(nameof(Wishes))]
    public void A_warning_comes_only_where_it_is_wanted_and_can_still_help(string of, bool comes) => _world.Run(async () =>
    {
        var document = Waiting();
        var envelope = document.Envelope!;
        var expires = document.AgeFrom.AddDays(5);
        document = of switch
        {
            "DELAY" => Notified(Notify.Delay),
            "FAILURE" => Notified(Notify.Failure | Notify.Success),
            "NEVER" => Notified(Notify.Never),
            "null sender" => document with { Envelope = envelope with { Sender = null } },
            "report" => document with { Form = Forms.DeliveryReport },
            "not tried" => document with { State = DocumentState.Pending, Attempts = [], AttemptCount = 0 },
            "no attempt left" => document with { Due = expires },
            "dead" => document with { State = DocumentState.Dead, Due = null },
            "held" => document with { State = DocumentState.Held, Due = null },
            _ => document,
        };
        await Queues.PutAsync([document], [], default);
        await _world.Pass(4 * Hour);
        await Watch().LookAsync(default);
        Assert.Equal(comes ? 1 : 0, _node.Stat(Stat.DelayReports));
        Assert.Equal(comes ? 1 : 0, _node.Facts.Count(fact => fact == "delayed"));

        Document Notified(Notify notify) => document with { Envelope = envelope with { Recipients = [envelope.Recipients[0] with { Notify = notify }] } };
    });

    [Fact]
    public void Only_those_are_named_of_whom_the_sender_wants_to_hear() => _world.Run(async () =>
    {
        var document = Waiting();
        document = document with
        {
            Envelope = document.Envelope! with { Recipients = [new Recipient(Mailbox.Parse("loud@one.test")), new Recipient(Mailbox.Parse("quiet@one.test")) { Notify = Notify.Failure }] },
        };
        await Queues.PutAsync([document], [], default);
        await _world.Pass(4 * Hour);
        await Watch().LookAsync(default);
        var report = await _node.ReadAsync(Assert.Single(_node.In(WorkQueue.MailBox)));
        Assert.Contains("Action: delayed", report);
        Assert.Contains("Will-Retry-Until: ", report);
        Assert.Contains("loud@one.test", report);
        Assert.DoesNotContain("quiet@one.test", report);
    });

    [Fact]
    public void What_an_operator_released_begins_anew() => _world.Run(async () =>
    {
        var document = Waiting() with { State = DocumentState.Dead, Due = null };
        await Queues.PutAsync([document], [], default);
        await _world.Pass(TimeSpan.FromDays(6));
        var now = _world.Time.GetUtcNow();
        await Queues.SettleAsync([Settlement.Again((await Queues.ReadLeaseAsync(document.Id, default))!, now) with { Began = now, Releases = 1, Notices = 0 }], default);
        var watch = Watch();
        await watch.LookAsync(default);
        Assert.Equal(DocumentState.Pending, _node.Get(document.Id)!.State);
        await _world.Pass(TimeSpan.FromDays(5));
        await watch.LookAsync(default);
        Assert.Equal((DocumentState.Failure, null), (_node.Get(document.Id)!.State, _node.Get(document.Id)!.Due));
    });

    private IQueueStore Queues => _node.Mta.Context.Queues;

    private AgeWatch Watch() => new(_node.Mta.Context, new Reporter(_node.Mta.Context), NullLogger.Instance);

    private Task SetAsync(string value) => _node.Operations.Profiles.EditAsync("DEFAULT", [new(value.Split('=')[0], value.Split('=')[1])], default);

    private void Count() => _node.Stores.Before = verb =>
    {
        _reads += verb == "aged" ? 1 : 0;
        return null;
    };

    private static Document OfOneMessage(Document document) => document with { Items = [Item.OfText(ItemNames.MessageId, "<1@home.test>")] };

    private Document Waiting() => new()
    {
        Id = _node.Mta.Context.Queues.NewId(),
        Form = Forms.Message,
        Queue = WorkQueue.Outbound,
        Destination = "one.test",
        State = DocumentState.Failure,
        Due = _world.Time.GetUtcNow() + Minute,
        Reason = "450 4.2.0 Later",
        Attempts = [new Attempt { Time = _world.Time.GetUtcNow(), Phase = "recipient", Code = 450, Text = "450 4.2.0 Later" }],
        AttemptCount = 1,
        Envelope = new Envelope { Sender = Mailbox.Parse("ada@home.test"), Recipients = [new Recipient(Mailbox.Parse("bob@one.test"))] },
    };
}
