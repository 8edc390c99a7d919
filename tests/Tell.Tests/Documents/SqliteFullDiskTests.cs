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
        // What is done leaves the store; its space serves the next.
        for (var i = 0; i < 5; i++)
            Assert.True(await store.SettleAsync(Settlement.Removed(await store.TakeOneAsync())));
        await ContentAsync(store.NewContent, Octets(20_000), async content => await store.PutAsync(with: d => d with { Content = content }));
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
