using System.IO.Pipelines;
using System.Net.Sockets;
using Tell.Smtp.Network;
using Tell.Smtp.Tls;

namespace Tell.Smtp.Client;

/// <summary>
/// The connection of a client session as replies in and octets out, under the time limit of a phase. The first fault stays; after it
/// nothing is read or written any more. What is lost or late is a value here, never an exception.
/// </summary>
internal sealed class ClientWire
{
    private readonly ClientOptions _options;
    private readonly ReplyParser _parser = new();
    private readonly Deadline _deadline;
    private volatile IConnection _connection;
    private ValueTask<FlushResult>? _flush;

    public ClientWire(IConnection connection, ClientOptions options, TimeProvider time)
    {
        (_connection, _options) = (connection, options);
        _deadline = new Deadline(time, Abort);
    }

    /// <summary>What to write to after <see cref="ReadyAsync"/> and before <see cref="Send"/> or <see cref="FlushAsync"/>.</summary>
    public PipeWriter Output => _connection.Transport.Output;

    /// <summary>Why the session cannot go on; null while it can.</summary>
    public SessionFault? Fault { get; private set; }

    /// <summary>True where the peer spoke nonsense or out of turn: what its replies were about is not certain.</summary>
    public bool Confused { get; private set; }

    /// <summary>
    /// True from the moment a message was handed over to its end until its verdict is known: a fault meanwhile leaves it in doubt whether the
    /// peer took it (RFC 1047).
    /// </summary>
    public bool InDoubt { get; set; }

    /// <summary>How long the peer has let us wait by now for one reply, or for room for more octets; zero while we do not wait for it. From any thread.</summary>
    public TimeSpan Waiting => _deadline.Running;

    /// <summary>True for LMTP.</summary>
    public bool Lmtp => _options.Lmtp;

    /// <summary>
    /// Hands what was written to the network without waiting for it: the replies are read meanwhile, so that a peer which stops reading
    /// until its replies are taken cannot stop us both. A failure shows when the reply is read.
    /// </summary>
    public void Send() => _flush = Output.FlushAsync(CancellationToken.None);

    /// <summary>
    /// Waits until what <see cref="Send"/> handed over has gone, as it must before more is written. False: the peer takes nothing any more,
    /// and <see cref="InterruptionAsync"/> tells its last words or the fault.
    /// </summary>
    public ValueTask<bool> ReadyAsync(SessionPhase phase)
    {
        if (_flush is not { } flush)
            return ValueTask.FromResult(true);
        _flush = null;
        return GoneAsync(flush, phase);
    }

    /// <summary>Hands what was written to the network and waits until there is room for more. False as with <see cref="ReadyAsync"/>.</summary>
    public ValueTask<bool> FlushAsync(SessionPhase phase) => GoneAsync(Output.FlushAsync(CancellationToken.None), phase);

