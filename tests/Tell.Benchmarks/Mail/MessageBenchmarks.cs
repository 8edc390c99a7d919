using BenchmarkDotNet.Attributes;
using Tell.Mail;

namespace Tell.Benchmarks.Mail;

/// <summary>What each message costs in the room that is pure: addresses, header, Received, a Memo as a message.</summary>
[MemoryDiagnoser]
public class MessageBenchmarks
{
    private static readonly DateTimeOffset Time = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private readonly Envelope _envelope = new()
    {
        Sender = Mailbox.Parse("ada@tell.test"),
        Recipients = [new Recipient(Mailbox.Parse("grace@sink.test"))],
        Submission = new Submission("ESMTP", "192.0.2.1", "client.test"),
    };

    private readonly Domain _host = Domain.Parse("mx.tell.test");
    private readonly MemoMessage _memo = new()
    {
        From = Mailbox.Parse("ada@tell.test"),
        To = [Mailbox.Parse("grace@sink.test")],
        Subject = Line.From("Bernoulli numbers"),
        Date = Time,
        MessageId = MessageId.New("00D100CF166680006A41DB5B2FCD4F41", Domain.Parse("mx.tell.test")),
        Text = string.Concat(Enumerable.Repeat("The engine might compose elaborate and scientific pieces of music.\n", 60)),
    };

    private byte[] _message = [];

    /// <summary>A message of 4 KB.</summary>
    [GlobalSetup]
    public void Write() => _message = MessageWriter.ToBytes(_memo);

    /// <summary>RCPT's address from the wire.</summary>
    [Benchmark]
    public bool ParseMailbox() => Mailbox.TryParse("grace.hopper@sink.example.test"u8, out _);

    /// <summary>The hop count of a message.</summary>
    [Benchmark]
    public int CountHops() => HeaderReader.Count(_message, "Received"u8);

    /// <summary>The whole header.</summary>
    [Benchmark]
    public int ReadHeader() => HeaderBlock.Read(_message).BodyStart;

    /// <summary>Our Received field.</summary>
    [Benchmark]
    public byte[] WriteReceived() => ReceivedField.Of(_envelope, _host, "00D100CF166680006A41DB5B2FCD4F41", Time).ToBytes();

    /// <summary>A Memo of 4 KB as a message.</summary>
    [Benchmark]
    public byte[] WriteMemo() => MessageWriter.ToBytes(_memo);
}
