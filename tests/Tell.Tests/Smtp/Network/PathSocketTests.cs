using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Smtp.Network;
using Tell.Tests.Tools;

namespace Tell.Tests.Smtp.Network;

/// <summary>Connections to the sockets of this machine that have a path and no port.</summary>
public sealed class PathSocketTests : IDisposable
{
    private static readonly IPEndPoint Here = new(IPAddress.Loopback, 0);

    private readonly SocketNetwork _network = new(TimeProvider.System, NullLogger.Instance);
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));
    private readonly TempDirectory _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _patience.Dispose();
    }

    [Fact]
    public async Task Octets_go_both_ways_and_an_end_is_an_end()
    {
        using var listener = Listener(_folder["s"]);
        await using var connection = await _network.ConnectAsync(new UnixDomainSocketEndPoint(_folder["s"]), _patience.Token);
        using var server = await listener.AcceptAsync(_patience.Token);
        Assert.Equal((Here, Here), (connection.Local, connection.Remote));
        var large = new byte[300_000];
        new Random(1).NextBytes(large);
        var sending = connection.Transport.Output.WriteAsync(large, _patience.Token);
        var received = new byte[large.Length];
        for (var at = 0; at < large.Length;)
            at += await server.ReceiveAsync(received.AsMemory(at), _patience.Token);
        await sending;
        Assert.Equal(large, received);
        await server.SendAsync("250 Ok\r\n"u8.ToArray(), _patience.Token);
        server.Shutdown(SocketShutdown.Send);
        var heard = new StringBuilder();
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync(_patience.Token);
            heard.Append(Encoding.ASCII.GetString(read.Buffer));
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
        Assert.Equal("250 Ok\r\n", heard.ToString());
    }

    [Fact]
    public async Task What_cannot_be_connected_to_is_named_with_its_path_and_the_reason()
    {
        var (nothing, file, deaf) = (_folder["nothing"], _folder.Write("file", [1]), _folder["deaf"]);
        using var bound = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        bound.Bind(new UnixDomainSocketEndPoint(deaf));
        Assert.Equal($"cannot connect to {nothing}: there is no such socket", await RefusedAsync(nothing));
        Assert.Equal($"cannot connect to {file}: nobody listens on it", await RefusedAsync(file));
        Assert.Equal($"cannot connect to {deaf}: nobody listens on it", await RefusedAsync(deaf));
    }

    [Fact]
    public async Task A_full_backlog_is_said_and_does_not_hang()
    {
        using var listener = Listener(_folder["s"], backlog: 0);
        var waiting = new List<IConnection>();
        try
        {
            for (var i = 0; ; i++)
            {
                Assert.True(i < 1000, "the backlog has no end");
                waiting.Add(await _network.ConnectAsync(new UnixDomainSocketEndPoint(_folder["s"]), _patience.Token));
            }
        }
        catch (IOException full)
        {
            Assert.Equal($"cannot connect to {_folder["s"]}: too many wait for it", full.Message);
        }
        foreach (var connection in waiting)
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task Errors_of_a_connection_name_the_path()
    {
        using var listener = Listener(_folder["s"]);
        await using var connection = await _network.ConnectAsync(new UnixDomainSocketEndPoint(_folder["s"]), _patience.Token);
        (await listener.AcceptAsync(_patience.Token)).Dispose();
        var lost = await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (var i = 0; i < 1000; i++)
                await connection.Transport.Output.WriteAsync(new byte[65536], _patience.Token);
        });
        Assert.StartsWith($"writing to {_folder["s"]}: ", lost.Message, StringComparison.Ordinal);
    }

    // What tells hosts apart in memory: two objects, one socket.
    [Fact]
    public void Two_endpoints_of_one_path_are_equal()
    {
        Assert.Equal<EndPoint>(new UnixDomainSocketEndPoint("/run/s"), new UnixDomainSocketEndPoint("/run/s"));
        Assert.Equal(new UnixDomainSocketEndPoint("/run/s").GetHashCode(), new UnixDomainSocketEndPoint("/run/s").GetHashCode());
        Assert.NotEqual<EndPoint>(new UnixDomainSocketEndPoint("/run/s"), new UnixDomainSocketEndPoint("/run/t"));
    }

    private async Task<string> RefusedAsync(string path) =>
        (await Assert.ThrowsAsync<IOException>(async () => await _network.ConnectAsync(new UnixDomainSocketEndPoint(path), _patience.Token))).Message;

    private static Socket Listener(string path, int backlog = 10)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(backlog);
        return socket;
    }
}
