using Tell.Documents;
using Tell.Mta;
using Tell.Mta.Reports;
using Tell.Mta.Statistics;

namespace Tell.Tests.Mta;

/// <summary>The times by which senders want to hear of their mail (DELIVERBY, RFC 2852).</summary>
public sealed partial class AgeWatchTests
{
    // RFC 2852 4.1.2, mode N: told at the time, even of what nobody has tried yet.
    [Theory]
    [InlineData(false, 1, 0)]
    [InlineData(true, 0, 1)]
    public void The_time_that_a_sender_named_is_kept_whatever_the_ages(bool returns, int told, int given) => _world.Run(async () =>
    {
        var document = Waiting() with { State = DocumentState.Pending, Attempts = [], AttemptCount = 0 };
        document = document with { Envelope = document.Envelope! with { DeliverBy = _world.Time.GetUtcNow() + 10 * Minute, DeliverByReturns = returns } };
        var watch = Watch();
        await watch.LookAsync(default);
        await Queues.PutAsync([document], [], default);
        _node.Mta.Context.Deadlines.Note(document);
        Assert.Equal(document.Envelope.DeliverBy, watch.Next);
        await _world.Pass(10 * Minute);
        await watch.LookAsync(default);
        Assert.Equal((told, given), (_node.Stat(Stat.DelayReports), _node.In(WorkQueue.Outbound).Count(child => child is { State: DocumentState.Failure, Due: null })));
        await watch.LookAsync(default);
        Assert.Equal(told, _node.Stat(Stat.DelayReports));
    });

    // RFC 2852 lets a time be 31 years away: a hundred thousand of those are in nobody's way.
    [Fact]
    public void Times_that_are_far_away_crowd_out_none_that_are_near() => _world.Run(async () =>
    {
        var watch = await WatchingAsync();
        var far = DueBy(TimeSpan.FromDays(10_000));
        for (var i = 0; i < 100_000; i++)
            _node.Mta.Context.Deadlines.Note(far with { Began = far.AgeFrom.AddMilliseconds(-i), Envelope = far.Envelope! with { DeliverBy = far.Envelope.DeliverBy!.Value.AddMilliseconds(i) } });
        var near = DueBy(10 * Minute);
        await Queues.PutAsync([near], [], default);
        _node.Mta.Context.Deadlines.Note(near);
        Assert.Equal(near.Envelope!.DeliverBy, watch.Next);
        await _world.Pass(10 * Minute);
        await watch.LookAsync(default);
        Assert.Equal(1, _node.Stat(Stat.DelayReports));
    });

    [Fact]
    public void Times_that_there_was_no_room_for_are_found_again_before_they_come() => _world.Run(async () =>
    {
        var watch = await WatchingAsync();
        var later = DueBy(2 * Hour);
        await Queues.PutAsync([later], [], default);
        _node.Mta.Context.Deadlines.Note(later);
        var first = DueBy(Hour);
        for (var i = 0; i < 100_000; i++)
            _node.Mta.Context.Deadlines.Note(first with { Began = first.AgeFrom.AddMilliseconds(-i) });
        await _world.Pass(Hour);
        await watch.LookAsync(default);
        for (var looks = 0; watch.Next <= _world.Time.GetUtcNow(); looks++)
        {
            Assert.InRange(looks, 0, 300);
            await watch.LookAsync(default);
        }
        Assert.Equal((0L, later.Envelope!.DeliverBy), (_node.Stat(Stat.DelayReports), watch.Next));
        await _world.Pass(Hour);
        await watch.LookAsync(default);
        Assert.Equal(1, _node.Stat(Stat.DelayReports));
    });

    // No more than 10,000 that are taken can be remembered: for those behind them the time is not forgotten.
    [Fact]
    public void A_time_that_comes_while_too_many_are_taken_is_looked_at_again() => _world.Run(async () =>
    {
        var watch = await WatchingAsync();
        var due = DueBy(10 * Minute);
        for (var i = 0; i < 11; i++)
            await Queues.PutAsync([.. Enumerable.Range(0, 1000).Select(_ => due with { Id = Queues.NewId() })], [], default);
        _node.Mta.Context.Deadlines.Note(due);
        List<Lease> taken = [];
        for (var i = 0; i < 11; i++)
            taken.AddRange(await Queues.TakeAsync(WorkQueue.Outbound, "one.test", 1000, Hour, default));
        await _world.Pass(10 * Minute);
        await watch.LookAsync(default);
        await Queues.SettleAsync([.. taken.Select(Settlement.Released)], default);
        for (var i = 0; i < 3; i++)
        {
            await _world.Pass(Minute);
            await watch.LookAsync(default);
        }
        Assert.Equal(11_000, _node.Facts.Count(fact => fact == "delayed"));
    });

    // OUTBOUND or DRTASK stopped in that moment: a time is known nowhere else.
    [Fact]
    public void A_time_that_comes_while_the_task_is_being_stopped_is_looked_at_after_it() => _world.Run(async () =>
    {
        var watch = await WatchingAsync();
        var due = DueBy(10 * Minute);
        await Queues.PutAsync([due], [], default);
        _node.Mta.Context.Deadlines.Note(due);
        await _world.Pass(10 * Minute);
        _node.Stores.Before = verb => verb == "aged" ? new OperationCanceledException() : null;
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await watch.LookAsync(default));
        Count();
        await _world.Pass(Minute);
        await Watch().LookAsync(default);
        Assert.Equal(1, _node.Stat(Stat.DelayReports));
    });

    private async Task<AgeWatch> WatchingAsync()
    {
        var watch = Watch();
        await watch.LookAsync(default);
        return watch;
    }

    private Document DueBy(TimeSpan after)
    {
        var document = Waiting() with { State = DocumentState.Pending, Due = _world.Time.GetUtcNow(), Attempts = [], AttemptCount = 0, Began = _world.Time.GetUtcNow() };
        return document with { Envelope = document.Envelope! with { DeliverBy = _world.Time.GetUtcNow() + after } };
    }
}
