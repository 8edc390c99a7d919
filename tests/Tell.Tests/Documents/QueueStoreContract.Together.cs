using Tell.Documents;
using Tell.Mail;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

public abstract partial class QueueStoreContract
{
    [Fact]
    public async Task Settlements_that_go_together_are_all_carried_out()
    {
        await Store.PutAsync([Document(Store), Document(Store), Document(Store)], [], None);
        var leases = await TakeAsync();
        var report = Document(Store, WorkQueue.SmtpBox);
        Assert.Equal([true], await Store.SettleAsync(
        [
            Settlement.Removed(leases[0]) with
            {
                Created = [report], Counters = [new CounterChange("A", 1)],
                Others = [Settlement.Removed(leases[1]) with { Counters = [new CounterChange("A", 1)] }, Settlement.Failed(leases[2], "r") with { Attempt = FullAttempt, Created = [Document(Store, WorkQueue.SmtpBox)] }],
            },
        ], None));
        await ReopenAsync();
        Assert.Equal(2, Store.Counts().Of(WorkQueue.SmtpBox, DocumentState.Pending));
        Assert.Single((await Store.GetAsync(leases[2].Document.Id, None))!.Attempts);
        Assert.Null(await Store.GetAsync(leases[0].Document.Id, None));
        Assert.Null(await Store.GetAsync(leases[1].Document.Id, None));
        Assert.Equal(2, (await Store.CountersAsync(None))["A"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Where_one_lease_is_lost_nothing_that_goes_together_is_carried_out(int lost)
    {
        await Store.PutAsync([Document(Store), Document(Store), Document(Store), Document(Store)], [], None);
        var leases = await TakeAsync();
        Assert.True(await Store.SettleAsync(Settlement.Held(leases[lost], "an operator")));
        var books = new PlainBooks();
        Store.AccountWith(books);
        var together = Settlement.Removed(leases[0]) with
        {
            Created = [Document(Store, WorkQueue.SmtpBox)], Counters = [new CounterChange("A", 1)],
            Others = [Settlement.Removed(leases[1]) with { Counters = [new CounterChange("A", 1)] }, Settlement.Succeeded(leases[2])],
        };
        // Those beside it stand for themselves.
        Assert.Equal([false, true], await Store.SettleAsync([together, Settlement.Removed(leases[3])], None));
        await ReopenAsync();
        Assert.Equal(3, (await Store.ViewAsync(new QueueView(), None)).Count);
        Assert.Equal(("Booked.Removed", 1L), Assert.Single((await Store.CountersAsync(None)).Select(counter => (counter.Key, counter.Value))));
        Assert.Equal(("Booked.Removed", 1L), Assert.Single(books.Told.Select(told => (told.Key, told.Value))));
        Assert.Equal(2, (await TakeAsync()).Count);
    }

    [Fact]
    public async Task One_call_with_the_same_document_twice_is_refused_and_changes_nothing()
    {
        var document = await Store.PutAsync();
        var lease = await Store.TakeOneAsync();
        await Store.PutAsync();
        var other = await Store.TakeOneAsync();
        Settlement[][] calls =
        [
            [Settlement.Succeeded(lease), Settlement.Removed(lease)],
            [Settlement.Removed(lease) with { Others = [Settlement.Removed(lease)] }],
            [Settlement.Removed(other) with { Others = [Settlement.Removed(lease)] }, Settlement.Succeeded(lease)],
            [Settlement.Removed(other) with { Others = [Settlement.Removed(lease) with { Others = [Settlement.Removed(other)] }] }],
            [Settlement.Removed(other) with { Others = [Settlement.Removed(lease) with { Created = [Document(Store) with { Parent = Store.NewId() }] }] }],
        ];
        foreach (var call in calls)
            await Assert.ThrowsAsync<ArgumentException>(async () => await Store.SettleAsync(call, None));
        Assert.Equal(DocumentState.LockedForXmit, (await Store.GetAsync(document.Id, None))!.State);
        Assert.Equal([true, true], await Store.SettleAsync([Settlement.Succeeded(lease), Settlement.Succeeded(other)], None));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_parent_may_be_settled_with_its_last_child_and_what_it_holds_goes_on(bool parentFirst)
    {
        Content content = null!;
        var parent = Document(Store, WorkQueue.SmtpBox) with { State = DocumentState.Success };
        await ContentAsync(Store.NewContent, Octets(100), async c => await Store.PutAsync([parent with { Content = content = c }, Document(Store) with { Parent = parent.Id }], [], None));
        var (mother, child) = ((await Store.ReadLeaseAsync(parent.Id, None))!, await Store.TakeOneAsync());
        var report = Document(Store, WorkQueue.SmtpBox) with { Content = content };
        var (one, two) = parentFirst ? (mother, child) : (child, mother);
        Assert.True(await Store.SettleAsync(Settlement.Removed(one) with { Others = [Settlement.Removed(two) with { Created = [report] }] }));
        Assert.Equal(report.Id, Assert.Single(await Store.ViewAsync(new QueueView(), None)).Id);
        Assert.Equal(100, (await ReadAsync(Store.ReadContentAsync(content, None))).Length);
    }

    [Fact]
    public async Task A_settlement_changes_lane_notices_releases_and_age()
    {
        var document = await Store.PutAsync(lane: "a", with: d => d with { State = DocumentState.Failure, Due = Time.GetUtcNow(), Reason = "r" });
        var began = Time.GetUtcNow().AddDays(1);
        var hints = new List<QueueHint>();
        using (Store.Watch(WorkQueue.Outbound, hints.Add))
        {
            Assert.True(await Store.SettleAsync(Settlement.Released(await Store.TakeOneAsync(lane: "a")) with
            {
                Destination = "b", Notices = 2, Releases = 1, Began = began.AddTicks(77), Envelope = FullEnvelope,
            }));
        }
        Assert.Equal("b", Assert.Single(hints).Destination);
        await ReopenAsync();
        Same(document with { Destination = "b", Notices = 2, Releases = 1, Began = began, Envelope = FullEnvelope }, await Store.GetAsync(document.Id, None));
        Assert.Empty(await TakeAsync(lane: "a"));
        await Store.SettleAsync(Settlement.Again(await Store.TakeOneAsync(lane: "b"), Time.GetUtcNow()) with { Notices = 0 });
        var again = (await Store.GetAsync(document.Id, None))!;
        Assert.Equal(("b", 0, 1, began), (again.Destination, again.Notices, again.Releases, again.AgeFrom));
    }

    [Fact]
    public async Task What_another_has_taken_is_not_stored_as_taken_where_it_is_released()
    {
        var document = await Store.PutAsync(with: d => d with { State = DocumentState.Failure, Due = Time.GetUtcNow() });
        await Store.TakeOneAsync();
        Time.Advance(TimeSpan.FromMilliseconds(1));
        var seen = Assert.Single(await Store.ReadAgedAsync(WorkQueue.Outbound, DateTimeOffset.MinValue, Time.GetUtcNow(), 10, None));
        Assert.Equal((DocumentState.LockedForXmit, null), (seen.Document.State, seen.Document.Due));
        await Store.SettleAsync(Settlement.Released(seen));
        Same(document, await Store.GetAsync(document.Id, None));
        Assert.Single(await TakeAsync());
    }

    [Fact]
    public async Task Finished_documents_are_read_by_state_and_after_an_id_and_failures_with_their_attempts()
    {
        foreach (var state in (DocumentState[])[DocumentState.Success, DocumentState.Failure, DocumentState.Success, DocumentState.Failure, DocumentState.Dead])
            await Store.PutAsync(with: d => d with { State = state, Attempts = [FullAttempt] });
        await Store.PutAsync(WorkQueue.SmtpBox, with: d => d with { State = DocumentState.Success });
        var successes = await Store.ReadFinishedAsync(WorkQueue.Outbound, DocumentState.Success, null, 10, None);
        Assert.Equal([DocumentState.Success, DocumentState.Success], successes.Select(lease => lease.Document.State));
        Assert.All(successes, lease => Assert.Equal((0, 1), (lease.Document.Attempts.Length, lease.Document.AttemptCount)));
        Assert.Equal(successes[1].Document.Id, Assert.Single(await Store.ReadFinishedAsync(WorkQueue.Outbound, DocumentState.Success, successes[0].Document.Id, 10, None)).Document.Id);
        Assert.Empty(await Store.ReadFinishedAsync(WorkQueue.Outbound, DocumentState.Success, successes[1].Document.Id, 10, None));
        var failures = await Store.ReadFinishedAsync(WorkQueue.Outbound, DocumentState.Failure, null, 10, None);
        Assert.Equal(2, failures.Count);
        Assert.All(failures, lease => Assert.Equal([FullAttempt], lease.Document.Attempts.AsEnumerable()));
        Assert.Empty(await Store.ReadFinishedAsync(WorkQueue.Outbound, DocumentState.Dead, null, 10, None));
        Assert.Empty(await Store.ReadFinishedAsync(WorkQueue.Outbound, DocumentState.Failure, null, 0, None));
    }

    [Fact]
    public async Task Ages_are_read_in_order_by_pages_that_neither_miss_nor_repeat()
    {
        var expected = new List<Document>();
        for (var i = 0; i < 60; i++)
        {
            // Some of one millisecond, some that began earlier or later than they were made, with parts of a millisecond that do not count.
            var at = i;
            expected.Add(await Store.PutAsync(lane: $"l{i % 3}", with: d => d with
            {
                Began = at % 4 == 0 ? Time.GetUtcNow().AddMilliseconds(at % 7 - 3).AddTicks(5000) : null, Attempts = at % 5 == 0 ? [FullAttempt] : [],
                State = at % 6 == 0 ? DocumentState.Failure : DocumentState.Pending, Due = Time.GetUtcNow().AddDays(at % 2),
            }));
            await Store.PutAsync(WorkQueue.Inbound);
            await Store.PutAsync(with: d => d with { State = DocumentState.Held });
            if (i % 3 == 0)
                Time.Advance(TimeSpan.FromTicks(7000));
        }
        await TakeAsync(lane: "l1", most: 5);
        var stored = (await Store.ViewAsync(new QueueView { Queue = WorkQueue.Outbound }, None)).Where(d => d.State != DocumentState.Held).OrderBy(d => d.AgeFrom).ThenBy(d => d.Id).ToList();
        Assert.Equal(60, stored.Count);
        foreach (var most in (int[])[1, 2, 7, 100])
        {
            var read = new List<Lease>();
            var after = DateTimeOffset.MinValue;
            while (await Store.ReadAgedAsync(WorkQueue.Outbound, after, DateTimeOffset.MaxValue, most, None) is { Count: > 0 } page)
            {
                Assert.True(page.Count <= most || page[most - 1].Document.AgeFrom == page[^1].Document.AgeFrom);
                read.AddRange(page);
                after = page[^1].Document.AgeFrom;
            }
            Assert.Equal(stored.Select(d => d.Id), read.Select(lease => lease.Document.Id));
            Assert.Equal(5, read.Count(lease => lease.Document.State == DocumentState.LockedForXmit && lease.Document.Due is null));
            Assert.All(read, lease => Assert.Equal(lease.Document.AttemptCount, lease.Document.Attempts.Length));
        }
        var middle = stored[30].AgeFrom;
        Assert.Equal(stored.Count(d => d.AgeFrom <= middle), (await Store.ReadAgedAsync(WorkQueue.Outbound, DateTimeOffset.MinValue, middle.AddTicks(3), 100, None)).Count);
        Assert.Equal(stored.Count(d => d.AgeFrom < middle), (await Store.ReadAgedAsync(WorkQueue.Outbound, DateTimeOffset.MinValue, middle.AddTicks(-1), 100, None)).Count);
        Assert.Equal(stored.Count(d => d.AgeFrom > middle), (await Store.ReadAgedAsync(WorkQueue.Outbound, middle.AddTicks(3), DateTimeOffset.MaxValue, 100, None)).Count);
        Assert.Empty(await Store.ReadAgedAsync(WorkQueue.Outbound, middle, middle, 100, None));
        Assert.Empty(await Store.ReadAgedAsync(WorkQueue.Outbound, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 0, None));
    }

    [Fact]
    public async Task Who_reads_ages_settles_what_nobody_took_meanwhile()
    {
        await Store.PutAsync([Document(Store), Document(Store, lane: "later") with { Due = Time.GetUtcNow().AddDays(1) }], [], None);
        Time.Advance(Minute);
        var leases = await Store.ReadAgedAsync(WorkQueue.Outbound, DateTimeOffset.MinValue, Time.GetUtcNow(), 10, None);
        await TakeAsync();
        Assert.Equal([false, true], await Store.SettleAsync([.. leases.Select(lease => Settlement.Released(lease) with { Notices = 1 })], None));
        Assert.Equal(1, (await Store.GetAsync(leases[1].Document.Id, None))!.Notices);
    }
}
