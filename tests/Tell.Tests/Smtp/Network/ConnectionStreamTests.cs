using Tell.Smtp.Network;
using Tell.Tests.Smtp.Tls;

namespace Tell.Tests.Smtp.Network;

public sealed class ConnectionStreamTests
{
    [Fact]
    public async Task A_cancelled_stream_is_not_read_or_written_again_though_octets_came_with_the_cancellation()
    {
        var (client, server) = PipeConnection.Pair();
        await using var stream = new ConnectionStream(server);
        await TlsPair.SayAsync(client, "half a record");
        stream.Cancel();
        await Assert.ThrowsAsync<OperationCanceledException>(() => stream.ReadAsync(new byte[5]).AsTask());
        await Assert.ThrowsAsync<OperationCanceledException>(() => stream.ReadAsync(new byte[100]).AsTask());
        await Assert.ThrowsAsync<OperationCanceledException>(() => stream.WriteAsync(new byte[5]).AsTask());
        await Assert.ThrowsAsync<OperationCanceledException>(() => stream.WriteAsync(new byte[5]).AsTask());
    }

    [Fact]
    public async Task A_read_that_is_woken_goes_on_waiting()
    {
        var (client, server) = PipeConnection.Pair();
        await using var stream = new ConnectionStream(server);
        var reading = stream.ReadAsync(new byte[5]).AsTask();
        server.Input.CancelPendingRead();
        Assert.False(reading.IsCompleted);
        await TlsPair.SayAsync(client, "octet");
        Assert.Equal(5, await reading);
    }

    [Fact]
    public async Task Closing_the_stream_ends_the_connection()
    {
        var (_, server) = PipeConnection.Pair();
        await new ConnectionStream(server).DisposeAsync();
        Assert.True(server.IsClosed);
    }
}
