using System.Text;
using Tell.Smtp.Client;

namespace Tell.Tests.Smtp.Client;

public sealed class ChunkReaderTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 65536)]
    [InlineData(2, 65537)]
    [InlineData(4, 200_000)]
    public async Task A_content_comes_back_whole_and_its_last_chunk_is_known(int chunks, int octets)
    {
        var body = new byte[octets];
        new Random(3030).NextBytes(body);
        foreach (var size in new long[] { octets, -1, long.MaxValue })
        {
            Assert.Equal((chunks, true), await ReadAsync(new MessageContent(size, body), body));
            foreach (var piece in new[] { 1000, 65536, 70000 })
                Assert.Equal((chunks, true), await ReadAsync(new MessageContent(size, default, PiecesAsync(body, piece)), body));
        }
    }

    [Fact]
    public async Task A_size_that_is_too_small_costs_one_small_chunk_and_nothing_of_the_content()
    {
        var body = new byte[100_000];
        Assert.Equal((3, true), await ReadAsync(new MessageContent(10, default, PiecesAsync(body, 999)), body));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("a", true)]
    [InlineData("a\r", true)]
    [InlineData("a\n", true)]
    [InlineData("a\r\n", false)]
    public async Task A_last_line_without_its_end_is_seen_at_every_split(string text, bool lacks)
    {
        var body = Encoding.ASCII.GetBytes(new string('x', ChunkReader.Size - 1) + text);
        for (var more = 0; more < 3; more++)
        {
            await using var chunks = new ChunkReader(new MessageContent(0, text.Length == 0 ? default(ReadOnlyMemory<byte>) : body.AsMemory(more)), lines: true);
            do
                await chunks.NextAsync(default);
            while (!chunks.Last);
            Assert.Equal(lacks, chunks.LacksNewline);
        }
    }

    private static async Task<(int Chunks, bool Equal)> ReadAsync(MessageContent content, byte[] body)
    {
        var read = new List<byte>();
        await using var chunks = new ChunkReader(content, lines: false);
        for (var number = 0; ;)
        {
            await chunks.NextAsync(default);
            Assert.InRange(chunks.Chunk.Length, 0, ChunkReader.Size);
            read.AddRange(chunks.Chunk.Span);
            if (!chunks.Chunk.IsEmpty)
                number++;
            if (chunks.Last)
                return (number, body.AsSpan().SequenceEqual(read.ToArray()));
        }
    }

    // One memory for all pieces, as a reader of a file has it.
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(byte[] body, int piece)
    {
        var buffer = new byte[piece];
        for (var at = 0; at < body.Length; at += piece)
        {
            var length = Math.Min(piece, body.Length - at);
            body.AsSpan(at, length).CopyTo(buffer);
            await Task.Yield();
            yield return buffer.AsMemory(0, length);
        }
        buffer.AsSpan().Clear();
    }
}
