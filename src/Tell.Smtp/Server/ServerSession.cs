using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tell.Smtp.Network;
using Tell.Smtp.Wire;

namespace Tell.Smtp.Server;

/// <summary>
/// One SMTP conversation, from the greeting to the end (RFC 5321 3). It reads commands, lets the verb table say what is legal, and hands
/// mail to the receiver. Memory does not depend on the size of messages. Whatever the client sends or leaves out, RunAsync ends normally.
/// </summary>
public sealed class ServerSession
{
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly SessionChannel _channel;
    private readonly SessionState _state;

    /// <summary>A session on an accepted connection, which it takes over.</summary>
    public ServerSession(IConnection connection, ServerOptions options, IMailReceiver receiver, SessionFacts facts, TimeProvider clock, ILogger log)
    {
        (_clock, _log) = (clock, log);
        _channel = new SessionChannel(connection, clock, options.IdleTimeout);
        _state = new SessionState(options, new ReceiverLadder(receiver, facts.Id, log), _channel, facts, clock, log);
    }

    /// <summary>
    /// Holds the conversation to its end, then closes the connection. A stop request lets the command that is being carried out finish, a
    /// message that is being received included, then says 421 and ends; who cannot wait for that aborts the connection.
    /// </summary>
    public async Task<SessionSummary> RunAsync(CancellationToken cancellation)
    {
        var started = _clock.GetTimestamp();
        ServerLog.Opened(_log, _state.Facts.Id, _state.Facts.Client, _state.Facts.Listener);
        try
        {
            using (cancellation.UnsafeRegister(static channel => ((SessionChannel)channel!).Interrupt(), _channel))
            {
                if (!_state.Options.ProxyHeader || await ProxyGate.PassAsync(_state, cancellation))
                    await ConverseAsync(cancellation);
            }
            await _channel.FlushAsync();
        }
        catch (Exception cause) when (cause is IOException or SocketException or OperationCanceledException)
        {
            // A handshake is the one thing that a stop request breaks off.
            _state.End ??= cause is OperationCanceledException && cancellation.IsCancellationRequested ? SessionEnd.Stopped
                : _channel.GaveUp ? SessionEnd.TimedOut
                : SessionEnd.Vanished;
            ServerLog.Lost(_log, _state.Facts.Id, cause.Message);
        }
        finally
        {
            _state.Mail = null;
            await _state.LetGoAsync();
            await _channel.DisposeAsync();
        }
        return Summary(_clock.GetElapsedTime(started));
    }

    /// <summary>Greets with a 421 or 554 reply instead of 220 and closes: for a client that may not, or cannot now, have a session.</summary>
    public static async Task RefuseAsync(IConnection connection, Reply reply, CancellationToken cancellation)
    {
        try
        {
            var replies = new ReplyWriter(connection.Transport.Output);
            replies.Write(reply);
            using (cancellation.UnsafeRegister(static connection => ((IConnection)connection!).Abort(), connection))
                await replies.FlushAsync();
        }
        catch (Exception cause) when (cause is IOException or SocketException or OperationCanceledException)
        {
            // It left before we could tell it to.
        }
        finally
        {
            await SessionChannel.CloseAsync(connection);
        }
    }

    private async ValueTask ConverseAsync(CancellationToken stop)
    {
        // RFC 8314 3.3: nothing is said in the clear.
        if (_state.Options.Tls is { Implicit: true } && !await _state.SecureAsync(stop))
            return;
        _state.Greet();
        while (!_state.IsOver(stop))
        {
            var place = _channel.Place;
            var kind = _state.Lines.Read(out var line);
            if (kind == LineKind.Incomplete)
            {
                await _state.Lines.WaitAsync();
                continue;
            }
            _state.Counts.Commands++;
            while (_channel.Hearing.TryHear(place, out var message))
                _state.Receiver.OnReplyHeard(message);
            await Execute(kind, line, stop);
            if (_state.HasLeftBody)
                await _state.LetGoAsync();
            if (_channel.ShouldFlush && !await _channel.FlushAsync())
                _state.End ??= SessionEnd.Vanished;
        }
    }

    private ValueTask Execute(LineKind kind, ReadOnlySpan<byte> line, CancellationToken stop)
    {
        if (kind != LineKind.Line)
        {
            _state.Answer(kind == LineKind.TooLong ? Replies.LineTooLong : Replies.MalformedLine);
            return default;
        }
        // RFC 5321 4.1.1: trailing white space is tolerated.
        line = line.TrimEnd(" \t"u8);
        var space = line.IndexOf((byte)' ');
        var name = space < 0 ? line : line[..space];
        if (VerbTable.Find(name) is not { } verb)
        {
            _state.Answer(Replies.UnknownCommand);
            return default;
        }
        if (!verb.IsOffered(_state))
        {
            _state.Answer(Replies.NotImplemented);
            return default;
        }
        if ((verb.Legal & _state.Phase) == 0)
        {
            _state.Answer(VerbTable.OutOfOrder(_state.Phase));
            return default;
        }
        return verb.Handle(_state, space < 0 ? default : line[(space + 1)..].TrimStart((byte)' '), stop);
    }

    private SessionSummary Summary(TimeSpan duration)
    {
        var counts = _state.Counts;
        var end = _state.End ?? SessionEnd.Vanished;
        ServerLog.Closed(_log, _state.Facts.Id, end, counts.Commands, counts.Messages, counts.MessageOctets, counts.Errors);
        return new SessionSummary(_state.Facts, end)
        {
            Commands = counts.Commands,
            Errors = counts.Errors,
            Recipients = counts.Recipients,
            RecipientsRefused = counts.RecipientsRefused,
            Messages = counts.Messages,
            MessagesRefused = counts.MessagesRefused,
            MessagesCorrected = counts.MessagesCorrected,
            MessageOctets = counts.MessageOctets,
            Duration = duration,
        };
    }
}
