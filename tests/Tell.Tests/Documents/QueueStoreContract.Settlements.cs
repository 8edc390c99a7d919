using Tell.Documents;
using Tell.Mail;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

public abstract partial class QueueStoreContract
{
    [Fact]
    public async Task Success_is_finished_and_has_no_reason()
    {
        await Store.PutAsync(with: d => d with { Reason = "old" });
        await Store.SettleAsync(Settlement.Succeeded(await Store.TakeOneAsync()));
        var finished = Assert.Single(await Store.ReadFinishedAsync(WorkQueue.Outbound, 10, None)).Document;
        Assert.Equal((DocumentState.Success, null, null), (finished.State, finished.Due, finished.Reason));
        Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task A_deferred_document_is_a_failure_with_a_next_attempt()
    {
        await Store.PutAsync();
        var due = Time.GetUtcNow().AddMinutes(5);
        await Store.SettleAsync(Settlement.Deferred(await Store.TakeOneAsync(), due, "greylisted") with { Attempt = FullAttempt });
        await ReopenAsync();
        Assert.Empty(await Store.ReadFinishedAsync(WorkQueue.Outbound, 10, None));
        Assert.Empty(await TakeAsync());
        Time.Advance(TimeSpan.FromMinutes(5));
        var lease = await Store.TakeOneAsync();
        Assert.Equal((DocumentState.Failure, due, "greylisted", 1), (lease.Document.State, lease.Document.Due, lease.Document.Reason, lease.Document.AttemptCount));
    }

    [Fact]
    public async Task Attempts_are_kept_in_order_over_restarts_and_filled_for_failures()
    {
        var document = await Store.PutAsync();
        await Store.SettleAsync(Settlement.Deferred(await Store.TakeOneAsync(), Time.GetUtcNow(), "1") with { Attempt = FullAttempt with { Text = "1" } });
        await ReopenAsync();
        await Store.SettleAsync(Settlement.Failed(await Store.TakeOneAsync(), "2") with { Attempt = FullAttempt with { Text = "2" } });
        var failed = Assert.Single(await Store.ReadFinishedAsync(WorkQueue.Outbound, 10, None)).Document;
        Assert.Equal(["1", "2"], failed.Attempts.Select(a => a.Text));
        Assert.Equal([FullAttempt with { Text = "1" }, FullAttempt with { Text = "2" }], (await Store.GetAsync(document.Id, None))!.Attempts.AsEnumerable());
        Assert.Equal(2, failed.AttemptCount);
    }

    [Theory]
    [InlineData(SettlementKind.Dead, DocumentState.Dead)]
    [InlineData(SettlementKind.Held, DocumentState.Held)]
    public async Task Dead_and_held_documents_stay_until_somebody_acts(SettlementKind kind, DocumentState state)
    {
        var document = await Store.PutAsync();
        var lease = await Store.TakeOneAsync();
        await Store.SettleAsync(kind == SettlementKind.Dead ? Settlement.Dead(lease, "why") : Settlement.Held(lease, "why"));
        await ReopenAsync();
        Time.Advance(TimeSpan.FromDays(30));
        Assert.Empty(await TakeAsync());
        Assert.Empty(await Store.ReadFinishedAsync(WorkQueue.Outbound, 10, None));
        Assert.Empty(await Store.ReadAgedAsync(WorkQueue.Outbound, DateTimeOffset.MinValue, Time.GetUtcNow(), 10, None));
        Assert.Equal((state, "why"), ((await Store.GetAsync(document.Id, None))!.State, (await Store.GetAsync(document.Id, None))!.Reason));
        await Store.SettleAsync(Settlement.Deferred((await Store.ReadLeaseAsync(document.Id, None))!, Time.GetUtcNow(), "released"));
        Assert.Single(await TakeAsync());
    }

    [Theory]
    [InlineData(DocumentState.Held)]
    [InlineData(DocumentState.Dead)]
    [InlineData(DocumentState.Failure)]
    [InlineData(DocumentState.Pending)]
    public async Task A_document_that_waits_again_is_pending_from_its_time_on_whatever_it_was(DocumentState state)
    {
        var document = await Store.PutAsync(with: d => d with { State = state, Reason = "r", Attempts = [FullAttempt] });
        var due = Time.GetUtcNow().AddMinutes(5);
        var hints = new List<QueueHint>();
        using (Store.Watch(WorkQueue.Outbound, hints.Add))
            Assert.True(await Store.SettleAsync(Settlement.Again((await Store.ReadLeaseAsync(document.Id, None))!, due) with { Envelope = Envelope(to: "eve@example.com") }));
        Assert.Equal([new QueueHint(WorkQueue.Outbound, QueueHintKind.Waiting, "", due)], hints);
        Assert.Empty(await TakeAsync());
        await ReopenAsync();
        var again = (await Store.GetAsync(document.Id, None))!;
        Assert.Equal((DocumentState.Pending, (DateTimeOffset?)due, null, 1), (again.State, again.Due, again.Reason, again.Attempts.Length));
        Assert.Empty(await Store.ReadFinishedAsync(WorkQueue.Outbound, 10, None));
        Assert.Equal([new QueueCount(WorkQueue.Outbound, DocumentState.Pending, 1)], Store.Counts().Where(count => count.Documents > 0));
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("eve@example.com", (await Store.TakeOneAsync()).Document.Envelope!.Recipients[0].Address.ToString());
    }

    [Fact]
    public async Task A_document_that_waits_again_without_its_lease_does_not()
    {
        var document = await Store.PutAsync(with: d => d with { State = DocumentState.Held });
        var lease = (await Store.ReadLeaseAsync(document.Id, None))!;
        Assert.True(await Store.SettleAsync(Settlement.Dead((await Store.ReadLeaseAsync(document.Id, None))!, "first")));
        Assert.False(await Store.SettleAsync(Settlement.Again(lease, Time.GetUtcNow())));
        Assert.Equal(DocumentState.Dead, (await Store.GetAsync(document.Id, None))!.State);
    }

    [Fact]
    public async Task A_postponed_document_is_as_before_the_take_but_waits_until_then()
    {
        var document = await Store.PutAsync(with: d => d with { State = DocumentState.Failure, Due = Time.GetUtcNow().AddMinutes(-3), Reason = "r", Attempts = [FullAttempt] });
        var before = await Store.GetAsync(document.Id, None);
        var due = Time.GetUtcNow().AddHours(3);
        await Store.SettleAsync(Settlement.Postponed(await Store.TakeOneAsync(), due));
        Same(before! with { Due = due }, await Store.GetAsync(document.Id, None));
        Assert.Empty(await TakeAsync());
        Time.Advance(TimeSpan.FromHours(3));
        Assert.Single(await TakeAsync());
    }

    [Fact]
    public async Task What_does_not_wait_cannot_be_postponed()
    {
        var document = await Store.PutAsync();
        await Store.SettleAsync(Settlement.Dead(await Store.TakeOneAsync(), "poison"));
        await Store.SettleAsync(Settlement.Postponed((await Store.ReadLeaseAsync(document.Id, None))!, Time.GetUtcNow()));
        Assert.Null((await Store.GetAsync(document.Id, None))!.Due);
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task A_released_document_is_as_before_the_take()
    {
        var document = await Store.PutAsync(with: d => d with { State = DocumentState.Failure, Due = Time.GetUtcNow().AddMinutes(-3), Reason = "r", Attempts = [FullAttempt] });
        var before = await Store.GetAsync(document.Id, None);
        await Store.SettleAsync(Settlement.Released(await Store.TakeOneAsync()));
        Same(before, await Store.GetAsync(document.Id, None));
        Assert.Single(await TakeAsync());
    }

    [Fact]
    public async Task A_new_envelope_takes_the_place_of_the_old_also_in_the_order_of_priority()
    {
        var first = await Store.PutAsync();
        var second = await Store.PutAsync();
        var leases = await TakeAsync();
        await Store.SettleAsync([Settlement.Released(leases[0]), Settlement.Released(leases[1]) with { Envelope = FullEnvelope }], None);
        await ReopenAsync();
        Assert.Equal([second.Id, first.Id], (await TakeAsync()).Select(l => l.Document.Id));
        Same(second with { Envelope = FullEnvelope, State = DocumentState.LockedForXmit }, await Store.GetAsync(second.Id, None));
    }

    [Fact]
    public async Task Settlements_of_one_call_stand_each_for_itself()
    {
        await Store.PutAsync([Document(Store), Document(Store)], [], None);
        var leases = await TakeAsync();
        await Store.SettleAsync(Settlement.Succeeded(leases[0]));
        Assert.Equal([false, true], await Store.SettleAsync([Settlement.Removed(leases[0]), Settlement.Removed(leases[1])], None));
        Assert.Single(await Store.ViewAsync(new QueueView(), None));
    }

    [Fact]
    public async Task A_settlement_that_cannot_be_changes_nothing()
    {
        var document = await Store.PutAsync();
        var lease = await Store.TakeOneAsync();
        var orphan = Document(Store) with { Parent = Store.NewId() };
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await Store.SettleAsync([Settlement.Removed(lease) with { Created = [orphan], Counters = [new CounterChange("X", 1)] }], None));
        Assert.Empty(await Store.CountersAsync(None));
        Assert.Equal(DocumentState.LockedForXmit, (await Store.GetAsync(document.Id, None))!.State);
        Assert.Empty(await TakeAsync());
        Assert.True(await Store.SettleAsync(Settlement.Succeeded(lease)));
    }

    [Fact]
    public async Task A_parent_counts_the_children_that_its_conversion_created()
    {
        var parent = await Store.PutAsync(WorkQueue.SmtpBox);
        var lease = await Store.TakeOneAsync(WorkQueue.SmtpBox);
        await Store.SettleAsync(Settlement.Succeeded(lease) with { Created = [.. Enumerable.Range(0, 3).Select(_ => Document(Store) with { Parent = parent.Id })] });
        await ReopenAsync();
        var read = (await Store.GetAsync(parent.Id, None))!;
        Assert.Equal((DocumentState.Success, 3), (read.State, read.Children));
    }

    [Fact]
    public async Task A_parent_put_with_its_children_counts_them()
    {
        var parent = Document(Store, WorkQueue.SmtpBox) with { Children = 77 };
        await Store.PutAsync([Document(Store) with { Parent = parent.Id }, parent, Document(Store) with { Parent = parent.Id }], [], None);
        Assert.Equal(2, (await Store.GetAsync(parent.Id, None))!.Children);
    }

    [Fact]
    public async Task The_last_child_takes_its_parent_and_contents_along()
    {
        var parent = Document(Store, WorkQueue.SmtpBox) with { State = DocumentState.Success };
        Content shared = null!;
        await ContentAsync(Store.NewContent, Octets(100), async content =>
        {
            shared = content;
            await Store.PutAsync([parent with { Content = content }, .. Enumerable.Range(0, 3).Select(_ => Document(Store) with { Parent = parent.Id, Content = content })], [], None);
        });
        foreach (var expected in (int[])[2, 1, 0])
        {
            Assert.Empty(await Store.ReadFinishedAsync(WorkQueue.SmtpBox, 10, None));
            Assert.Equal(100, (await ReadAsync(Store.ReadContentAsync(shared, None))).Length);
            await Store.SettleAsync(Settlement.Removed(await Store.TakeOneAsync()));
            Assert.Equal(expected == 0 ? null : expected, (await Store.GetAsync(parent.Id, None))?.Children);
        }
        Assert.Empty(Store.Counts());
        Assert.True(await IsGoneAsync(Store.ReadContentAsync(shared, None)));
        await ReopenAsync();
        Assert.True(await IsGoneAsync(Store.ReadContentAsync(shared, None)));
    }

    [Fact]
    public async Task A_split_child_keeps_its_parent_waiting()
    {
        var parent = await Store.PutAsync(WorkQueue.SmtpBox, with: d => d with { State = DocumentState.Success });
        await Store.PutAsync(with: d => d with { Parent = parent.Id });
        var child = await Store.TakeOneAsync();
        await Store.SettleAsync(Settlement.Removed(child) with { Created = [child.Document with { Id = Store.NewId() }] });
        Assert.Equal(1, (await Store.GetAsync(parent.Id, None))!.Children);
        await Store.SettleAsync(Settlement.Removed(await Store.TakeOneAsync()));
        Assert.Null(await Store.GetAsync(parent.Id, None));
    }

    [Fact]
    public async Task A_parent_that_is_gone_does_not_stop_its_children()
    {
        var parent = await Store.PutAsync(WorkQueue.SmtpBox);
        await Store.PutAsync(with: d => d with { Parent = parent.Id });
        await Store.SettleAsync(Settlement.Removed((await Store.ReadLeaseAsync(parent.Id, None))!));
        var child = await Store.TakeOneAsync();
        Assert.True(await Store.SettleAsync(Settlement.Removed(child) with { Created = [child.Document with { Id = Store.NewId() }] }));
        Assert.True(await Store.SettleAsync(Settlement.Removed(await Store.TakeOneAsync())));
        Assert.Empty(Store.Counts());
    }

    [Fact]
    public async Task A_failed_parent_is_finished_work_and_a_converted_one_is_not()
    {
        var failed = await Store.PutAsync(WorkQueue.SmtpBox, with: d => d with { State = DocumentState.Failure });
        var converted = await Store.PutAsync(WorkQueue.SmtpBox, with: d => d with { State = DocumentState.Success });
        await Store.PutAsync(with: d => d with { Parent = converted.Id });
        Assert.Equal(failed.Id, Assert.Single(await Store.ReadFinishedAsync(WorkQueue.SmtpBox, 10, None)).Document.Id);
    }

    [Fact]
    public async Task Finished_documents_are_read_oldest_first()
    {
        var documents = new List<Document>();
        for (var i = 0; i < 5; i++)
            documents.Add(await Store.PutAsync(lane: $"lane{i}"));
        foreach (var document in Enumerable.Reverse(documents))
            await Store.SettleAsync(Settlement.Succeeded(await Store.TakeOneAsync(lane: document.Destination)));
        Assert.Equal(documents.Take(3).Select(d => d.Id), (await Store.ReadFinishedAsync(WorkQueue.Outbound, 3, None)).Select(l => l.Document.Id));
    }

    [Fact]
    public async Task A_document_moves_between_queues_in_one_settlement()
    {
        await ContentAsync(Store.NewContent, Octets(300), async content => await Store.PutAsync(WorkQueue.Inbound, with: d => d with { Content = content }));
        var received = await Store.TakeOneAsync(WorkQueue.Inbound);
        await Store.SettleAsync(Settlement.Removed(received) with { Created = [received.Document with { Id = Store.NewId(), Queue = WorkQueue.MailBox, Due = null }] });
        await ReopenAsync();
        Assert.Equal(1, Store.Counts().Single().Documents);
        var moved = await Store.TakeOneAsync(WorkQueue.MailBox);
        Assert.Equal(Octets(300), await ReadAsync(Store.ReadContentAsync(moved.Document.Content!, None)));
    }
}
