using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Mail;
using Tell.Smtp;
using Tell.Smtp.Network;
using Tell.Smtp.Server;

namespace Tell.Benchmarks.Sessions;

/// <summary>A next hop that takes every message and keeps none.</summary>
internal sealed class NullSink : IMailReceiver, IAsyncDisposable
{
    private static readonly ServerOptions Options = new() { HostName = "sink.example.test", IdleTimeout = TimeSpan.Zero };

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _sessions = [];
    private readonly IListener _listener;
    private readonly Task _accepting;
    private long _messages, _mail;

    private NullSink(IListener listener)
    {
        _listener = listener;
        _accepting = AcceptAsync();
    }

    public IPEndPoint Endpoint => _listener.Endpoint;

    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>Those with a sender: all but reports.</summary>
    public long Mail => Interlocked.Read(ref _mail);

    public static async Task<NullSink> StartAsync(INetwork network) =>
        new(await network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), CancellationToken.None));

    public ValueTask<Reply?> OnMailAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) => default;

    public ValueTask<Reply?> OnRecipientAsync(SessionFacts session, Envelope envelope, Recipient recipient, CancellationToken cancellation) => default;

    public ValueTask<IIncomingMessage> OpenAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) => new(new Nothing(this, envelope.Sender is not null));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listener.DisposeAsync();
        await _accepting;
        await Task.WhenAll(_sessions);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (await _listener.AcceptAsync(_stop.Token) is { } connection)
                _sessions.Add(new ServerSession(connection, Options, this, new SessionFacts("sink", connection.Remote, connection.Local), TimeProvider.System, NullLogger.Instance).RunAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private sealed class Nothing(NullSink sink, bool mail) : IIncomingMessage
    {
        private static readonly Reply Ok = Reply.Of(250, "2.0.0", "Ok");

        public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation) => default;

        public ValueTask<Reply> CommitAsync(CancellationToken cancellation)
        {
            Interlocked.Increment(ref sink._messages);
            if (mail)
                Interlocked.Increment(ref sink._mail);
            return ValueTask.FromResult(Ok);
        }

        public ValueTask DisposeAsync() => default;
    }
}
