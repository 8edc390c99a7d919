using Tell.Smtp.Network;
using Tell.Tests.Smtp.Tls;

namespace Tell.Tests.Smtp.Network;

public sealed class ConnectionStreamTests
{
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
