using Tell.Documents;
using Tell.Mail;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

public abstract partial class QueueStoreContract
{
    [Fact]
    public async Task A_taken_document_is_invisible_to_other_takers()
    {
        await Store.PutAsync();
        await Store.TakeOneAsync();
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task What_is_taken_for_transmission_is_locked_and_what_is_converted_stays_pending()
    {
        await Store.PutAsync();
        await Store.PutAsync(WorkQueue.Inbound);
        var outbound = await Store.TakeOneAsync();
        var inbound = await Store.TakeOneAsync(WorkQueue.Inbound);
        Assert.Equal((DocumentState.LockedForXmit, null), ((await Store.GetAsync(outbound.Document.Id, None))!.State, (await Store.GetAsync(outbound.Document.Id, None))!.Due));
        Assert.Equal((DocumentState.Pending, null), ((await Store.GetAsync(inbound.Document.Id, None))!.State, (await Store.GetAsync(inbound.Document.Id, None))!.Due));
    }

    [Fact]
    public async Task A_lease_shows_the_document_as_it_was_before_the_take_without_attempts()
    {
        var due = Time.GetUtcNow() - Minute;
        await Store.PutAsync(with: d => d with { State = DocumentState.Failure, Due = due, Attempts = [FullAttempt] });
        var lease = await Store.TakeOneAsync();
        Assert.Equal((DocumentState.Failure, due, 1), (lease.Document.State, lease.Document.Due, lease.Document.AttemptCount));
        Assert.Empty(lease.Document.Attempts);
    }

    [Fact]
    public async Task Only_what_is_due_in_that_lane_is_taken()
    {
        await Store.PutAsync(lane: "a", with: d => d with { Due = Time.GetUtcNow() + TimeSpan.FromMilliseconds(1) });
        await Store.PutAsync(lane: "b");
        Assert.Empty(await TakeAsync(lane: "a"));
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(await TakeAsync(lane: "a"));
        Assert.Empty(await TakeAsync(WorkQueue.MailBox, "b"));
    }

    [Fact]
    public async Task High_priority_goes_first_then_the_earliest_due()
    {
        var now = Time.GetUtcNow();
        var low = await Store.PutAsync(with: d => d with { Due = now.AddMinutes(-9), Envelope = Envelope(Priority.Low) });
        var second = await Store.PutAsync(with: d => d with { Due = now.AddMinutes(-1) });
        var first = await Store.PutAsync(with: d => d with { Due = now.AddMinutes(-2) });
        var third = await Store.PutAsync(with: d => d with { Due = now.AddMinutes(-1) });
        var high = await Store.PutAsync(with: d => d with { Envelope = Envelope(Priority.High) });
        Assert.Equal([high.Id, first.Id, second.Id, third.Id, low.Id], (await TakeAsync()).Select(l => l.Document.Id));
    }

    [Fact]
    public async Task A_take_gives_at_most_what_was_asked_for()
    {
        await Store.PutAsync([Document(Store), Document(Store), Document(Store)], [], None);
        Assert.Equal(2, (await TakeAsync(most: 2)).Count);
        Assert.Single(await TakeAsync(most: 2));
        Assert.Empty(await TakeAsync(most: 0));
    }

    [Fact]
    public async Task A_lease_that_ends_gives_the_document_to_the_next_taker()
    {
        await Store.PutAsync();
        var first = await Store.TakeOneAsync();
        Time.Advance(Minute - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await TakeAsync());
        Time.Advance(TimeSpan.FromMilliseconds(1));
        var second = await Store.TakeOneAsync();
        Assert.Equal(first.Document.Id, second.Document.Id);
        Assert.True(second.Fence > first.Fence);
    }

    [Fact]
    public async Task A_lost_lease_settles_nothing()
    {
        var document = await Store.PutAsync();
        var slow = await Store.TakeOneAsync();
        Time.Advance(Minute);
        var quick = await Store.TakeOneAsync();
        Assert.False(await Store.SettleAsync(Settlement.Removed(slow) with
        {
            Attempt = FullAttempt, Counters = [new CounterChange("X", 1)], Created = [Document(Store)], Envelope = FullEnvelope,
        }));
        Assert.Empty(await Store.CountersAsync(None));
        Assert.Equal(0, (await Store.GetAsync(document.Id, None))!.AttemptCount);
        Assert.Single(await Store.ViewAsync(new QueueView(), None));
        Assert.True(await Store.SettleAsync(Settlement.Succeeded(quick)));
        Assert.False(await Store.SettleAsync(Settlement.Succeeded(quick)));
    }

    [Fact]
    public async Task A_lease_that_ended_settles_while_nobody_else_has_taken_the_document()
    {
        await Store.PutAsync();
        var lease = await Store.TakeOneAsync();
        Time.Advance(TimeSpan.FromHours(1));
        Assert.True(await Store.SettleAsync(Settlement.Succeeded(lease)));
    }

    [Fact]
    public async Task A_renewed_lease_lasts_from_now()
    {
        await Store.PutAsync();
        var lease = await Store.TakeOneAsync();
        Time.Advance(Minute / 2);
        Assert.True(await Store.RenewAsync(lease, Minute, None));
        Time.Advance(Minute * 0.9);
        Assert.Empty(await TakeAsync());
        Time.Advance(Minute * 0.1);
        Assert.Single(await TakeAsync());
        Assert.False(await Store.RenewAsync(lease, Minute, None));
    }

    [Fact]
    public async Task A_settled_lease_cannot_be_renewed()
    {
        await Store.PutAsync();
        var lease = await Store.TakeOneAsync();
        await Store.SettleAsync(Settlement.Released(lease));
        Assert.False(await Store.RenewAsync(lease, Minute, None));
        Assert.Single(await TakeAsync());
    }

    [Fact]
    public async Task Leases_end_with_the_process_and_their_settlements_with_them()
    {
        var pending = await Store.PutAsync();
        var failed = await Store.PutAsync(lane: "b", with: d => d with { State = DocumentState.Failure, Due = Time.GetUtcNow(), AttemptCount = 2 });
        var lost = await Store.TakeOneAsync();
        var other = await Store.TakeOneAsync(lane: "b");
        await ReopenAsync();
        Assert.False(await Store.SettleAsync(Settlement.Removed(other)));
        Assert.Equal(DocumentState.Pending, (await Store.GetAsync(pending.Id, None))!.State);
        Assert.Equal(DocumentState.Failure, (await Store.GetAsync(failed.Id, None))!.State);
        Assert.Equal(0, Store.Counts().Of(WorkQueue.Outbound, DocumentState.LockedForXmit));
        var again = await Store.TakeOneAsync();
        Assert.True(again.Fence > lost.Fence);
        Assert.False(await Store.SettleAsync(Settlement.Removed(lost)));
        Assert.True(await Store.SettleAsync(Settlement.Removed(again)));
    }

    [Fact]
    public async Task Old_documents_are_read_from_any_lane_due_or_not()
    {
        var old = await Store.PutAsync(lane: "a", with: d => d with { Due = Time.GetUtcNow().AddDays(1) });
        var older = await Store.PutAsync(lane: "b");
        await Store.PutAsync(lane: "c", with: d => d with { State = DocumentState.Dead });
        await Store.PutAsync(WorkQueue.Inbound);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        var limit = Time.GetUtcNow();
        await Store.PutAsync(lane: "a");
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([old.Id, older.Id], (await Store.ReadAgedAsync(WorkQueue.Outbound, DateTimeOffset.MinValue, limit - TimeSpan.FromMilliseconds(1), 9, None)).Select(lease => lease.Document.Id));
        Assert.Single(await Store.ReadAgedAsync(WorkQueue.Outbound, older.AgeFrom, limit, 9, None));
    }

    [Fact]
    public async Task An_operators_lease_settles_before_the_worker_that_has_the_document()
    {
        var document = await Store.PutAsync();
        var worker = await Store.TakeOneAsync();
        var operators = (await Store.ReadLeaseAsync(document.Id, None))!;
        Assert.Equal((DocumentState.Pending, worker.Document.Due), (operators.Document.State, operators.Document.Due));
        Assert.True(await Store.SettleAsync(Settlement.Held(operators, "operator")));
        Assert.False(await Store.SettleAsync(Settlement.Succeeded(worker)));
        Assert.Equal((DocumentState.Held, "operator"), ((await Store.GetAsync(document.Id, None))!.State, (await Store.GetAsync(document.Id, None))!.Reason));
    }

    [Fact]
    public async Task An_operators_lease_that_is_released_changes_nothing()
    {
        var document = await Store.PutAsync(with: d => d with { State = DocumentState.Held, Reason = "why", Attempts = [FullAttempt] });
        var lease = (await Store.ReadLeaseAsync(document.Id, None))!;
        Assert.Single(lease.Document.Attempts);
        await Store.SettleAsync(Settlement.Released(lease));
        Same(lease.Document, await Store.GetAsync(document.Id, None));
    }

    [Fact]
    public async Task Of_two_readers_of_a_finished_document_the_first_settles()
    {
        await Store.PutAsync(with: d => d with { State = DocumentState.Failure });
        var one = Assert.Single(await Store.ReadFinishedAsync(WorkQueue.Outbound, 10, None));
        var two = Assert.Single(await Store.ReadFinishedAsync(WorkQueue.Outbound, 10, None));
        Assert.True(await Store.SettleAsync(Settlement.Dead(two, "dead")));
        Assert.False(await Store.SettleAsync(Settlement.Removed(one)));
        Assert.Equal(1, Store.Counts().Of(WorkQueue.Outbound, DocumentState.Dead));
    }
}
