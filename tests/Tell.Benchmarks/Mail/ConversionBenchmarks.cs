using System.Buffers;
using BenchmarkDotNet.Attributes;
using Tell.Documents;
using Tell.Documents.Memory;
using Tell.Mail;
using Tell.Mta.Conversion;

namespace Tell.Benchmarks.Mail;

/// <summary>A message into what people see of it and into items, and a Memo into a message. <c>mime-conversion</c> prints them with a peer beside them.</summary>
[MemoryDiagnoser]
public class ConversionBenchmarks
{
    private const int Piece = 16 * 1024;

    private readonly MemoryDataDirectory _data = new(TimeProvider.System, new Random(1));
    private readonly ArrayBufferWriter<byte> _output = new(512 * 1024);
    private readonly byte[] _small = SampleMessages.Small(), _large = SampleMessages.Large(), _file = new byte[200_000];
    private readonly Boundary _boundary = Boundary.Of("00D100CF166680006A41DB5B2FCD4F41");
    private readonly Attachment _attachment = new(Line.From("r\u00e9port.pdf"), "application/pdf");
    private readonly MemoMessage _memo;

    /// <summary>Reads the Memo's text and HTML out of a sample.</summary>
    public ConversionBenchmarks()
    {
        new Random(1).NextBytes(_file);
        var (read, _) = Understand(_large);
        (Text, Html) = (read.Text!, read.Html!);
        _memo = new MemoMessage
        {
            From = Mailbox.Parse("ada@tell.test"),
            To = [Mailbox.Parse("grace@sink.test")],
            Subject = Line.From("Gr\u00fc\u00dfe und Bernoulli numbers"),
            Date = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero),
            MessageId = MessageId.New("00D100CF166680006A41DB5B2FCD4F41", Domain.Parse("mx.tell.test")),
            Text = Text,
            Html = Html,
        };
    }

    /// <summary>The text of the Memo.</summary>
    internal string Text { get; }

    /// <summary>The HTML of the Memo.</summary>
    internal string Html { get; }

    /// <summary>The file that is attached to the Memo.</summary>
    internal byte[] File => _file;

    /// <summary>A message of 4 KB as its reader sees it.</summary>
    [Benchmark]
    public long Understand4KB() => Octets(Understand(_small));

    /// <summary>A message of 200 KB, with its files.</summary>
    [Benchmark]
    public long Understand200KB() => Octets(Understand(_large));

    /// <summary>A message of 4 KB as items.</summary>
    [Benchmark]
    public int Itemize4KB() => Itemize(_small);

    /// <summary>A message of 200 KB as items, its file into a content of the memory engine.</summary>
    [Benchmark]
    public int Itemize200KB() => Itemize(_large);

    /// <summary>A Memo of text and HTML as a message.</summary>
    [Benchmark]
    public int WriteMemo() => Write(false);

    /// <summary>A Memo of text, HTML and a file of 200 KB as a message.</summary>
    [Benchmark]
    public int WriteMemoWithFile() => Write(true);

    private static long Octets((ReadMessage Message, long Files) read) => read.Files + (read.Message.Body?.Length ?? 0) + (read.Message.Html?.Length ?? 0);

    private static (ReadMessage Message, long Files) Understand(byte[] message)
    {
        var reader = new MessageReader();
        long files = 0;
        for (var at = 0; at < message.Length; at += Piece)
        {
            reader.Feed(message.AsMemory(at, Math.Min(Piece, message.Length - at)));
            Drain();
        }
        reader.Complete();
        Drain();
        return (reader.Message, files);

        void Drain()
        {
            while (reader.Read())
            {
                if (reader.Token == MimeToken.Content && reader.Part.IsFile)
                    files += reader.Octets.Length;
            }
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] message)
    {
        await default(ValueTask);
        for (var at = 0; at < message.Length; at += Piece)
            yield return message.AsMemory(at, Math.Min(Piece, message.Length - at));
    }

    // Nothing in it waits: neither the pieces nor the memory engine.
    private int Itemize(byte[] message)
    {
        var reading = ItemizeAsync(message);
        return reading.IsCompleted ? reading.GetAwaiter().GetResult() : throw new InvalidOperationException("The memory engine did not complete at once.");
    }

    private async Task<int> ItemizeAsync(byte[] message)
    {
        var writers = new List<IContentWriter>();
        var items = await Itemizer.ReadAsync(Pieces(message), _data.Queues.NewContent, writers, CancellationToken.None);
        foreach (var writer in writers)
            await writer.DisposeAsync();
        return items.Length;
    }

    private int Write(bool withFile)
    {
        _output.ResetWrittenCount();
        var writer = new MessageWriter(_memo, _output, _boundary, withFile ? [_attachment] : []);
        writer.WriteHead();
        if (withFile)
        {
            writer.BeginAttachment();
            for (var at = 0; at < _file.Length; at += Piece)
                writer.Write(_file.AsSpan(at, Math.Min(Piece, _file.Length - at)));
            writer.EndAttachment();
        }
        writer.Finish();
        return _output.WrittenCount;
    }
}
