using System.Text;

namespace Tell.Tests.Smtp.Tls;

public sealed class TlsConnectionTests
{
    private const int Limit = 20_000;

    [Fact(Timeout = Limit)]
    public async Task An_end_without_close_notify_is_a_loss_and_never_an_end()
    {
        await using var pair = await TlsPair.ShakeAsync();
        await TlsPair.SayAsync(pair.Client, "half a messa");
        pair.PlainClient.Cut();
        var read = await pair.Server.Transport.Input.ReadAsync();
        Assert.Equal("half a messa", Encoding.ASCII.GetString(read.Buffer));
        pair.Server.Transport.Input.AdvanceTo(read.Buffer.End);
        var lost = await Assert.ThrowsAsync<IOException>(() => TlsPair.ReadAllAsync(pair.Server));
        Assert.Equal("reading from 192.0.2.7:40001: connection closed without close_notify", lost.Message);
        Assert.Throws<IOException>(() => pair.Server.Transport.Input.TryRead(out _));
    }

    [Fact(Timeout = Limit)]
    public async Task A_try_to_read_says_what_has_come_and_what_has_ended_and_never_waits()
    {
        await using var pair = await TlsPair.ShakeAsync();
        var input = pair.Client.Transport.Input;
        // As a session does: it has waited for a reply before. The tickets of TLS 1.3 that came with it are nothing to read.
        await TlsPair.SayAsync(pair.Server, "220 hello\r\n");
        input.AdvanceTo((await input.ReadAsync()).Buffer.End);
        Assert.False(input.TryRead(out _));
        await TlsPair.SayAsync(pair.Server, "421 bye\r\n");
        Assert.True(input.TryRead(out var result));
        Assert.Equal("421 bye\r\n", Encoding.ASCII.GetString(result.Buffer));
        input.AdvanceTo(result.Buffer.Start);
        Assert.True(input.TryRead(out result));
        input.AdvanceTo(result.Buffer.End);
        Assert.False(input.TryRead(out _));
        Assert.False(input.TryRead(out _));
        await pair.Server.DisposeAsync();
        Assert.True(input.TryRead(out result));
        Assert.True(result.IsCompleted);
    }

    [Fact(Timeout = Limit)]
    public async Task What_was_examined_and_not_consumed_waits_for_more()
    {
        await using var pair = await TlsPair.ShakeAsync();
        var input = pair.Server.Transport.Input;
        await TlsPair.SayAsync(pair.Client, "EHLO cli");
        var result = await input.ReadAsync();
        input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        var reading = input.ReadAsync().AsTask();
        Assert.False(reading.IsCompleted);
        await TlsPair.SayAsync(pair.Client, "ent\r\n");
        Assert.Equal("EHLO client\r\n", Encoding.ASCII.GetString((await reading).Buffer));
    }

    [Fact(Timeout = Limit)]
    public async Task A_read_can_be_woken_and_nothing_is_lost()
    {
        await using var pair = await TlsPair.ShakeAsync();
        var input = pair.Server.Transport.Input;
        for (var i = 0; i < 3; i++)
        {
            var reading = input.ReadAsync().AsTask();
            Assert.False(reading.IsCompleted);
            input.CancelPendingRead();
            var woken = await reading;
            Assert.True(woken.IsCanceled);
            Assert.False(woken.IsCompleted);
            input.AdvanceTo(woken.Buffer.Start);
        }
        input.CancelPendingRead();
        Assert.True((await input.ReadAsync()).IsCanceled);
        await TlsPair.SayAsync(pair.Client, "NOOP\r\n");
        Assert.Equal("NOOP\r\n", Encoding.ASCII.GetString((await input.ReadAsync()).Buffer));
    }

    [Fact(Timeout = Limit)]
    public async Task A_read_with_a_token_is_given_up_and_nothing_is_lost()
    {
        await using var pair = await TlsPair.ShakeAsync();
        var input = pair.Server.Transport.Input;
        using var patience = new CancellationTokenSource();
        var reading = input.ReadAsync(patience.Token).AsTask();
        patience.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await TlsPair.SayAsync(pair.Client, "NOOP\r\n");
        Assert.Equal("NOOP\r\n", Encoding.ASCII.GetString((await input.ReadAsync()).Buffer));
    }

