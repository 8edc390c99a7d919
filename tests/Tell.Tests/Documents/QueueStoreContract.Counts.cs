using Tell.Documents;
using Tell.Mail;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

public abstract partial class QueueStoreContract
{
    private static readonly Fingerprint One = new(1, 2), Two = new(1, 3);

    private ValueTask<Unid> PutOnceAsync(Document document, Fingerprint fingerprint, int minutes = 10) => Store.PutOnceAsync(
        document, fingerprint, Time.GetUtcNow().AddMinutes(minutes), [new CounterChange("Put", 1)], None);

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
            Failed = new Amount(14, 15, 16), QueueTime = 20, QueueTimeFirst = 5_000_000_000,
        };
        Store.AccountWith(new PlainBooks(new TrafficChange(TrafficKind.Channel, "", all), new TrafficChange(TrafficKind.Destination, "Ü.example", all), new TrafficChange(TrafficKind.Channel, "", all)));
        await Store.PutAsync([Document(Store)], [], None);
        await ReopenAsync();
        Assert.Equal(all + all, (await Store.TrafficAsync(TrafficKind.Channel, None))[""]);
        Store.AccountWith(new PlainBooks(new TrafficChange(TrafficKind.Channel, "", all), new TrafficChange(TrafficKind.Channel, "b", all)));
        await Store.SettleAsync(Settlement.Removed(await Store.TakeOneAsync()));
        var channels = await Store.TrafficAsync(TrafficKind.Channel, None);
        Assert.Equal((2, all + all + all, all), (channels.Count, channels[""], channels["b"]));
        Assert.Equal(all, Assert.Single(await Store.TrafficAsync(TrafficKind.Destination, None)).Value);
    }

    [Fact]
    public async Task Each_put_and_each_settlement_is_accounted_for_once_and_told_of_when_it_is_stored()
    {
        var books = new PlainBooks();
        Store.AccountWith(books);
        await Store.PutAsync([Document(Store), Document(Store), Document(Store)], [new CounterChange("A", 1)], None);
        var leases = await TakeAsync();
        // What it creates comes with the settlement; the others of one are settlements too.
        await Store.SettleAsync(Settlement.Removed(leases[0]) with { Created = [Document(Store)], Counters = [new CounterChange("A", 2)], Others = [Settlement.Held(leases[1], "h")] });
        Assert.False(await Store.SettleAsync(Settlement.Removed(leases[0])));
        var document = Document(Store);
        await PutOnceAsync(document, new Fingerprint(1, 1));
        await PutOnceAsync(Document(Store), new Fingerprint(1, 1));
        Store.Count("A", 1);
        await Store.ChangeCountersAsync([], None);
        Dictionary<string, long> expected = new() { ["A"] = 4, ["Put"] = 1, ["Booked"] = 4, ["Booked.Removed"] = 1, ["Booked.Held"] = 1 };
        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), books.Told.OrderBy(t => t.Key, StringComparer.Ordinal));
        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), (await Store.CountersAsync(None)).OrderBy(c => c.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_refused_changes_no_account()
    {
        var books = new PlainBooks(new TrafficChange(TrafficKind.Channel, "a", new Traffic { DeliveredFirst = 1 }));
        await Store.PutAsync();
        Store.AccountWith(books);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutAsync([Document(Store) with { Parent = Store.NewId() }], [], None));
        var lease = await Store.TakeOneAsync();
        Assert.True(await Store.SettleAsync(Settlement.Held(lease, "h")));
        Assert.False(await Store.SettleAsync(Settlement.Removed(lease)));
        await Store.PutAsync();
        var other = await Store.TakeOneAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.SettleAsync([Settlement.Removed(other) with { Created = [Document(Store) with { Parent = Store.NewId() }] }], None));
        Assert.Equal(2, (await Store.TrafficAsync(TrafficKind.Channel, None))["a"].DeliveredFirst);
        Assert.Equal((1, 1), (books.Told["Booked"], books.Told["Booked.Held"]));
        Assert.DoesNotContain("Booked.Removed", books.Told);
    }

    [Fact]
    public async Task Accounts_are_changed_by_hand_and_forgotten_when_nothing_happens()
    {
        var delta = new Traffic { DeliveredFirst = 1 };
        Task AddAsync(params TrafficChange[] traffic) => Store.ChangeCountersAsync([], traffic, None).AsTask();
        await AddAsync(new TrafficChange(TrafficKind.Channel, "a", delta), new TrafficChange(TrafficKind.Channel, "a", delta), new TrafficChange(TrafficKind.Destination, "a", delta));
        Assert.Equal(2, (await Store.TrafficAsync(TrafficKind.Channel, None))["a"].DeliveredFirst);
        await AddAsync(new TrafficChange(TrafficKind.Channel, "a", new Traffic { DeliveredFirst = -2 }));
        Assert.Equal(default, (await Store.TrafficAsync(TrafficKind.Channel, None))["a"]);
        Assert.Single(await Store.TrafficAsync(TrafficKind.Destination, None));
        var since = Time.GetUtcNow();
        Time.Advance(Minute);
        await AddAsync([new TrafficChange(TrafficKind.Channel, "a", delta), .. Enumerable.Range(0, 2500).Select(i => new TrafficChange(TrafficKind.Destination, $"d{i}", delta))]);
        await ReopenAsync();
        Assert.Equal(0, await Store.ForgetTrafficAsync(since, None));
        Assert.Equal(1, await Store.ForgetTrafficAsync(since.AddTicks(1), None));
        Assert.Equal(2500, (await Store.TrafficAsync(TrafficKind.Destination, None)).Count);
        Assert.Equal(2500, await Store.ForgetTrafficAsync(DateTimeOffset.MaxValue, None));
        Assert.Single(await Store.TrafficAsync(TrafficKind.Channel, None));
    }
}
