using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Smtp.Network;
using Tell.Smtp.Server;
using Tell.Tests.Smtp.Server;

namespace Tell.Tests.Smtp.Network;

public sealed class SocketNetworkTests : IAsyncLifetime
{
    private readonly SocketNetwork _network = new(TimeProvider.System, NullLogger.Instance);
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));
    private IListener _listener = null!;
    private IConnection _client = null!;
    private IConnection _server = null!;

    private CancellationToken Patience => _patience.Token;

    public async Task InitializeAsync()
    {
        _listener = await _network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), Patience);
        _client = await _network.ConnectAsync(_listener.Endpoint, Patience);
        _server = (await _listener.AcceptAsync(Patience))!;
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        await _listener.DisposeAsync();
        _patience.Dispose();
    }

    [Fact]
    public async Task Both_sides_know_each_other_and_hear_each_other()
    {
        Assert.Equal(_client.Local, _server.Remote);
        Assert.Equal(_listener.Endpoint, _server.Local);
        await _client.Transport.Output.WriteAsync("to"u8.ToArray(), Patience);
        Assert.Equal("to", await Hear(_server, 2));
        await _server.Transport.Output.WriteAsync("fro"u8.ToArray(), Patience);
        Assert.Equal("fro", await Hear(_client, 3));
    }

    [Fact]
    public async Task It_speaks_IPv6_where_the_machine_does()
    {
        if (!Socket.OSSupportsIPv6)
            return;
        IListener listener;
        try
        {
            listener = await _network.ListenAsync(new IPEndPoint(IPAddress.IPv6Loopback, 0), Patience);
        }
        catch (IOException cause) when (cause.Message.Contains("does not have that address", StringComparison.Ordinal))
        {
            return; // Containers often have the protocol and no address.
        }
        await using var _ = listener;
        await using var client = await _network.ConnectAsync(listener.Endpoint, Patience);
        await using var server = (await listener.AcceptAsync(Patience))!;
        await client.Transport.Output.WriteAsync("six"u8.ToArray(), Patience);
        Assert.Equal("six", await Hear(server, 3));
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_the_reason()
    {
        var cause = await Assert.ThrowsAsync<IOException>(async () => await _network.ListenAsync(_listener.Endpoint, Patience));
        Assert.Equal($"cannot listen on {_listener.Endpoint}: port in use", cause.Message);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_named_with_the_reason()
    {
        var cause = await Assert.ThrowsAsync<IOException>(async () => await _network.ListenAsync(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), Patience));
        Assert.Equal("cannot listen on 192.0.2.1:0: this machine does not have that address", cause.Message);
    }

    [Fact]
    public async Task A_port_can_be_listened_on_again_at_once()
    {
        var endpoint = _listener.Endpoint;
        await _server.DisposeAsync(); // The side that closes first keeps the port in TIME_WAIT.
        Assert.Equal("", await Hear(_client, 1));
        await _client.DisposeAsync();
        await _listener.DisposeAsync();
        await using var again = await _network.ListenAsync(endpoint, Patience);
        Assert.Equal(endpoint, again.Endpoint);
    }

    [Fact]
    public async Task A_refused_connection_is_named_with_the_reason()
    {
        var endpoint = _listener.Endpoint;
        await _listener.DisposeAsync();
        var cause = await Assert.ThrowsAsync<IOException>(async () => await _network.ConnectAsync(endpoint, Patience));
        Assert.Equal($"cannot connect to {endpoint}: connection refused", cause.Message);
    }

    [Fact]
    public async Task A_disposed_listener_has_no_next_connection()
    {
        var next = _listener.AcceptAsync(Patience).AsTask();
        await _listener.DisposeAsync();
        Assert.Null(await next);
        Assert.Null(await _listener.AcceptAsync(Patience));
    }

    [Fact]
    public async Task An_accept_can_be_cancelled_and_asked_for_again()
    {
        using var stop = new CancellationTokenSource();
        var next = _listener.AcceptAsync(stop.Token).AsTask();
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await using var client = await _network.ConnectAsync(_listener.Endpoint, Patience);
        await using var server = (await _listener.AcceptAsync(Patience))!;
        Assert.Equal(client.Local, server.Remote);
    }

    [Fact]
    public async Task A_cancelled_read_returns_and_the_next_one_gets_the_octets()
    {
        var input = _server.Transport.Input;
        for (var round = 0; round < 200; round++)
        {
            var read = input.ReadAsync(Patience).AsTask();
            input.CancelPendingRead();
            var result = await read;
            Assert.True(result.IsCanceled);
            Assert.Equal(0, result.Buffer.Length);
            input.AdvanceTo(result.Buffer.End);
        }
        input.CancelPendingRead();
        Assert.True((await input.ReadAsync(Patience)).IsCanceled);
        await _client.Transport.Output.WriteAsync("still here"u8.ToArray(), Patience);
        Assert.Equal("still here", await Hear(_server, 10));
    }

    [Fact]
    public async Task Reads_that_are_cancelled_all_the_time_lose_nothing()
    {
        var octets = new byte[400_000];
        new Random(11).NextBytes(octets);
        var input = _server.Transport.Input;
        var received = new ArrayBufferWriter<byte>();
        var done = false;
        var disturber = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
                input.CancelPendingRead();
        });
        disturber.Start();
        try
        {
            var sending = SendAsync();
            while (received.WrittenCount < octets.Length)
            {
                var result = await input.ReadAsync(Patience);
                foreach (var segment in result.Buffer)
                    received.Write(segment.Span);
                input.AdvanceTo(result.Buffer.End);
                Assert.False(result.IsCompleted);
            }
            await sending;
        }
        finally
        {
            Volatile.Write(ref done, true);
            disturber.Join();
        }
        Assert.True(octets.AsSpan().SequenceEqual(received.WrittenSpan));

        async Task SendAsync()
        {
            for (var at = 0; at < octets.Length; at += 400)
                await _client.Transport.Output.WriteAsync(octets.AsMemory(at, 400), Patience);
        }
    }

    [Fact]
    public async Task What_was_examined_and_not_consumed_comes_again_with_more()
    {
        var input = _server.Transport.Input;
        var expected = new StringBuilder();
        for (var i = 0; i < 3000; i++)
        {
            var piece = $"piece {i};";
            expected.Append(piece);
            await _client.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(piece), Patience);
            ReadResult result;
            do
            {
                result = await input.ReadAsync(Patience);
                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
            while (result.Buffer.Length < expected.Length);
            Assert.False(input.TryRead(out _));
        }
        await _client.DisposeAsync();
        var all = await input.ReadAsync(Patience);
        Assert.True(all.IsCompleted);
        Assert.Equal(expected.ToString(), Encoding.ASCII.GetString(all.Buffer.ToArray()));
        var tail = all.Buffer.Slice(6);
        input.AdvanceTo(tail.Start);
        Assert.True(input.TryRead(out all));
        Assert.Equal(tail.Length, all.Buffer.Length);
    }

    [Fact]
    public async Task What_comes_unasked_shows_although_nobody_waits_for_it()
    {
        var input = _client.Transport.Input;
        Assert.False(input.TryRead(out _));
        await _server.Transport.Output.WriteAsync("421 Bye\r\n"u8.ToArray(), Patience);
        Assert.Equal("421 Bye\r\n", Encoding.ASCII.GetString((await Seen()).Buffer.ToArray()));
        input.AdvanceTo((await Seen()).Buffer.End);
        await _server.DisposeAsync();
        Assert.True((await Seen()).IsCompleted);

        async Task<ReadResult> Seen()
        {
            ReadResult result;
            while (!input.TryRead(out result))
            {
                Patience.ThrowIfCancellationRequested();
                await Task.Yield();
            }
            return result;
        }
    }

    [Fact]
    public async Task A_reset_that_nobody_waits_for_is_a_failed_read()
    {
        _server.Abort();
        var lost = await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (!_client.Transport.Input.TryRead(out _))
            {
                Patience.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        });
        Assert.Equal($"reading from {_client.Remote}: connection reset", lost.Message);
    }

    [Fact]
    public async Task Megabytes_arrive_whole_however_they_are_written()
    {
        var octets = new byte[3_000_000];
        new Random(7).NextBytes(octets);
        var received = new ArrayBufferWriter<byte>();
        var reading = ReadAllAsync();
        var output = _client.Transport.Output;
        output.Write(octets.AsSpan(0, 500_000));
        await output.FlushAsync(Patience);
        output.Write(octets.AsSpan(500_000, 100));
        await output.WriteAsync(octets.AsMemory(500_100, 2_000_000), Patience);
        await output.WriteAsync(octets.AsMemory(2_500_100), Patience);
        await _client.DisposeAsync();
        await reading;
        Assert.True(octets.AsSpan().SequenceEqual(received.WrittenSpan));

        async Task ReadAllAsync()
        {
            while (true)
            {
                var result = await _server.Transport.Input.ReadAsync(Patience);
                foreach (var segment in result.Buffer)
                    received.Write(segment.Span);
                _server.Transport.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return;
            }
        }
    }

    [Fact]
    public async Task An_abort_fails_the_read_that_is_under_way_on_both_sides()
    {
        var here = _server.Transport.Input.ReadAsync(Patience).AsTask();
        var there = _client.Transport.Input.ReadAsync(Patience).AsTask();
        _server.Abort();
        Assert.Equal($"reading from {_server.Remote}: connection aborted", (await Assert.ThrowsAsync<IOException>(() => here)).Message);
        Assert.Equal($"reading from {_client.Remote}: connection reset", (await Assert.ThrowsAsync<IOException>(() => there)).Message);
        await Assert.ThrowsAsync<IOException>(async () => await _server.Transport.Output.WriteAsync("x"u8.ToArray(), Patience));
    }

    [Fact]
    public async Task The_last_reply_arrives_although_the_client_sent_more_than_was_read()
    {
        await _client.Transport.Output.WriteAsync(new byte[100_000], Patience);
        var result = await _server.Transport.Input.ReadAsync(Patience);
        _server.Transport.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        await _server.Transport.Output.WriteAsync("421 Bye\r\n"u8.ToArray(), Patience);
        await _server.DisposeAsync();
        Assert.Equal("421 Bye\r\n", await Hear(_client, 1000));
    }

    [Fact]
    public async Task A_session_runs_over_sockets()
    {
        var catcher = new MailCatcher();
        var session = new ServerSession(
            _server, Dialogue.Options, catcher, new SessionFacts("S1", _server.Remote, _server.Local), TimeProvider.System, NullLogger.Instance);
        var running = session.RunAsync(Patience);
        await _client.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(Dialogue.Envelope + "DATA\r\n"), Patience);
        await _client.Transport.Output.WriteAsync("hello\r\n.\r\nQUIT\r\n"u8.ToArray(), Patience);
        var said = await Hear(_client, int.MaxValue);
        Assert.Equal("220 250 250 250 354 250 221", Dialogue.CodesOf(said));
        Assert.Equal(SessionEnd.Quit, (await running).End);
        Assert.Equal("hello\r\n", Assert.Single(catcher.Mails).Content);
    }

    [Fact]
    public async Task A_stop_ends_a_session_that_waits_on_a_socket()
    {
        using var stop = new CancellationTokenSource();
        var session = new ServerSession(
            _server, Dialogue.Options, new MailCatcher(), new SessionFacts("S1", _server.Remote, _server.Local), TimeProvider.System, NullLogger.Instance);
        var running = session.RunAsync(stop.Token);
        Assert.StartsWith("220", await Hear(_client, 1), StringComparison.Ordinal);
        stop.Cancel();
        Assert.StartsWith("421 4.3.2", await Hear(_client, int.MaxValue), StringComparison.Ordinal);
        Assert.Equal(SessionEnd.Stopped, (await running).End);
    }

    [Fact]
    public async Task A_datagram_goes_out_from_a_port_of_its_own_and_the_answer_comes_back()
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var ports = new HashSet<int>();
        for (byte i = 0; i < 5; i++)
        {
            var exchange = _network.ExchangeAsync((IPEndPoint)server.LocalEndPoint!, new byte[] { i }, _ => true, Patience);
            var buffer = new byte[10];
            var from = await server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Patience);
            ports.Add(((IPEndPoint)from.RemoteEndPoint).Port);
            await server.SendToAsync(new byte[] { buffer[0], 42 }, from.RemoteEndPoint, Patience);
            Assert.Equal([i, 42], await exchange);
        }
        Assert.True(ports.Count > 1, "always the same port");
    }

    [Fact]
    public async Task A_datagram_that_is_not_wanted_is_dropped_and_the_next_one_waited_for()
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var exchange = _network.ExchangeAsync((IPEndPoint)server.LocalEndPoint!, new byte[1], answer => answer.Span is [2, ..], Patience);
        var from = await server.ReceiveFromAsync(new byte[10], new IPEndPoint(IPAddress.Any, 0), Patience);
        foreach (byte[] answer in new byte[][] { [1, 1], [], [2, 7] })
            await server.SendToAsync(answer, from.RemoteEndPoint, Patience);
        Assert.Equal([2, 7], await exchange);
    }

    [Fact]
    public async Task A_datagram_that_nobody_answers_waits_until_it_is_cancelled()
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var limit = new CancellationTokenSource();
        var exchange = _network.ExchangeAsync((IPEndPoint)server.LocalEndPoint!, new byte[1], _ => true, limit.Token).AsTask();
        limit.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exchange);
        var endpoint = (IPEndPoint)server.LocalEndPoint!;
        server.Dispose();
        var cause = await Assert.ThrowsAsync<IOException>(async () => await _network.ExchangeAsync(endpoint, new byte[1], _ => true, Patience));
        Assert.Equal($"no answer from {endpoint}: connection refused", cause.Message);
    }

    // At least so many octets, or all until the other side closes.
    private async Task<string> Hear(IConnection connection, int octets)
    {
        var heard = new StringBuilder();
        while (heard.Length < octets)
        {
            var result = await connection.Transport.Input.ReadAsync(Patience);
            heard.Append(Encoding.ASCII.GetString(result.Buffer.ToArray()));
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                break;
        }
        return heard.ToString();
    }
}