    [Fact(Timeout = Limit)]
    public async Task A_large_body_arrives_whole_in_both_directions_at_once()
    {
        await using var pair = await TlsPair.ShakeAsync(window: 10_000);
        var body = new byte[3_000_001];
        new Random(7).NextBytes(body);
        await Task.WhenAll(SendAsync(pair.Client), ReceiveAsync(pair.Server), SendAsync(pair.Server), ReceiveAsync(pair.Client));

        async Task SendAsync(Tell.Smtp.Network.IConnection to)
        {
            for (var sent = 0; sent < body.Length;)
            {
                var piece = Math.Min(body.Length - sent, sent % 3 == 0 ? 100_000 : 777);
                await to.Transport.Output.WriteAsync(body.AsMemory(sent, piece));
                sent += piece;
            }
        }

        async Task ReceiveAsync(Tell.Smtp.Network.IConnection from)
        {
            for (var taken = 0; taken < body.Length;)
            {
                var result = await from.Transport.Input.ReadAsync();
                foreach (var piece in result.Buffer)
                {
                    Assert.True(piece.Span.SequenceEqual(body.AsSpan(taken, piece.Length)));
                    taken += piece.Length;
                }
                from.Transport.Input.AdvanceTo(result.Buffer.End);
            }
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Octets_may_come_one_by_one()
    {
        var (client, wireClient) = PipeConnection.Pair();
        var (wireServer, server) = PipeConnection.Pair();
        var carrying = Task.WhenAll(CrumbsAsync(wireClient, wireServer), CrumbsAsync(wireServer, wireClient));
        var tls = new Tell.Smtp.Tls.SslTls(new FixedClock());
        var accepting = tls.AcceptAsync(server, new() { Certificates = new HeldCertificates(TlsPair.Root.Issue(["mx.example.test"])) }, default).AsTask();
        var there = (await tls.ConnectAsync(client, TlsPair.Pkix, default)).Connection!;
        var here = (await accepting).Connection!;
        await TlsPair.SayAsync(there, "MAIL FROM:<a@b.test>\r\n");
        await there.DisposeAsync();
        Assert.Equal("MAIL FROM:<a@b.test>\r\n", await TlsPair.ReadAllAsync(here));
        await here.DisposeAsync();
        await carrying;
    }

    [Fact(Timeout = Limit)]
    public async Task Disposing_does_not_wait_for_a_peer_that_does_not_read()
    {
        await using var pair = await TlsPair.ShakeAsync(window: 2000);
        var flushing = pair.Server.Transport.Output.WriteAsync(new byte[50_000]).AsTask();
        Assert.False(flushing.IsCompleted);
        await pair.Server.DisposeAsync();
        Assert.True(pair.PlainServer.IsClosed);
        await Assert.ThrowsAsync<IOException>(() => flushing);
    }

    [Fact(Timeout = Limit)]
    public async Task A_flush_can_be_cancelled()
    {
        await using var pair = await TlsPair.ShakeAsync(window: 2000);
        var flushing = pair.Server.Transport.Output.WriteAsync(new byte[50_000]).AsTask();
        pair.Server.Transport.Output.CancelPendingFlush();
        Assert.True((await flushing).IsCanceled);
    }

    [Fact(Timeout = Limit)]
    public async Task An_abort_ends_reads_and_writes_under_way()
    {
        await using var pair = await TlsPair.ShakeAsync(window: 2000);
        var flushing = pair.Server.Transport.Output.WriteAsync(new byte[50_000]).AsTask();
        var reading = pair.Server.Transport.Input.ReadAsync().AsTask();
        pair.Server.Abort();
        await Assert.ThrowsAsync<IOException>(() => reading);
        await Assert.ThrowsAsync<IOException>(() => flushing);
    }

    [Fact(Timeout = Limit)]
    public async Task Pooled_buffers_are_given_back_once_however_a_connection_ends()
    {
        for (var end = 0; end < 6; end++)
        {
            var pool = new CountingPool();
            await using (var pair = await TlsPair.ShakeAsync(window: 2000, pool: pool))
            {
                await TlsPair.SayAsync(pair.Client, "EHLO client\r\n");
                var result = await pair.Server.Transport.Input.ReadAsync();
                pair.Server.Transport.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                await (end switch
                {
                    0 => Task.CompletedTask,
                    1 => pair.Server.DisposeAsync().AsTask(),
                    2 => ReadAndAbortAsync(pair),
                    3 => FlushAndDisposeAsync(pair),
                    4 => WrittenNotFlushedAsync(pair),
                    _ => CutAsync(pair),
                });
            }
            Assert.Equal(0, pool.Out);
        }

        static async Task ReadAndAbortAsync(TlsPair pair)
        {
            var reading = pair.Server.Transport.Input.ReadAsync().AsTask();
            pair.Server.Abort();
            await Assert.ThrowsAsync<IOException>(() => reading);
        }

        static async Task FlushAndDisposeAsync(TlsPair pair)
        {
            pair.Server.Transport.Output.GetSpan(10_000)[..10_000].Clear();
            pair.Server.Transport.Output.Advance(10_000);
            var flushing = pair.Server.Transport.Output.FlushAsync().AsTask();
            await pair.Server.DisposeAsync();
            await Assert.ThrowsAsync<IOException>(() => flushing);
        }

        static Task WrittenNotFlushedAsync(TlsPair pair)
        {
            pair.Server.Transport.Output.GetSpan(10);
            pair.Server.Transport.Output.Advance(10);
            return Task.CompletedTask;
        }

        static async Task CutAsync(TlsPair pair)
        {
            pair.PlainClient.Cut();
            await Assert.ThrowsAsync<IOException>(() => TlsPair.ReadAllAsync(pair.Server));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task An_idle_connection_holds_no_buffer()
    {
        var pool = new CountingPool();
        await using var pair = await TlsPair.ShakeAsync(pool: pool);
        await TlsPair.SayAsync(pair.Client, "NOOP\r\n");
        var result = await pair.Server.Transport.Input.ReadAsync();
        pair.Server.Transport.Input.AdvanceTo(result.Buffer.End);
        var reading = pair.Server.Transport.Input.ReadAsync().AsTask();
        Assert.Equal(0, pool.Out);
        await pair.Client.DisposeAsync();
        Assert.True((await reading).IsCompleted);
    }

    private static async Task CrumbsAsync(PipeConnection from, PipeConnection to)
    {
        while (true)
        {
            var result = await from.Input.ReadAsync();
            foreach (var piece in result.Buffer)
            {
                for (var i = 0; i < piece.Length; i++)
                    await to.Output.WriteAsync(piece.Slice(i, 1));
            }
            from.Input.AdvanceTo(result.Buffer.End);
            if (!result.IsCompleted)
                continue;
            to.Cut();
            return;
        }
    }
}
