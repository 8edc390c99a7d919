using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Tell.Smtp.Network;

namespace Tell.Tests.Routing.Dns;

/// <summary>Plain sockets, for asking a real name server.</summary>
internal sealed class LoopbackNetwork : INetwork
{
    public ValueTask<IListener> ListenAsync(IPEndPoint endpoint, CancellationToken cancellation) => throw new NotSupportedException();

    public async ValueTask<IConnection> ConnectAsync(IPEndPoint endpoint, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endpoint, cancellation);
        return new StreamConnection(socket);
    }

    public async ValueTask<byte[]> ExchangeAsync(IPEndPoint server, ReadOnlyMemory<byte> datagram, CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellation);
        await socket.SendAsync(datagram, cancellation);
        var answer = new byte[4096];
        return answer[..await socket.ReceiveAsync(answer, cancellation)];
    }

    private sealed class StreamConnection : IConnection, IDuplexPipe
    {
        private readonly NetworkStream _stream;

        public StreamConnection(Socket socket)
        {
            _stream = new NetworkStream(socket, ownsSocket: true);
            (Input, Output) = (PipeReader.Create(_stream), PipeWriter.Create(_stream));
            (Local, Remote) = ((IPEndPoint)socket.LocalEndPoint!, (IPEndPoint)socket.RemoteEndPoint!);
        }

        public IDuplexPipe Transport => this;

        public PipeReader Input { get; }

        public PipeWriter Output { get; }

        public IPEndPoint Local { get; }

        public IPEndPoint Remote { get; }

        public void Abort() => _stream.Dispose();

        public ValueTask DisposeAsync() => _stream.DisposeAsync();
    }
}
