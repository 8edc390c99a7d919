using System.Collections.Concurrent;
using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

/// <summary>What every engine promises of its work queues. Parts by verb.</summary>
public abstract partial class QueueStoreContract(IPlace place) : IAsyncLifetime
{
    protected Clock Time { get; } = new();

    protected IQueueStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => await ReopenAsync();

    public async Task DisposeAsync() => await place.DisposeAsync();

    protected async Task ReopenAsync() => Store = (await place.OpenAsync(Time)).Queues;

    protected async Task<IReadOnlyList<Lease>> TakeAsync(WorkQueue queue = WorkQueue.Outbound, string lane = "", int most = 100, int minutes = 1) =>
        await Store.TakeAsync(queue, lane, most, TimeSpan.FromMinutes(minutes), None);

    [Fact]
    public async Task A_document_comes_back_as_it_was_put()
    {
        var document = Document(Store, lane: "example.com") with
        {
            Envelope = FullEnvelope,
            Reason = "because", Notices = 2, Releases = 3, Began = Time.GetUtcNow().AddDays(-2),
            Attempts = [FullAttempt, FullAttempt with { Host = null, Address = null, Tls = null, Node = null, Code = 0, Status = default, Text = "", Phase = "connecting" }],
            Items =
            [
                Item.OfText("SendTo", "a", "", "ü \"\\ \u0001"), Item.OfNumber("N", 1.5, -0.1, double.NaN, double.PositiveInfinity, 1e300), Item.OfNumber("None"),
                Item.OfTime("T", new DateTimeOffset(2026, 1, 1, 1, 2, 3, TimeSpan.FromHours(-5)).AddTicks(1234567)), Item.OfRichText("Body", "text/html", "<p>"), Item.OfText("SendTo", "again"),
            ],
        };
        await Store.PutAsync([document], [], None);
        var expected = document with { Due = Time.GetUtcNow(), AttemptCount = 2 };
        Same(expected, await Store.GetAsync(document.Id, None));
        await ReopenAsync();
        Same(expected, await Store.GetAsync(document.Id, None));
    }

    [Fact]
    public async Task The_null_reverse_path_stays_null()
    {
        var document = await Store.PutAsync(with: d => d with { Envelope = Envelope() with { Sender = null } });
        await ReopenAsync();
        Assert.Null((await Store.GetAsync(document.Id, None))!.Envelope!.Sender);
    }

    [Fact]
    public async Task A_document_without_envelope_and_items_is_kept()
    {
        var document = await Store.PutAsync(with: d => d with { Envelope = null });
        await ReopenAsync();
        Assert.Null((await Store.GetAsync(document.Id, None))!.Envelope);
    }

    [Fact]
    public async Task Getting_an_unknown_id_gives_nothing()
    {
        var document = await Store.PutAsync();
        Assert.Null(await Store.GetAsync(Store.NewId(), None));
        Assert.Null(await Store.GetAsync(document.Id with { Low = document.Id.Low ^ 1 }, None));
        Assert.Null(await Store.ReadLeaseAsync(document.Id with { Low = document.Id.Low ^ 1 }, None));
    }

    [Fact]
    public async Task A_pending_document_without_due_time_is_due_at_once()
    {
        await Store.PutAsync();
        Assert.Equal(Time.GetUtcNow(), (await Store.TakeOneAsync()).Document.Due);
    }

    [Theory]
    [InlineData(DocumentState.Held)]
    [InlineData(DocumentState.Dead)]
    [InlineData(DocumentState.Success)]
    public async Task What_is_put_stopped_or_finished_is_not_taken(DocumentState state)
    {
        var document = await Store.PutAsync(with: d => d with { State = state, Due = Time.GetUtcNow() });
        Assert.Empty(await TakeAsync());
        Assert.Null((await Store.GetAsync(document.Id, None))!.Due);
        Assert.Equal(state == DocumentState.Success ? 1 : 0, (await Store.ReadFinishedAsync(WorkQueue.Outbound, 10, None)).Count);
    }

