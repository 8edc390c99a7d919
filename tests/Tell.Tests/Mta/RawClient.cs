using System.Buffers;
using System.Net;
using System.Text;
using Tell.Smtp.Network;

namespace Tell.Tests.Mta;

/// <summary>A client that says what a test tells it to, line by line, and gives back whole replies: "550 5.7.1 No".</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly IConnection _connection;

    private RawClient(IConnection connection) => _connection = connection;

    /// <summary>The banner, or what stands in its place.</summary>
    public string Banner { get; private set; } = "";

    /// <summary>True where the last reply came to its end.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Connects from an address and reads the banner; says nothing yet.</summary>
    public static async Task<RawClient> ConnectAsync(World world, Node node, string from = "192.0.2.200", int port = 25, string? first = null)
    {
        var connection = await world.Network.Host(IPAddress.Parse(from)).ConnectAsync(new IPEndPoint(node.Address, port), CancellationToken.None);
        var client = new RawClient(connection);
        if (first is not null)
            await client.SendAsync(first);
        client.Banner = await client.ReplyAsync();
        // The server's side of a simulated handshake comes before the banner.
        if (client.Banner.StartsWith("simulated TLS", StringComparison.Ordinal))
            client.Banner = await client.ReplyAsync();
        return client;
    }

    /// <summary>Connects and says EHLO.</summary>
    public static async Task<RawClient> HelloAsync(World world, Node node, string from = "192.0.2.200", int port = 25, string? first = null)
    {
        var client = await ConnectAsync(world, node, from, port, first);
        Assert.StartsWith("220 ", client.Banner);
        Assert.StartsWith("250", await client.SayAsync("EHLO client.test"));
        return client;
    }

    /// <summary>Says a command and gives the reply, its lines joined by "|"; "" where the connection ended.</summary>
    public async Task<string> SayAsync(string command)
    {
        await SendAsync(command);
        return await ReplyAsync();
    }

    /// <summary>Says commands one after the other and gives the last reply.</summary>
    public async Task<string> SayAsync(string first, params string[] more)
    {
        var reply = await SayAsync(first);
        foreach (var command in more)
            reply = await SayAsync(command);
        return reply;
    }

    /// <summary>Sends a whole message within a transaction.</summary>
    public async Task<string> DataAsync(string message)
    {
        var go = await SayAsync("DATA");
        return go.StartsWith("354", StringComparison.Ordinal) ? await SayAsync($"{message}\r\n.") : go;
    }

    /// <summary>Sends one message to one recipient and gives the reply that decided.</summary>
    public async Task<string> MailAsync(string from, string to, string message = "Subject: test\r\n\r\nHello.")
    {
        foreach (var command in new[] { $"MAIL FROM:<{from}>", $"RCPT TO:<{to}>" })
        {
            var reply = await SayAsync(command);
            if (!reply.StartsWith("250", StringComparison.Ordinal))
            {
                await SayAsync("RSET");
                return reply;
            }
        }
        return await DataAsync(message);
    }

    /// <summary>The next reply.</summary>
    public async Task<string> ReplyAsync()
    {
        var lines = new List<string>();
        IsWhole = false;
        while (true)
        {
            var read = await _connection.Transport.Input.ReadAsync();
            var reader = new SequenceReader<byte>(read.Buffer);
            while (reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
            {
                lines.Add(Encoding.UTF8.GetString(line));
                if (lines[^1] is not [_, _, _, '-', ..])
                {
                    _connection.Transport.Input.AdvanceTo(reader.Position);
                    IsWhole = true;
                    return string.Join('|', lines);
                }
            }
            _connection.Transport.Input.AdvanceTo(reader.Position, read.Buffer.End);
            if (read.IsCompleted)
                return string.Join('|', lines);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Says something and waits for nothing.</summary>
    public async Task SendAsync(string text) => await _connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(text + "\r\n"));
}
