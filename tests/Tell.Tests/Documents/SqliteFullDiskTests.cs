using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Documents;
using Tell.Documents.Sqlite;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

/// <summary>A disk that fills up, for which a small file system is mounted: only where that is permitted.</summary>
public sealed class SqliteFullDiskTests : IAsyncLifetime
{
    private readonly string _mount = Directory.CreateTempSubdirectory("tell-full-").FullName;
    private bool _mounted;

    public async Task InitializeAsync() =>
        _mounted = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && await RunAsync("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", _mount) == 0;

    public async Task DisposeAsync()
    {
        if (_mounted)
            await RunAsync("umount", _mount);
        Directory.Delete(_mount, recursive: true);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    private Task<SqliteDataDirectory> OpenAsync() => SqliteDataDirectory.OpenAsync(Path.Combine(_mount, "data"), new Clock(), new Random(1), NullLogger.Instance, None);

    [Theory]
    [InlineData(20_000)]
    [InlineData(200_000)]
    public async Task A_full_disk_refuses_puts_keeps_what_it_acknowledged_and_works_again_when_there_is_room(int size)
    {
        if (!_mounted)
            return;
        var kept = new List<Document>();
        var octets = Octets(size);
        await using (var directory = await OpenAsync())
        {
            var store = directory.Queues;
            async Task<StoreException?> PutAsync()
            {
                try
                {
                    await ContentAsync(store.NewContent, octets, async content => kept.Add(await store.PutAsync(with: d => d with { Content = content })));
                    return null;
                }
                catch (StoreException failure)
                {
                    return failure;
                }
            }
            StoreException? full = null;
            for (var i = 0; i < 1000 && full is null; i++)
                full = await PutAsync();
            Assert.Equal(StoreFault.Full, full!.Fault);
            Assert.NotEmpty(kept);
            Assert.Equal(kept.Count, store.Counts().Sum(c => c.Documents));
            Assert.Equal(octets, await ReadAsync(store.ReadContentAsync(kept[0].Content!, None)));
            Assert.NotNull(await PutAsync());

            await RunAsync("mount", "-o", "remount,size=32m", _mount);
            Assert.Null(await PutAsync());
            Assert.Equal(kept.Count, store.Counts().Sum(c => c.Documents));
        }
        await using (var directory = await OpenAsync())
        {
            Assert.Equal(kept.Count, directory.Queues.Counts().Sum(c => c.Documents));
            foreach (var document in kept)
                Assert.Equal(octets, await ReadAsync(directory.Queues.ReadContentAsync(document.Content!, None)));
        }
    }

    [Fact]
    public async Task A_full_disk_still_lets_mail_out()
    {
        if (!_mounted)
            return;
        await using var directory = await OpenAsync();
        var store = directory.Queues;
        await Assert.ThrowsAsync<StoreException>(async () =>
        {
            for (var i = 0; i < 10_000; i++)
                await ContentAsync(store.NewContent, Octets(20_000), async content => await store.PutAsync(with: d => d with { Content = content }));
        });
        // What is done leaves the store; its space serves the next, at the latest when twice the reserve (of a tenth) is free: 30 of these.
        StoreException? full = null;
        for (var i = 0; i == 0 || full is not null && i < 30; i += 5)
        {
            for (var n = 0; n < 5; n++)
                Assert.True(await store.SettleAsync(Settlement.Removed(await store.TakeOneAsync())));
            try
            {
                await ContentAsync(store.NewContent, Octets(20_000), async content => await store.PutAsync(with: d => d with { Content = content }));
                full = null;
            }
            catch (StoreException failure)
            {
                full = failure;
            }
        }
        Assert.Null(full);
    }

    [Fact]
    public async Task What_was_counted_and_what_is_known_outlives_a_full_disk()
    {
        if (!_mounted)
            return;
        await using var directory = await OpenAsync();
        var store = directory.Queues;
        var (one, two) = (new Fingerprint(1, 2), new Fingerprint(3, 4));
        var until = new Clock().GetUtcNow().AddMinutes(10);
        var document = Document(store);
        await store.PutOnceAsync(document, one, until, [], None);
        await RunAsync("dd", "if=/dev/zero", $"of={_mount}/ballast", "bs=4096", "count=100000");
        store.Count("Waits", 3);
        var refused = 0;
        for (var i = 0; i < 1000 && refused == 0; i++)
        {
            try
            {
                await store.ChangeCountersAsync([.. Enumerable.Range(0, 100).Select(n => new CounterChange($"Counter.{i}.{n}", 1))], None);
            }
            catch (StoreException)
            {
                refused++;
            }
        }
        store.Count("Waits", 2);
        var books = new PlainBooks(new TrafficChange(TrafficKind.Channel, "smtp", new Traffic { DeliveredFirst = 1 }));
        store.AccountWith(books);
        await Assert.ThrowsAsync<StoreException>(async () => await store.PutOnceAsync(Document(store) with { Reason = new string('x', 100_000) }, two, until, [], None));
        Assert.Equal((1, 5L), (refused, (await store.CountersAsync(None))["Waits"]));
        Assert.Empty(await store.TrafficAsync(TrafficKind.Channel, None));
        File.Delete(Path.Combine(_mount, "ballast"));
        Assert.Equal(document.Id, await store.PutOnceAsync(Document(store), one, until, [], None));
        var second = Document(store);
        Assert.Equal(second.Id, await store.PutOnceAsync(second, two, until, [], None));
        Assert.Equal(1, (await store.TrafficAsync(TrafficKind.Channel, None))["smtp"].DeliveredFirst);
        Assert.Equal(1, books.Told["Booked"]);
        await store.ChangeCountersAsync([], None);
        Assert.Equal(5, (await store.CountersAsync(None))["Waits"]);
    }

    [Fact]
    public async Task A_disk_that_others_fill_fails_verbs_cleanly_until_they_make_room()
    {
        if (!_mounted)
            return;
        await using var directory = await OpenAsync();
        var store = directory.Queues;
        var document = await store.PutAsync();
        var lease = await store.TakeOneAsync();
        await RunAsync("dd", "if=/dev/zero", $"of={_mount}/ballast", "bs=4096", "count=100000");
        StoreException? full = null;
        for (var i = 0; i < 1000 && full is null; i++)
        {
            try
            {
                await store.ChangeCountersAsync([.. Enumerable.Range(0, 100).Select(n => new CounterChange($"Counter.{i}.{n}", 1))], None);
            }
            catch (StoreException failure)
            {
                full = failure;
            }
        }
        Assert.Equal(StoreFault.Full, full!.Fault);
        await Assert.ThrowsAsync<StoreException>(async () => await store.SettleAsync(Settlement.Failed(lease, new string('x', 200_000))));
        Assert.Equal(DocumentState.LockedForXmit, (await store.GetAsync(document.Id, None))!.State);
        File.Delete(Path.Combine(_mount, "ballast"));
        Assert.True(await store.SettleAsync(Settlement.Succeeded(lease)));
        await store.PutAsync();
    }

    [Fact]
    public async Task A_disk_that_is_full_from_the_start_says_so()
    {
        if (!_mounted)
            return;
        await RunAsync("dd", "if=/dev/zero", $"of={_mount}/ballast", "bs=4096", "count=100000");
        Assert.Equal(StoreFault.Full, (await Assert.ThrowsAsync<StoreException>(OpenAsync)).Fault);
    }
}
