using System.Globalization;
using Tell.Documents;
using Tell.Tests.Tools;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

[Collection(MemoryCollection.Name)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SqliteMemoryTests : IAsyncLifetime
{
    private readonly Clock _time = new();
    private readonly SqlitePlace _place = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _place.DisposeAsync();

    [Fact]
    public async Task A_large_content_is_streamed_in_bounded_memory()
    {
        var store = (await _place.OpenAsync(_time)).Queues;
        const int size = 50 << 20;
        var block = Octets(32 * 1024);
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = 0L;
        Document document = null!;
        await using (var writer = store.NewContent())
        {
            for (var written = 0; written < size; written += block.Length)
            {
                await writer.WriteAsync(block, None);
                if (written % (8 << 20) == 0)
                    peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
            var content = await writer.CompleteAsync(None);
            document = await store.PutAsync(with: d => d with { Content = content });
        }
        var read = 0L;
        await foreach (var piece in store.ReadContentAsync(document.Content!, None))
        {
            Assert.True(piece.Span[..100].SequenceEqual(block.AsSpan((int)(read % block.Length), 100)));
            read += piece.Length;
            if (read % (8 << 20) == 0)
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
        }
        Assert.Equal(size, read);
        Assert.True(peak < 16 << 20, $"{peak.ToString(CultureInfo.InvariantCulture)} octets in memory");
    }
}
