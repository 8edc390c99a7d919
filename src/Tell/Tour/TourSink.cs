using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Mail;
using Tell.Smtp;
using Tell.Smtp.Network;
using Tell.Smtp.Server;

namespace Tell.Tour;

/// <summary>
/// A real SMTP host on loopback for the tour: takes what comes, but says "later" once to everybody at flaky.test and "no" to nobody@.
/// </summary>
internal sealed class TourSink(INetwork network, TimeProvider time) : IMailReceiver, IAsyncDisposable
{
    private static readonly Reply
        Later = Reply.Of(451, "4.7.1", "Greylisted, please try again"),
        Nobody = Reply.Of(550, "5.1.1", "No such user here");

    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Mailbox> _seen = [];
    private readonly List<Task> _sessions = [];
    private IListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _taken;

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => _listener?.Endpoint ?? throw new InvalidOperationException("The sink does not listen yet.");

    /// <summary>How many messages it has taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Listens on a free port.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        _listener = await network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), cancellation);
        _accepting = AcceptAsync(_listener);
    }

    public ValueTask<Reply?> OnMailAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) => default;

    public ValueTask<Reply?> OnRecipientAsync(SessionFacts session, Envelope envelope, Recipient recipient, CancellationToken cancellation)
    {
        lock (_seen)
        {
            var reply = recipient.Address switch
            {
                { LocalPart: "nobody" } => Nobody,
                { Domain.Name: "flaky.test" } address when _seen.Add(address) => Later,
                _ => null,
            };
            return ValueTask.FromResult(reply);
        }
    }

    public ValueTask<IIncomingMessage> OpenAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) =>
        ValueTask.FromResult<IIncomingMessage>(new Taking(this));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_listener is not null)
            await _listener.DisposeAsync();
        await _accepting;
        await Task.WhenAll(_sessions);
        _stop.Dispose();
    }

    private async Task AcceptAsync(IListener listener)
    {
        try
        {
            while (await listener.AcceptAsync(_stop.Token) is { } connection)
                _sessions.Add(TalkAsync(connection));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task TalkAsync(IConnection connection)
    {
        await using var closing = connection;
        var facts = new SessionFacts("sink", connection.Remote, connection.Local);
        await new ServerSession(connection, new ServerOptions { HostName = "sink.test" }, this, facts, time, NullLogger.Instance).RunAsync(_stop.Token);
    }

    private sealed class Taking(TourSink sink) : IIncomingMessage
    {
        public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation) => default;

        public ValueTask<Reply> CommitAsync(CancellationToken cancellation)
        {
            Interlocked.Increment(ref sink._taken);
            return ValueTask.FromResult(Reply.Of(250, "2.0.0", "Taken"));
        }

        public ValueTask DisposeAsync() => default;
    }
}
