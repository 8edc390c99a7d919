using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tell.Tests.Tools;

/// <summary>The test's own SMTP client: one command, one reply; it shares no code with Tell. IOException means that the server is gone.</summary>
public sealed class SmtpCaller : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly NetworkStream _stream;
    private readonly ByteLines _lines;

    private SmtpCaller(Socket socket)
    {
        socket.NoDelay = true;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _lines = new ByteLines(_stream);
    }

    /// <summary>Connects, reads the greeting and says EHLO; throws IOException where nobody listens or the greeting is not 220.</summary>
    public static async Task<SmtpCaller> ConnectAsync(int port, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException(e.Message, e);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
        var caller = new SmtpCaller(socket);
        try
        {
            var greeting = await caller.ReplyAsync(cancellation);
            var hello = greeting.Code == 220 ? await caller.SayAsync("EHLO caller.example.test", cancellation) : greeting;
            return hello.Code == 250 ? caller : throw new IOException($"Not welcome: {hello.Text}");
        }
        catch
        {
            await caller.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends one command line and returns the reply.</summary>
    public async Task<SmtpReply> SayAsync(string command, CancellationToken cancellation)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellation);
        return await ReplyAsync(cancellation);
    }

    /// <summary>
    /// Sends one message and returns the reply to the end of data, or the first refusal on the way (then the transaction is reset).
    /// <paramref name="inData"/> is told +1 when data begin and -1 when the reply to them is there, <paramref name="ended"/> that the final dot was sent.
    /// Where it <paramref name="hangsUp"/> it leaves then, with an IOException, and does not hear the reply.
    /// </summary>
    public async Task<SmtpReply> SendAsync(
        string sender, IEnumerable<string> recipients, ReadOnlyMemory<byte> content, CancellationToken cancellation, Action<int>? inData = null,
        Action? ended = null, bool hangsUp = false)
    {
        string[] envelope = [$"MAIL FROM:<{sender}>", .. recipients.Select(recipient => $"RCPT TO:<{recipient}>")];
        foreach (var command in envelope)
        {
            if (await SayAsync(command, cancellation) is { IsPositive: false } refusal)
            {
                await SayAsync("RSET", cancellation);
                return refusal;
            }
        }
        var go = await SayAsync("DATA", cancellation);
        if (go.Code != 354)
        {
            return go;
        }
        inData?.Invoke(1);
        try
        {
            await _stream.WriteAsync(Stuffed(content.Span), cancellation);
            await _stream.WriteAsync(".\r\n"u8.ToArray(), cancellation);
            ended?.Invoke();
            return hangsUp ? throw new IOException("The client hung up") : await ReplyAsync(cancellation);
        }
        finally
        {
            inData?.Invoke(-1);
        }
    }

    /// <summary>Writes raw octets.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation) => await _stream.WriteAsync(octets, cancellation);

    /// <summary>Hangs up without a word.</summary>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <summary>Reads one reply, all its lines.</summary>
    public async Task<SmtpReply> ReplyAsync(CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(Limit);
        var text = new StringBuilder();
        while (true)
        {
            ReadOnlyMemory<byte>? read;
            try
            {
                read = await _lines.ReadAsync(limited.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new TimeoutException($"No reply within {Limit.TotalSeconds} s after: {text}");
            }
            var line = Encoding.UTF8.GetString((read ?? throw new IOException("The server hung up")).Span);
            text.Append(text.Length > 0 ? "\n" : "").Append(line);
            if (line.Length < 4 || line[3] != '-')
            {
                return new SmtpReply(int.Parse(line.AsSpan(0, 3)), text.ToString());
            }
        }
    }

    // A dot at the start of a line is doubled (RFC 5321 4.5.2); content ends with CR LF.
    private static byte[] Stuffed(ReadOnlySpan<byte> content)
    {
        var stuffed = new MemoryStream(content.Length + 64);
        while (content.Length > 0)
        {
            var end = content.IndexOf("\r\n"u8);
            var line = end < 0 ? content : content[..(end + 2)];
            if (line[0] == '.')
            {
                stuffed.WriteByte((byte)'.');
            }
            stuffed.Write(line);
            content = content[line.Length..];
        }
        return stuffed.ToArray();
    }
}
