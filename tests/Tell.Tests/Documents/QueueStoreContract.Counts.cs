using Tell.Documents;
using Tell.Mail;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

public abstract partial class QueueStoreContract
{
    private static readonly Fingerprint One = new(1, 2), Two = new(1, 3);

    private ValueTask<Unid> PutOnceAsync(Document document, Fingerprint fingerprint, int minutes = 10) => Store.PutOnceAsync(
        document, fingerprint, Time.GetUtcNow().AddMinutes(minutes), [new CounterChange("Put", 1)], [new TrafficChange(TrafficKind.Channel, "in", new Traffic { Received = new Amount(1, 2, 3) })], None);

    [Fact]
    public async Task What_is_sent_again_is_put_once_also_after_a_restart_and_when_it_has_gone()
    {
        var (first, second) = (Document(Store), Document(Store));
        Assert.Equal(first.Id, await PutOnceAsync(first, One));
        Assert.Equal(first.Id, await PutOnceAsync(second, One));
        Assert.Equal(second.Id, await PutOnceAsync(second, Two));
        await Store.SettleAsync([.. (await TakeAsync()).Select(Settlement.Removed)], None);
        await ReopenAsync();
        Assert.Equal(first.Id, await PutOnceAsync(Document(Store), One));
        Assert.Empty(Store.Counts());
        Assert.Equal(2, (await Store.CountersAsync(None))["Put"]);
        Assert.Equal(new Amount(2, 4, 6), (await Store.TrafficAsync(TrafficKind.Channel, None))["in"].Received);
    }

    [Fact]
    public async Task What_is_sent_again_after_its_time_is_new()
    {
        var first = Document(Store);
        await PutOnceAsync(first, One);
        Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(first.Id, await PutOnceAsync(Document(Store), One));
        Time.Advance(TimeSpan.FromMilliseconds(1));
        var second = Document(Store);
        Assert.Equal(second.Id, await PutOnceAsync(second, One));
        await ReopenAsync();
        Assert.Equal(second.Id, await PutOnceAsync(Document(Store), One));
    }

    [Fact]
    public async Task A_forgotten_fingerprint_is_new_and_a_new_process_knows_the_last_again()
    {
        var (first, second) = (Document(Store), Document(Store));
        await PutOnceAsync(first, One);
        Store.Forget(One);
        Store.Forget(Two);
        Assert.Equal(second.Id, await PutOnceAsync(second, One));
        Assert.Equal(second.Id, await PutOnceAsync(Document(Store), One));
        Store.Forget(One);
        await ReopenAsync();
        Assert.Equal(second.Id, await PutOnceAsync(Document(Store), One));
    }

