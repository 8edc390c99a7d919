using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tell.Tests.Tools;

/// <summary>
/// A wire between a client and a server that keeps what the client says: the witness of what a real mail program sent,
/// whatever it did to the file it was given.
/// </summary>
public sealed class WireTap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _life = new();
    private readonly List<MemoryStream> _conversations = [];
    private readonly int _server;
    private readonly Task _serving;

    /// <summary>A tap before the server on that port of 127.0.0.1.</summary>
    public WireTap(int server)
    {
        _server = server;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = AcceptAsync();
    }

    /// <summary>The port of 127.0.0.1 that clients connect to.</summary>
    public int Port { get; }

    /// <summary>The contents that clients sent after DATA, dot-stuffing and final dot removed, in the order of connections.</summary>
    public IReadOnlyList<byte[]> Contents
    {
        get
        {
            lock (_conversations)
            {
                return [.. _conversations.SelectMany(said => ContentsOf(said.ToArray()))];
            }
        }
    }

    /// <summary>Everything clients said, for the message of a failing test.</summary>
    public string Evidence
    {
        get
        {
            lock (_conversations)
            {
                return string.Join("\n--\n", _conversations.Select(said => Encoding.Latin1.GetString(said.ToArray())));
            }
        }
    }

    /// <summary>Cuts the wire.</summary>
    public async ValueTask DisposeAsync()
    {
        _life.Cancel();
        _listener.Dispose();
        await _serving;
        _life.Dispose();
    }

    private async Task AcceptAsync()
    {
        var wires = new List<Task>();
        try
        {
            while (true)
            {
                wires.Add(CarryAsync(await _listener.AcceptSocketAsync(_life.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // Cut.
        }
        await Task.WhenAll(wires);
    }

    private async Task CarryAsync(Socket client)
    {
        var said = new MemoryStream();
        lock (_conversations)
        {
            _conversations.Add(said);
        }
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _server, _life.Token);
                await Task.WhenAll(PumpAsync(client, server, said), PumpAsync(server, client, null));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // One side left: the test sees it in what did not arrive.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to, MemoryStream? copy)
    {
        var buffer = new byte[16 * 1024];
        for (int count; (count = await from.ReceiveAsync(buffer, _life.Token)) > 0;)
        {
            if (copy is not null)
            {
                lock (_conversations)
                {
                    copy.Write(buffer, 0, count);
                }
            }
            await to.SendAsync(buffer.AsMemory(0, count), _life.Token);
        }
        to.Shutdown(SocketShutdown.Send);
    }

    private static IEnumerable<byte[]> ContentsOf(byte[] said)
    {
        MemoryStream? content = null;
        var rest = said.AsMemory();
        while (rest.Span.IndexOf("\r\n"u8) is >= 0 and var end)
        {
            var line = rest[..end];
            rest = rest[(end + 2)..];
            if (content is null)
            {
                content = Encoding.Latin1.GetString(line.Span).Equals("DATA", StringComparison.OrdinalIgnoreCase) ? new MemoryStream() : null;
            }
            else if (line.Span.SequenceEqual("."u8))
            {
                yield return content.ToArray();
                content = null;
            }
            else
            {
                content.Write(line.Span.StartsWith("."u8) ? line.Span[1..] : line.Span);
                content.Write("\r\n"u8);
            }
        }
    }
}
