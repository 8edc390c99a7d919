using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Tell.Smtp.Network;
using Tell.Smtp.Tls;
using Tell.Smtp.Wire;

namespace Tell.Smtp.Server;

/// <summary>
/// Both directions of a session: the octets that arrived and were not dealt with yet, and the replies that were not sent yet. Replies
/// are sent when the session has to wait for its client, or when there are many of them: so a pipelined group of commands gets one
/// segment of replies (RFC 2920 3.2), and a client that never reads cannot make us collect. It owns the connection, and goes over to a secure
/// one in the middle of a session.
/// </summary>
internal sealed class SessionChannel : IAsyncDisposable
{
    private const int ManyReplies = 16 * 1024;

    private readonly IdleWatch _watch;
    private volatile IConnection _connection;
    private ReadOnlySequence<byte> _unread;
    private bool _holding;
    private volatile bool _cutting;
    private long _arrived;

    public SessionChannel(IConnection connection, TimeProvider clock, TimeSpan idleTimeout)
    {
        _connection = connection;
        _watch = new IdleWatch(clock, idleTimeout, OnIdle);
        Replies = new ReplyWriter(connection.Transport.Output);
    }

    /// <summary>The replies.</summary>
    public ReplyWriter Replies { get; private set; }

    /// <summary>What has arrived and was not dealt with; whoever takes from it, shortens it.</summary>
    public ref ReadOnlySequence<byte> Unread => ref _unread;

    /// <summary>How many octets have been dealt with, of all that the client sent.</summary>
    public long Place => _arrived - _unread.Length;

    /// <summary>Which messages the client may not know to be accepted.</summary>
    public Hearing Hearing { get; } = new();

    /// <summary>True where the connection was cut because the client did not read its replies, or did not finish a handshake, in time.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>True where replies should not be held back any longer.</summary>
    public bool ShouldFlush => Replies.Pending >= ManyReplies;

    /// <summary>A new command or piece of data is awaited from now on: the idle timeout starts again.</summary>
    public void Await() => _watch.Restart();

    /// <summary>Makes a wait of the session end now, with <see cref="Arrival.Interrupted"/>. Called from any thread.</summary>
    public void Interrupt() => _connection.Transport.Input.CancelPendingRead();

    /// <summary>Gives what was not dealt with back to the connection, for whoever reads it next.</summary>
    public void GiveBack()
    {
        if (_holding)
            _connection.Transport.Input.AdvanceTo(_unread.Start);
        _arrived -= _unread.Length;
        (_unread, _holding) = (default, false);
    }

    /// <summary>Sends the replies. False where nobody is there to read them.</summary>
    public async ValueTask<bool> FlushAsync()
    {
        if (Replies.Pending == 0)
            return true;
        var before = _arrived;
        var flush = Replies.FlushAsync();
        if (flush.IsCompletedSuccessfully)
            return Sent(flush.Result, before);
        _watch.Restart();
        _cutting = true;
        _watch.Wait();
        try
        {
            return Sent(await flush, before);
        }
        finally
        {
            _watch.Resume();
            _cutting = false;
        }
    }

    /// <summary>Sends the replies, then waits for more octets than <see cref="Unread"/> holds.</summary>
    public async ValueTask<Arrival> ReceiveAsync()
    {
        var input = _connection.Transport.Input;
        var before = _unread.Length;
        // What a client sent while it waited for its reply, a QUIT perhaps because it waits no longer, must not be taken for an answer to it.
        if (Hearing.HasUnsent && LookAt(input, out var early))
        {
            var arrival = Take(early, before);
            return await FlushAsync() ? arrival : Arrival.Closed;
        }
        if (!await FlushAsync())
            return Arrival.Closed;
        LetLie(input);
        var read = input.ReadAsync(CancellationToken.None);
        if (!read.IsCompleted)
            _watch.Wait();
        var result = await read;
        _watch.Resume();
        return Take(result, before);
    }

    private bool LookAt(PipeReader input, out ReadResult early)
    {
        LetLie(input);
        return input.TryRead(out early);
    }

    private void LetLie(PipeReader input)
    {
        if (_holding)
            input.AdvanceTo(_unread.Start, _unread.End);
        _holding = false;
    }

    private Arrival Take(ReadResult result, long before)
    {
        (_unread, _holding) = (result.Buffer, true);
        _arrived += _unread.Length - before;
        if (_unread.Length > before)
            return Arrival.Octets;
        if (result.IsCompleted)
            return Arrival.Closed;
        return _watch.IsOver ? Arrival.TimedOut : Arrival.Interrupted;
    }

    private bool Sent(FlushResult result, long before)
    {
        if (result.IsCompleted)
            return false;
        Hearing.Sent(before);
        return true;
    }

    /// <summary>
    /// Goes over to a secure connection, within the idle timeout. Nothing may be unread, and no reply unsent: what was said before TLS must not be
    /// taken for what was said in it (RFC 3207 6). After a fault there is no connection any more.
    /// </summary>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public async ValueTask<TlsHandshake> SecureAsync(ServerTls tls, CancellationToken stop)
    {
        if (!_unread.IsEmpty || Replies.Pending > 0)
            throw new InvalidOperationException("There are octets left from before TLS.");
        if (_holding)
            _connection.Transport.Input.AdvanceTo(_unread.End);
        (_unread, _holding) = (default, false);
        _watch.Restart();
        _cutting = true;
        _watch.Wait();
        try
        {
            var handshake = await tls.Provider.AcceptAsync(_connection, tls.Options, stop);
            if (handshake.Connection is { } secure)
            {
                _connection = secure;
                Replies = new ReplyWriter(secure.Transport.Output);
            }
            return handshake;
        }
        finally
        {
            _watch.Resume();
            _cutting = false;
        }
    }

    /// <summary>Closes the connection after what was sent has gone. No callback begins after this.</summary>
    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        await CloseAsync(_connection);
    }

    /// <summary>Closes a connection, whatever state it is in.</summary>
    public static async ValueTask CloseAsync(IConnection connection)
    {
        try
        {
            await connection.DisposeAsync();
        }
        catch (Exception cause) when (cause is IOException or SocketException)
        {
            connection.Abort();
        }
    }

    // A client that does not take our replies, or does not finish its handshake, will not take a 421 either.
    private void OnIdle()
    {
        if (!_cutting)
        {
            Interrupt();
            return;
        }
        GaveUp = true;
        _connection.Abort();
    }
}