    [Fact]
    public async Task A_put_once_that_cannot_be_leaves_no_fingerprint()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await PutOnceAsync(Document(Store) with { Parent = Store.NewId() }, One));
        var good = Document(Store);
        Assert.Equal(good.Id, await PutOnceAsync(good, One));
        Assert.Equal(1, (await Store.CountersAsync(None))["Put"]);
    }

    [Fact]
    public async Task Of_many_that_put_the_same_at_a_time_one_wins()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => PutOnceAsync(Document(Store), new Fingerprint(7, (UInt128)(i % 5))).AsTask()));
        Assert.Equal(5, ids.Distinct().Count());
        Assert.Equal(5, (await Store.ViewAsync(new QueueView(), None)).Count);
        Assert.Equal(5, (await Store.CountersAsync(None))["Put"]);
    }

    [Fact]
    public async Task What_is_counted_outside_of_any_verb_is_seen_at_once_and_kept_over_a_clean_end()
    {
        Store.Count("A", 2);
        Store.Count("A", 3);
        Assert.Equal(5, (await Store.CountersAsync(None))["A"]);
        await Store.PutAsync();
        Assert.Equal(5, (await Store.CountersAsync(None))["A"]);
        await Store.ChangeCountersAsync([new CounterChange("A", 1)], None);
        Store.Count("A", 10);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutAsync([Document(Store) with { Parent = Store.NewId() }], [], None));
        Assert.Equal(16, (await Store.CountersAsync(None))["A"]);
        await ReopenAsync();
        Assert.Equal(16, (await Store.CountersAsync(None))["A"]);
        Store.Count("B", 1);
        await Store.ChangeCountersAsync([], None);
        Assert.Equal(1, (await Store.CountersAsync(None))["B"]);
    }

    [Fact]
    public async Task A_counter_is_reset_with_what_waits()
    {
        Store.Count("A", 2);
        Assert.True(await Store.ResetCounterAsync("A", None));
        Assert.Equal(0, (await Store.CountersAsync(None))["A"]);
        Store.Count("A", 1);
        await ReopenAsync();
        Assert.Equal(1, (await Store.CountersAsync(None))["A"]);
        Assert.False(await Store.ResetCounterAsync("B", None));
    }

    [Fact]
    public async Task Counts_of_many_threads_add_up()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            await Task.Yield();
            for (var i = 0; i < 200; i++)
            {
                Store.Count("A", 1);
                if (i % 20 == n)
                    await Store.ChangeCountersAsync([new CounterChange("A", 1)], None);
            }
        }));
        await ReopenAsync();
        Assert.Equal(8 * 200 + 8 * 10, (await Store.CountersAsync(None))["A"]);
    }

    [Fact]
    public async Task Accounts_add_up_across_verbs_and_restarts()
    {
        var all = new Traffic
        {
            Received = new Amount(1, 2, 3), Delivered = new Amount(4, 5, 6), DeliveredFirst = 7, Submitted = new Amount(8, 9, 10), Attempted = new Amount(11, 12, 13),
            Rejected = new Amount(14, 15, 16), Failed = new Amount(17, 18, 19), QueueTime = 20, QueueTimeFirst = 21, InAssociations = 22, OutAssociations = 5_000_000_000,
        };
        var document = Document(Store);
        await Store.PutAsync([document], [], [new TrafficChange(TrafficKind.Channel, "", all), new TrafficChange(TrafficKind.Destination, "Ü.example", all), new TrafficChange(TrafficKind.Channel, "", all)], None);
        await ReopenAsync();
        Assert.Equal(all + all, (await Store.TrafficAsync(TrafficKind.Channel, None))[""]);
        await Store.SettleAsync(Settlement.Removed(await Store.TakeOneAsync()) with { Traffic = [new TrafficChange(TrafficKind.Channel, "", all), new TrafficChange(TrafficKind.Channel, "b", all)] });
        var channels = await Store.TrafficAsync(TrafficKind.Channel, None);
        Assert.Equal((2, all + all + all, all), (channels.Count, channels[""], channels["b"]));
        Assert.Equal(all, Assert.Single(await Store.TrafficAsync(TrafficKind.Destination, None)).Value);
    }

    [Fact]
    public async Task What_is_refused_changes_no_account()
    {
        TrafficChange[] change = [new(TrafficKind.Channel, "a", new Traffic { DeliveredFirst = 1 })];
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutAsync([Document(Store) with { Parent = Store.NewId() }], [], change, None));
        await Store.PutAsync();
        var lease = await Store.TakeOneAsync();
        await Store.SettleAsync(Settlement.Held(lease, "h"));
        Assert.False(await Store.SettleAsync(Settlement.Removed(lease) with { Traffic = [.. change] }));
        Assert.Empty(await Store.TrafficAsync(TrafficKind.Channel, None));
    }

    [Fact]
    public async Task Accounts_begin_again_and_are_forgotten_when_nothing_happens()
    {
        var delta = new Traffic { DeliveredFirst = 1 };
        Task PutAsync(params TrafficChange[] traffic) => Store.PutAsync([], [], traffic, None).AsTask();
        await PutAsync(new TrafficChange(TrafficKind.Channel, "a", delta), new TrafficChange(TrafficKind.Channel, "b", delta), new TrafficChange(TrafficKind.Destination, "a", delta));
        Assert.True(await Store.ResetTrafficAsync(TrafficKind.Channel, "a", None));
        Assert.False(await Store.ResetTrafficAsync(TrafficKind.Channel, "a", None));
        Assert.Equal(["b"], (await Store.TrafficAsync(TrafficKind.Channel, None)).Keys);
        await PutAsync(new TrafficChange(TrafficKind.Channel, "a", delta));
        Assert.Equal(1, (await Store.TrafficAsync(TrafficKind.Channel, None))["a"].DeliveredFirst);
        Assert.True(await Store.ResetTrafficAsync(TrafficKind.Channel, null, None));
        Assert.False(await Store.ResetTrafficAsync(TrafficKind.Channel, null, None));
        Assert.Single(await Store.TrafficAsync(TrafficKind.Destination, None));
        var since = Time.GetUtcNow();
        Time.Advance(Minute);
        await PutAsync([new TrafficChange(TrafficKind.Channel, "a", delta), .. Enumerable.Range(0, 2500).Select(i => new TrafficChange(TrafficKind.Destination, $"d{i}", delta))]);
        await ReopenAsync();
        Assert.Equal(0, await Store.ForgetTrafficAsync(since, None));
        Assert.Equal(1, await Store.ForgetTrafficAsync(since.AddTicks(1), None));
        Assert.Equal(2500, (await Store.TrafficAsync(TrafficKind.Destination, None)).Count);
        Assert.Equal(2500, await Store.ForgetTrafficAsync(DateTimeOffset.MaxValue, None));
        Assert.Single(await Store.TrafficAsync(TrafficKind.Channel, None));
    }

    [Fact]
    public async Task What_is_stored_is_counted_by_lane_from_what_waits_or_is_on_its_way()
    {
        await ContentAsync(Store.NewContent, Octets(300), async content =>
        {
            await Store.PutAsync(lane: "a", with: d => d with { Content = content, Envelope = FullEnvelope });
            await Store.PutAsync(lane: "a", with: d => d with { Content = content, State = DocumentState.Failure, Due = Time.GetUtcNow().AddDays(1) });
        });
        await Store.PutAsync(lane: "b", with: d => d with { Envelope = null });
        foreach (var state in (DocumentState[])[DocumentState.Failure, DocumentState.Success, DocumentState.Dead, DocumentState.Held])
            await Store.PutAsync(lane: "a", with: d => d with { State = state });
        await Store.PutAsync(WorkQueue.Inbound);
        await TakeAsync(lane: "a", most: 1);
        Assert.Equal([new StoredMail("a", 2, 4, 600), new StoredMail("b", 1, 0, 0)], (await Store.StoredAsync(WorkQueue.Outbound, None)).OrderBy(stored => stored.Destination, StringComparer.Ordinal));
        Assert.Empty(await Store.StoredAsync(WorkQueue.MailBox, None));
        for (var i = 0; i < 3; i++)
            await Store.PutAsync([.. Enumerable.Range(0, 1000).Select(_ => Document(Store, WorkQueue.MailBox))], [], None);
        Assert.Equal(new StoredMail("", 3000, 3000, 0), Assert.Single(await Store.StoredAsync(WorkQueue.MailBox, None)));
    }
}
