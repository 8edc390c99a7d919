using System.Text;

namespace Tell.Tests.Tools;

/// <summary>One SMTP session of the recording sink: just the verbs of RFC 5321 that a client needs, PIPELINING, 8BITMIME and SMTPUTF8.</summary>
/// <param name="stream">The connection.</param>
/// <param name="policy">The refusal for a recipient, or null.</param>
/// <param name="accept">Takes a whole message; completes when the 250 may go out.</param>
/// <param name="inData">Told +1 when data begin and -1 when they end.</param>
internal sealed class SinkSession(
    Stream stream, Func<string, string?> policy, Func<ReceivedMail, CancellationToken, Task> accept, Action<int> inData)
{
    private readonly ByteLines _lines = new(stream);
    private string? _sender;
    private List<string> _recipients = [];

    /// <summary>Speaks until the client quits or leaves.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await ReplyAsync("220 sink.example.test ESMTP", cancellation);
        while (await _lines.ReadAsync(cancellation) is { } line)
        {
            var command = Encoding.UTF8.GetString(line.Span);
            var verb = command.Split(' ', ':')[0].ToUpperInvariant();
            if (verb == "DATA" && _recipients.Count > 0)
            {
                await TakeDataAsync(cancellation);
                continue;
            }
            await ReplyAsync(Answer(verb, command), cancellation);
            if (verb == "QUIT")
            {
                return;
            }
        }
    }

    private string Answer(string verb, string command)
    {
        switch (verb)
        {
            case "EHLO":
                Reset();
                return "250-sink.example.test\r\n250-PIPELINING\r\n250-SIZE 100000000\r\n250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250 8BITMIME";
            case "HELO" or "RSET":
                Reset();
                return "250 2.0.0 OK";
            case "MAIL":
                Reset();
                _sender = PathOf(command);
                return "250 2.1.0 OK";
            case "RCPT" when _sender is not null:
                var recipient = PathOf(command);
                if (policy(recipient) is { } refusal)
                {
                    return refusal;
                }
                _recipients.Add(recipient);
                return "250 2.1.5 OK";
            case "DATA":
                return "554 5.5.1 No valid recipients";
            case "NOOP":
                return "250 2.0.0 OK";
            case "QUIT":
                return "221 2.0.0 Bye";
            default:
                return "503 5.5.1 What?";
        }
    }

    private async Task TakeDataAsync(CancellationToken cancellation)
    {
        await ReplyAsync("354 Go ahead", cancellation);
        inData(1);
        try
        {
            var content = new MemoryStream();
            while (true)
            {
                var line = await _lines.ReadAsync(cancellation) ?? throw new IOException("The client left in its data");
                if (line.Span.SequenceEqual("."u8))
                {
                    break;
                }
                content.Write(line.Span.StartsWith("."u8) ? line.Span[1..] : line.Span);
                content.Write("\r\n"u8);
            }
            await accept(new ReceivedMail(_sender!, _recipients, content.ToArray(), 0), cancellation);
        }
        finally
        {
            inData(-1);
        }
        Reset();
        await ReplyAsync("250 2.0.0 Recorded", cancellation);
    }

    private void Reset() => (_sender, _recipients) = (null, []);

    private static string PathOf(string command)
    {
        var open = command.IndexOf('<');
        var close = command.IndexOf('>', open + 1);
        return open < 0 || close < 0 ? "" : command[(open + 1)..close];
    }

    private async Task ReplyAsync(string text, CancellationToken cancellation) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text + "\r\n"), cancellation);
}