    /// <summary>Hands octets to the network, behind what was written before, and waits until there is room for more. False as with <see cref="ReadyAsync"/>.</summary>
    public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> octets, SessionPhase phase) => GoneAsync(Output.WriteAsync(octets, CancellationToken.None), phase);

    /// <summary>
    /// The next reply; null after a fault. 421 is a reply and a fault (RFC 5321 3.8: the peer closes the connection after it).
    /// </summary>
    public async ValueTask<Reply?> ReadReplyAsync(SessionPhase phase)
    {
        if (Fault is not null)
            return null;
        _deadline.Set(phase.Limit(_options));
        try
        {
            while (true)
            {
                var result = await _connection.Transport.Input.ReadAsync(CancellationToken.None);
                if (Take(result, phase, out var reply))
                    return reply;
            }
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            return Lose(phase, lost.Message);
        }
        finally
        {
            _deadline.Clear();
        }
    }

    /// <summary>True where the peer has begun to say something, or has closed, although nothing was asked.</summary>
    public bool Interrupted
    {
        get
        {
            if (Fault is not null)
                return true;
            try
            {
                if (!_connection.Transport.Input.TryRead(out var result))
                    return false;
                var said = !result.Buffer.IsEmpty || result.IsCompleted;
                _connection.Transport.Input.AdvanceTo(result.Buffer.Start);
                return said;
            }
            catch (Exception lost) when (IsLoss(lost))
            {
                Lose(SessionPhase.Mail, lost.Message);
                return true;
            }
        }
    }

    /// <summary>
    /// Reads what interrupts, which is a fault whatever it is. The reply is given back where the peer says why it ends the session (421),
    /// or, in the body, why it wants no more of it (4yz, 5yz); null for nonsense and loss.
    /// </summary>
    public async ValueTask<Reply?> InterruptionAsync(SessionPhase phase)
    {
        var reply = await ReadReplyAsync(phase);
        if (reply is null || Fault is not null)
            return reply;
        if (phase == SessionPhase.Body && reply.Code >= 400)
            Fault = new SessionFault(phase, "the peer did not want the rest of the message", reply);
        else
            Confuse(phase, $"the peer replied to nothing: \"{reply}\"");
        return Confused ? null : reply;
    }

    /// <summary>
    /// Goes over to a secure connection, under the time limit of the handshake; null after a fault. What the peer has said already, in the clear, is
    /// one: somebody wants it taken for what the peer says in TLS (RFC 3207 6).
    /// </summary>
    public async ValueTask<TlsFacts?> SecureAsync(ClientTls tls)
    {
        if (Interrupted || !await ReadyAsync(SessionPhase.StartTls))
        {
            await InterruptionAsync(SessionPhase.StartTls);
            Fault = Fault! with { Phase = SessionPhase.StartTls, Tls = new TlsFault(TlsFaultKind.Handshake, Fault.Text) };
            return null;
        }
        _deadline.Set(SessionPhase.Handshake.Limit(_options));
        var handshake = await tls.Provider.ConnectAsync(_connection, tls.Options, CancellationToken.None);
        _deadline.Clear();
        if (handshake.Fault is { } fault)
        {
            Lose(SessionPhase.Handshake, fault.Text);
            Fault = Fault! with { Tls = fault with { Text = Fault.Text } };
            return null;
        }
        _connection = handshake.Connection!;
        return handshake.Facts;
    }

    /// <summary>The peer's reply makes no sense where it stands. Always true.</summary>
    public bool Confuse(SessionPhase phase, string text)
    {
        Confused = true;
        Fault = new SessionFault(phase, text) { InDoubt = InDoubt };
        _connection.Abort();
        return true;
    }

    /// <summary>The fault that there is leaves recipients in doubt, although it is a reply: it was the reply to another.</summary>
    public void Doubt() => Fault = Fault! with { InDoubt = true };

    /// <summary>True where the peer has said something that nobody asked for; its silent end is none.</summary>
    public bool Spoke
    {
        get
        {
            try
            {
                if (Fault is not null || !_connection.Transport.Input.TryRead(out var result))
                    return false;
                _connection.Transport.Input.AdvanceTo(result.Buffer.Start);
                return !result.Buffer.IsEmpty;
            }
            catch (Exception lost) when (IsLoss(lost))
            {
                return false;
            }
        }
    }

    /// <summary>Nothing more can be said: a fault where there is none yet, and the end of the connection.</summary>
    public void End(SessionPhase phase, string text)
    {
        Fault ??= new SessionFault(phase, text);
        _connection.Abort();
    }

    /// <summary>Ends it at once; reads and writes under way fail.</summary>
    public void Abort() => _connection.Abort();

    public async ValueTask DisposeAsync()
    {
        _deadline.Dispose();
        // Octets that the peer never took must not hold up the end.
        if (_flush is { IsCompleted: false })
            _connection.Abort();
        await _connection.DisposeAsync();
    }

    private static bool IsLoss(Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException;

    private bool Take(ReadResult result, SessionPhase phase, out Reply? reply)
    {
        var rest = result.Buffer;
        var read = _parser.Read(ref rest, out reply, out var nonsense);
        _connection.Transport.Input.AdvanceTo(rest.Start, read == ReplyRead.NeedMore ? rest.End : rest.Start);
        switch (read)
        {
            case ReplyRead.Fault:
                return Confuse(phase, nonsense!);
            case ReplyRead.Reply when reply!.Code == 421:
                Fault = new SessionFault(phase, reply.ToString(), reply);
                return true;
            case ReplyRead.Reply:
                return true;
            case ReplyRead.NeedMore when result.IsCompleted:
                Lose(phase, _parser.InReply || !rest.IsEmpty ? "connection closed in the middle of a reply" : "connection closed");
                return true;
            default:
                return false;
        }
    }

    private async ValueTask<bool> GoneAsync(ValueTask<FlushResult> flush, SessionPhase phase)
    {
        if (flush.IsCompletedSuccessfully)
            return !flush.Result.IsCompleted;
        _deadline.Set(phase.Limit(_options));
        try
        {
            return !(await flush).IsCompleted;
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            if (_deadline.Expired)
                Lose(phase, lost.Message);
            return false;
        }
        finally
        {
            _deadline.Clear();
        }
    }

    private Reply? Lose(SessionPhase phase, string text)
    {
        Fault = new SessionFault(phase, _deadline.Expired ? phase.Silence(_options) : text) { InDoubt = InDoubt };
        return null;
    }
}
