using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tell.Tests.Tools;

/// <summary>
/// The next hop of the crash tests: a mail server of our own that records every message whole, can go down and come up again on the same
/// port, be slow, and refuse. It shares no code with Tell, so that it cannot share its mistakes.
/// </summary>
public sealed class RecordingSink : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedMail> _mail = new();
    private readonly ConcurrentQueue<Cut> _downs = new();
    private readonly Lock _gate = new();
    private CancellationTokenSource? _life;
    private Task _serving = Task.CompletedTask;

    /// <summary>The loopback address on which it listens while it is up.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port of that address.</summary>
    public int Port { get; init; } = FreePort.Next();

    /// <summary>Everything that got 250 after its data, in order, duplicates included.</summary>
    public IReadOnlyCollection<ReceivedMail> Mail => _mail;

    /// <summary>When it went down: then a 250 of ours may not have reached the client.</summary>
    public IReadOnlyCollection<Cut> Downs => _downs;

    /// <summary>How long it thinks before it answers to the end of data.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Whether it keeps the octets of each message, or only their digest (for many messages).</summary>
    public bool KeepsContent { get; set; } = true;

    /// <summary>The reply to RCPT for an address; null accepts it.</summary>
    public Func<string, string?> RecipientPolicy { get; set; } = _ => null;

    /// <summary>How many messages are being sent to it at this moment.</summary>
    public int InData => _inData;
    private int _inData;

    /// <summary>A sink that listens.</summary>
    public static RecordingSink Listening()
    {
        var sink = new RecordingSink();
        sink.Up();
        return sink;
    }

    /// <summary>Listens; does nothing if it does already.</summary>
    public void Up()
    {
        lock (_gate)
        {
            if (_life is null)
            {
                var listener = new TcpListener(Address, Port);
                listener.Start(256);
                _life = new CancellationTokenSource();
                _serving = AcceptAsync(listener, _life.Token);
            }
        }
    }

    /// <summary>Refuses connections and cuts those it has, wherever they are. Completes when all are cut.</summary>
    public async Task DownAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        Task serving;
        lock (_gate)
        {
            if (_life is null)
            {
                return;
            }
            _life.Cancel();
            _life = null;
            serving = _serving;
        }
        await serving;
        _downs.Enqueue(new Cut(start, TimeProvider.System.GetTimestamp()));
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync() => await DownAsync();

    private async Task AcceptAsync(TcpListener listener, CancellationToken cancellation)
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(cancellation);
                sessions.RemoveAll(session => session.IsCompletedSuccessfully);
                sessions.Add(ServeAsync(socket, cancellation));
            }
        }
        catch (OperationCanceledException)
        {
            // Down.
        }
        listener.Dispose();
        await Task.WhenAll(sessions);
    }

    private async Task ServeAsync(Socket socket, CancellationToken cancellation)
    {
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            var session = new SinkSession(stream, address => RecipientPolicy(address), AcceptMailAsync, moment => Interlocked.Add(ref _inData, moment));
            await session.RunAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The client went away, or we went down.
        }
    }

    private async Task AcceptMailAsync(ReceivedMail mail, CancellationToken cancellation)
    {
        if (Delay > TimeSpan.Zero)
        {
            await Patience.PauseAsync(Delay, cancellation);
        }
        cancellation.ThrowIfCancellationRequested();
        _mail.Enqueue(mail with { At = TimeProvider.System.GetTimestamp(), Content = KeepsContent ? mail.Content : [] });
    }
}
