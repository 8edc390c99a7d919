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
    private readonly IConnection _connection;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly SessionChannel _channel;
    private readonly SessionState _state;
    private readonly CommandLineReader _lines = new();

    /// <summary>A session on an accepted connection, which it takes over.</summary>
    public ServerSession(IConnection connection, ServerOptions options, IMailReceiver receiver, SessionFacts facts, TimeProvider clock, ILogger log)
    {
        (_connection, _clock, _log) = (connection, clock, log);
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
                await ConverseAsync(cancellation);
            await _channel.FlushAsync();
        }
        catch (Exception cause) when (cause is IOException or SocketException or OperationCanceledException)
        {
            _state.End ??= _channel.GaveUp ? SessionEnd.TimedOut : SessionEnd.Vanished;
            ServerLog.Lost(_log, _state.Facts.Id, cause.Message);
        }
        finally
        {
            _channel.Dispose();
            _state.Mail = null;
            await _state.LetGoAsync();
            await CloseAsync(_connection);
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
            await CloseAsync(connection);
        }
    }

    private async ValueTask ConverseAsync(CancellationToken stop)
    {
        _channel.Replies.Write(Reply.Of(220, "", $"{_state.Options.HostName} {_state.Options.Greeting}"));
        for (var fresh = true; !IsOver(stop);)
        {
            var kind = _lines.Read(ref _channel.Unread, out var line);
            if (kind == LineKind.Incomplete)
            {
                // The limit is for the whole command: one octet now and then does not keep a session alive.
                if (fresh)
                    _channel.Await();
                fresh = false;
                await WaitAsync();
                continue;
            }
            fresh = true;
            _state.Counts.Commands++;
            await Execute(kind, line, stop);
            if (_state.HasLeftBody)
                await _state.LetGoAsync();
            if (_channel.ShouldFlush && !await _channel.FlushAsync())
                _state.End ??= SessionEnd.Vanished;
        }
    }

    // The boundary between two commands.
    private bool IsOver(CancellationToken stop)
    {
        if (_state.End is null && stop.IsCancellationRequested)
            End(SessionEnd.Stopped, Replies.Stopping);
        if (_state.End is null && _state.HasTooManyErrors)
            End(SessionEnd.TooManyErrors, Replies.TooManyErrors);
        return _state.End is not null;
    }

    private async ValueTask WaitAsync()
    {
        switch (await _channel.ReceiveAsync())
        {
            case Arrival.Closed:
                _state.End = SessionEnd.Vanished;
                break;
            case Arrival.TimedOut:
                End(SessionEnd.TimedOut, Replies.Idle);
                break;
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

    private void End(SessionEnd end, CannedReply reply)
    {
        _state.End = end;
        _state.Answer(reply);
    }

    private static async ValueTask CloseAsync(IConnection connection)
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
