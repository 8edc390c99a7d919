using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tell.Smtp.Network;
using Tell.Tests.Smtp.Server;

namespace Tell.Tests.Smtp.Network;

public class SocketListenerTests
{
    [Fact]
    public async Task Out_of_descriptors_it_waits_and_then_goes_on()
    {
        var clock = new ManualClock();
        var log = new LineLog();
        using var socket = Listening();
        var calls = 0;
        await using var listener = new SocketListener(
            socket, stop => ++calls <= 3 ? throw new SocketException((int)SocketError.TooManyOpenSockets) : socket.AcceptAsync(stop), int.MaxValue, clock, log);
        var next = listener.AcceptAsync(CancellationToken.None).AsTask();
        for (var failed = 1; failed <= 3; failed++)
        {
            Assert.Equal(failed, calls);
            Assert.Equal(failed, log.Lines.Count);
            clock.Advance(SocketListener.Pause);
        }
        Assert.All(log.Lines, line => Assert.Equal($"Cannot accept a connection on {listener.Endpoint}: too many open files; trying again", line));
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.Endpoint);
        await using var accepted = await next;
        Assert.NotNull(accepted);
    }

    [Fact]
    public async Task Clients_do_not_get_the_last_descriptors()
    {
        var log = new LineLog();
        using var socket = Listening();
        await using var listener = new SocketListener(socket, socket.AcceptAsync, highest: 0, new ManualClock(), log);
        var next = listener.AcceptAsync(CancellationToken.None).AsTask();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.Endpoint);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], SocketFlags.None).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.False(next.IsCompleted);
    }

    [Theory]
    [InlineData("Max processes  95993  95993  processes\nMax open files            250                  4096                 files     \n", 250)]
    [InlineData("Max open files            unlimited            unlimited            files     \n", null)]
    [InlineData("", null)]
    public void The_limit_of_descriptors_is_the_soft_one(string limits, int? most) => Assert.Equal(most, Descriptors.Limit(limits));

    [Fact]
    public async Task A_client_that_left_before_it_was_accepted_is_passed_over()
    {
        var log = new LineLog();
        using var socket = Listening();
        var calls = 0;
        await using var listener = new SocketListener(
            socket, stop => ++calls <= 5 ? throw new SocketException((int)SocketError.ConnectionAborted) : socket.AcceptAsync(stop), int.MaxValue, new ManualClock(), log);
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.Endpoint);
        await using var accepted = await listener.AcceptAsync(CancellationToken.None);
        Assert.NotNull(accepted);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task Disposed_while_it_waits_it_has_no_next_connection()
    {
        using var socket = Listening();
        var listener = new SocketListener(
            socket, _ => throw new SocketException((int)SocketError.TooManyOpenSockets), int.MaxValue, new ManualClock(), new LineLog());
        var next = listener.AcceptAsync(CancellationToken.None).AsTask();
        await listener.DisposeAsync();
        Assert.Null(await next);
    }

    private static Socket Listening()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(5);
        return socket;
    }
}