    [Fact]
    public async Task A_put_is_all_or_none()
    {
        var good = Document(Store);
        var bad = Document(Store) with { Parent = Store.NewId() };
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutAsync([good, bad], [new CounterChange("A.B", 1)], None));
        Assert.Null(await Store.GetAsync(good.Id, None));
        Assert.Empty(Store.Counts());
        Assert.Empty(await Store.CountersAsync(None));
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task An_id_can_be_put_once()
    {
        var document = await Store.PutAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutAsync([document with { Reason = "second" }], [], None));
        Assert.Null((await Store.GetAsync(document.Id, None))!.Reason);
        Assert.Equal(1, Store.Counts().Of(WorkQueue.Outbound, DocumentState.Pending));
    }

    [Fact]
    public async Task A_document_needs_an_id_and_a_queue_and_a_state_to_begin_in()
    {
        Document[] wrong =
        [
            Document(Store) with { Id = default }, Document(Store) with { Queue = null }, Document(Store) with { State = DocumentState.LockedForXmit },
        ];
        foreach (var document in wrong)
            await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutAsync([document], [], None));
    }

    [Fact]
    public async Task New_ids_grow_also_when_the_clock_goes_back_over_a_restart()
    {
        var document = await Store.PutAsync();
        Time.Advance(-TimeSpan.FromDays(400));
        await ReopenAsync();
        Assert.True(Store.NewId().CompareTo(document.Id) > 0);
        Assert.True(Store.NewId().CompareTo(Store.NewId()) < 0);
    }

    [Fact]
    public async Task Counts_follow_every_verb()
    {
        await Store.PutAsync(WorkQueue.Inbound);
        await Store.PutAsync(WorkQueue.Outbound);
        await Store.PutAsync(WorkQueue.Outbound, with: d => d with { State = DocumentState.Held });
        await Store.TakeOneAsync(WorkQueue.Inbound);
        var lease = await Store.TakeOneAsync();
        Assert.Equal(1, Store.Counts().Of(WorkQueue.Inbound, DocumentState.Pending));
        Assert.Equal(0, Store.Counts().Of(WorkQueue.Outbound, DocumentState.Pending));
        Assert.Equal(1, Store.Counts().Of(WorkQueue.Outbound, DocumentState.LockedForXmit));
        await Store.SettleAsync(Settlement.Deferred(lease, Time.GetUtcNow() + Minute, "later"));
        Assert.Equal(1, Store.Counts().Of(WorkQueue.Outbound, DocumentState.Failure));
        Assert.Equal(0, Store.Counts().Of(WorkQueue.Outbound, DocumentState.LockedForXmit));
        await ReopenAsync();
        Assert.Equal(1, Store.Counts().Of(WorkQueue.Outbound, DocumentState.Failure));
        Assert.Equal(1, Store.Counts().Of(WorkQueue.Outbound, DocumentState.Held));
        Assert.Equal(1, Store.Counts().Of(WorkQueue.Inbound, DocumentState.Pending));
        Assert.Equal(3, Store.Counts().Sum(c => c.Documents));
    }

    [Fact]
    public async Task Views_filter_page_and_keep_the_order_of_ids()
    {
        var a = await Store.PutAsync(WorkQueue.Outbound, "a");
        var b = await Store.PutAsync(WorkQueue.Outbound, "b", d => d with { State = DocumentState.Held });
        var c = await Store.PutAsync(WorkQueue.Inbound);
        var d = await Store.PutAsync(WorkQueue.Outbound, "a", d => d with { Attempts = [FullAttempt] });
        async Task<Unid[]> Ids(QueueView view) => [.. (await Store.ViewAsync(view, None)).Select(x => x.Id)];
        Assert.Equal([a.Id, b.Id, c.Id, d.Id], await Ids(new QueueView()));
        Assert.Equal([a.Id, b.Id], await Ids(new QueueView { Limit = 2 }));
        Assert.Equal([c.Id, d.Id], await Ids(new QueueView { After = b.Id }));
        Assert.Equal([a.Id, d.Id], await Ids(new QueueView { Destination = "a" }));
        Assert.Equal([b.Id], await Ids(new QueueView { State = DocumentState.Held }));
        Assert.Equal([c.Id], await Ids(new QueueView { Queue = WorkQueue.Inbound }));
        Assert.Equal([d.Id], await Ids(new QueueView { Queue = WorkQueue.Outbound, State = DocumentState.Pending, After = a.Id }));
        Assert.Empty(await Ids(new QueueView { Limit = 0 }));
        Assert.Empty((await Store.ViewAsync(new QueueView { After = c.Id }, None)).Single().Attempts);
    }

    [Fact]
    public async Task A_view_of_locked_documents_shows_those_that_are_taken_now()
    {
        var first = await Store.PutAsync(lane: "a");
        await Store.PutAsync(lane: "a");
        await Store.PutAsync(WorkQueue.Inbound);
        await Store.TakeOneAsync(lane: "a");
        await Store.TakeOneAsync(WorkQueue.Inbound);
        var locked = Assert.Single(await Store.ViewAsync(new QueueView { State = DocumentState.LockedForXmit }, None));
        Assert.Equal(first.Id, locked.Id);
        Assert.Null(locked.Due);
        Assert.Single(await Store.ViewAsync(new QueueView { Queue = WorkQueue.Outbound, State = DocumentState.Pending }, None));
        Assert.Single(await Store.ViewAsync(new QueueView { Queue = WorkQueue.Inbound, State = DocumentState.Pending }, None));
        Assert.Empty(await Store.ViewAsync(new QueueView { State = DocumentState.LockedForXmit, Destination = "b" }, None));
        Time.Advance(Minute);
        Assert.Empty(await Store.ViewAsync(new QueueView { State = DocumentState.LockedForXmit }, None));
    }

    [Fact]
    public async Task Views_find_the_children_of_a_parent()
    {
        var parent = await Store.PutAsync(WorkQueue.SmtpBox);
        var child = await Store.PutAsync(with: d => d with { Parent = parent.Id });
        await Store.PutAsync();
        Assert.Equal(child.Id, Assert.Single(await Store.ViewAsync(new QueueView { Parent = parent.Id }, None)).Id);
    }

    [Fact]
    public async Task Lanes_are_those_with_waiting_documents_and_their_earliest_due()
    {
        var later = Time.GetUtcNow() + Minute;
        await Store.PutAsync(lane: "b", with: d => d with { Due = later, Envelope = Envelope(Priority.High) });
        await Store.PutAsync(lane: "b", with: d => d with { Due = later - TimeSpan.FromSeconds(1), Envelope = Envelope(Priority.Low) });
        await Store.PutAsync(lane: "a");
        await Store.PutAsync(lane: "");
        await Store.PutAsync(lane: "held", with: d => d with { State = DocumentState.Held });
        await Store.PutAsync(WorkQueue.Inbound, "inbound");
        var lanes = (await Store.LanesAsync(WorkQueue.Outbound, None)).OrderBy(l => l.Destination, StringComparer.Ordinal).ToArray();
        Assert.Equal([new Lane("", Time.GetUtcNow()), new Lane("a", Time.GetUtcNow()), new Lane("b", later - TimeSpan.FromSeconds(1))], lanes);
        await Store.TakeOneAsync(lane: "a");
        Assert.DoesNotContain(await Store.LanesAsync(WorkQueue.Outbound, None), l => l.Destination == "a");
        Time.Advance(Minute);
        Assert.Contains(await Store.LanesAsync(WorkQueue.Outbound, None), l => l.Destination == "a");
    }

    [Fact]
    public async Task Counters_add_up_across_verbs_and_restarts()
    {
        await Store.PutAsync([Document(Store)], [new CounterChange("MTA.A", 2), new CounterChange("MTA.A", 3)], None);
        await Store.ChangeCountersAsync([new CounterChange("MTA.A", -1), new CounterChange("MTA.B", 7)], None);
        await Store.SettleAsync(Settlement.Succeeded(await Store.TakeOneAsync()) with { Counters = [new CounterChange("MTA.B", 1)] });
        await ReopenAsync();
        var counters = await Store.CountersAsync(None);
        Assert.Equal(4, counters["MTA.A"]);
        Assert.Equal(8, counters["MTA.B"]);
    }

    [Fact]
    public async Task Hints_tell_what_waits_and_what_is_finished_when_it_can_be_seen()
    {
        var hints = new ConcurrentQueue<QueueHint>();
        using (Store.Watch(WorkQueue.Outbound, hints.Enqueue))
        {
            await Store.PutAsync(lane: "a");
            await Store.PutAsync(WorkQueue.Inbound);
            await Store.PutAsync(lane: "held", with: d => d with { State = DocumentState.Held });
            Assert.Equal(new QueueHint(WorkQueue.Outbound, QueueHintKind.Waiting, "a", Time.GetUtcNow()), Assert.Single(hints));
            hints.Clear();
            var later = Time.GetUtcNow() + Minute;
            await Store.SettleAsync(Settlement.Deferred(await Store.TakeOneAsync(lane: "a"), later, "x"));
            Assert.Equal(new QueueHint(WorkQueue.Outbound, QueueHintKind.Waiting, "a", later), Assert.Single(hints));
            hints.Clear();
            Assert.Equal(1, await Store.MakeDueAsync(WorkQueue.Outbound, null, None));
            Assert.Equal(new QueueHint(WorkQueue.Outbound, QueueHintKind.Waiting, "a", Time.GetUtcNow()), Assert.Single(hints));
            hints.Clear();
            await Store.SettleAsync(Settlement.Released(await Store.TakeOneAsync(lane: "a")));
            Assert.Equal(QueueHintKind.Waiting, Assert.Single(hints).Kind);
            hints.Clear();
            await Store.SettleAsync(Settlement.Succeeded(await Store.TakeOneAsync(lane: "a")));
            Assert.Equal(QueueHintKind.Finished, Assert.Single(hints).Kind);
            hints.Clear();
        }
        await Store.PutAsync(lane: "a");
        Assert.Empty(hints);
    }

    [Fact]
    public async Task A_put_that_fails_gives_no_hint()
    {
        var hints = new ConcurrentQueue<QueueHint>();
        using var watch = Store.Watch(WorkQueue.Outbound, hints.Enqueue);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutAsync([Document(Store), Document(Store) with { Parent = Store.NewId() }], [], None));
        Assert.Empty(hints);
    }

    [Fact]
    public async Task Making_a_lane_due_leaves_what_is_due_taken_or_elsewhere()
    {
        var later = Time.GetUtcNow() + TimeSpan.FromHours(1);
        await Store.PutAsync(lane: "a", with: d => d with { Due = later });
        await Store.PutAsync(lane: "a", with: d => d with { Due = later, Envelope = Envelope(Priority.Low) });
        await Store.PutAsync(lane: "a");
        await Store.PutAsync(lane: "b", with: d => d with { Due = later });
        await Store.PutAsync(lane: "held", with: d => d with { State = DocumentState.Held });
        Assert.Equal(2, await Store.MakeDueAsync(WorkQueue.Outbound, "a", None));
        Assert.Equal(3, (await TakeAsync(lane: "a")).Count);
        Assert.Empty(await TakeAsync(lane: "b"));
        Assert.Equal(1, await Store.MakeDueAsync(WorkQueue.Outbound, null, None));
        Assert.Equal(0, await Store.MakeDueAsync(WorkQueue.Outbound, null, None));
        await ReopenAsync();
        Assert.Single(await TakeAsync(lane: "b"));
    }

    [Fact]
    public async Task Making_due_counts_every_document_of_a_long_lane()
    {
        await Store.PutAsync([.. Enumerable.Range(0, 2500).Select(_ => Document(Store) with { Due = Time.GetUtcNow() + Minute })], [], None);
        Assert.Equal(2500, await Store.MakeDueAsync(WorkQueue.Outbound, null, None));
    }

    [Fact]
    public async Task Compaction_keeps_everything()
    {
        var documents = new List<Document>();
        var octets = Octets(5000);
        foreach (var _ in Enumerable.Range(0, 200))
        {
            await ContentAsync(Store.NewContent, octets, async content => documents.Add(await Store.PutAsync(with: d => d with { Content = content })));
        }
        foreach (var lease in await TakeAsync(most: 150))
            await Store.SettleAsync(Settlement.Removed(lease));
        var report = await Store.CompactAsync(None);
        Assert.True(report.BytesAfter <= report.BytesBefore);
        Assert.Equal(50, (await TakeAsync(most: 200)).Count);
        Assert.Equal(octets, await ReadAsync(Store.ReadContentAsync(documents[^1].Content!, None)));
    }

    [Fact]
    public async Task Concurrent_takers_never_get_the_same_document()
    {
        await Store.PutAsync([.. Enumerable.Range(0, 500).Select(_ => Document(Store))], [], None);
        var taken = new ConcurrentBag<Unid>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await Task.Yield();
            while (await TakeAsync(most: 7) is { Count: > 0 } leases)
            {
                foreach (var lease in leases)
                    taken.Add(lease.Document.Id);
            }
        }));
        Assert.Equal(500, taken.Count);
        Assert.Equal(500, taken.Distinct().Count());
    }

    [Fact]
    public async Task Concurrent_lives_end_with_an_empty_store_and_exact_counters()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async caller =>
        {
            await Task.Yield();
            var lane = $"lane{caller}";
            for (var i = 0; i < 20; i++)
            {
                var parent = await Store.PutAsync(WorkQueue.SmtpBox, lane);
                var converted = await Store.TakeOneAsync(WorkQueue.SmtpBox, lane);
                await Store.SettleAsync(Settlement.Succeeded(converted) with { Created = [.. Enumerable.Range(0, 3).Select(_ => Document(Store, lane: lane) with { Parent = parent.Id })] });
                foreach (var child in await TakeAsync(lane: lane))
                {
                    await Store.SettleAsync(Settlement.Succeeded(child) with { Counters = [new CounterChange("Sent", 1)] });
                    var done = (await Store.ReadLeaseAsync(child.Document.Id, None))!;
                    await Store.SettleAsync(Settlement.Removed(done));
                }
            }
        }));
        Assert.Empty(Store.Counts());
        Assert.Empty(await Store.ViewAsync(new QueueView(), None));
        Assert.Equal(600, (await Store.CountersAsync(None))["Sent"]);
    }

    [Fact]
    public async Task A_cancelled_call_changes_nothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.PutAsync([Document(Store)], [], source.Token));
        Assert.Empty(Store.Counts());
    }
}

public sealed class MemoryQueueStoreTests() : QueueStoreContract(new MemoryPlace());

public sealed class SqliteQueueStoreTests() : QueueStoreContract(new SqlitePlace());
