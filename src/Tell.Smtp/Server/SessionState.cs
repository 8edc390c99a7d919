using Microsoft.Extensions.Logging;
using Tell.Mail;

namespace Tell.Smtp.Server;

/// <summary>What a session remembers between commands, and what the verbs work with.</summary>
internal sealed class SessionState
{
    private readonly ILogger _log;
    private int _errorsInARow;
    private int _failures;
    private Reply? _dismissal;
    private Submission? _submission;
    private BodyIntake? _left;

    public SessionState(ServerOptions options, ReceiverLadder receiver, SessionChannel channel, SessionFacts facts, TimeProvider clock, ILogger log)
    {
        (Options, Receiver, Channel, Facts, Clock, _log) = (options, receiver, channel, facts, clock, log);
        Lines = new LineIntake(this);
    }

    public ServerOptions Options { get; }

    public ReceiverLadder Receiver { get; }

    public SessionChannel Channel { get; }

    public LineIntake Lines { get; }

    /// <summary>The time.</summary>
    public TimeProvider Clock { get; }

    /// <summary>What is known about the client.</summary>
    public SessionFacts Facts { get; private set; }

    /// <summary>The transaction; null between transactions. A body that one had when it ended is let go of before the next command.</summary>
    public MailTransaction? Mail
    {
        get;
        set
        {
            _left ??= field?.Body;
            field = value;
        }
    }

    /// <summary>True where <see cref="LetGoAsync"/> has something to do.</summary>
    public bool HasLeftBody => _left is not null;

    /// <summary>Not null where the session is to end after the replies have been sent.</summary>
    public SessionEnd? End { get; set; }

    /// <summary>What will be in the summary.</summary>
    public SessionCounts Counts { get; } = new();

    /// <summary>Where the session stands.</summary>
    public Phases Phase => Mail switch
    {
        null => Facts.Helo is null ? Phases.Greeted : Phases.Ready,
        { Body: not null } => Phases.Chunks,
        { Count: 0 } => Phases.Mail,
        _ => Phases.Recipients,
    };

    private bool HasTooManyErrors => (Options.MaxErrors > 0 && _errorsInARow >= Options.MaxErrors) || _failures >= ServerOptions.MaxFailures;

    /// <summary>Asked at each boundary between lines: true where this one is the last, and the client has been told why.</summary>
    public bool IsOver(CancellationToken stop)
    {
        if (End is null && stop.IsCancellationRequested)
            Finish(SessionEnd.Stopped, Replies.Stopping);
        if (End is null && _dismissal is not null)
            Answer(_dismissal);
        if (End is null && HasTooManyErrors)
            Finish(SessionEnd.TooManyErrors, Replies.TooManyErrors);
        return End is not null;
    }

    /// <summary>Ends the session with a reply.</summary>
    public void Finish(SessionEnd end, CannedReply reply)
    {
        End = end;
        Answer(reply);
    }

    /// <summary>Gives a reply of the session.</summary>
    public void Answer(CannedReply reply)
    {
        Channel.Replies.Write(reply.Octets);
        if (reply.Code >= 400)
            Refused(reply.Code, reply.Text, reply.Blames);
    }

    /// <summary>Gives a reply of the receiver. 421 is the receiver's way to end the session.</summary>
    public void Answer(Reply reply)
    {
        Channel.Replies.Write(reply);
        if (reply.Code == 421)
            End ??= ReferenceEquals(reply, Replies.Abandoned) ? SessionEnd.Stopped : SessionEnd.Dismissed;
        if (reply.Code >= 400)
            Refused(reply.Code, _log.IsEnabled(LogLevel.Debug) ? reply.ToString() : "");
    }

    /// <summary>HELO or EHLO was accepted: a new start (RFC 5321 4.1.4).</summary>
    public void Hello(string name, bool extended) => Begin(Facts with { Helo = name, Extended = extended });

    /// <summary>The session goes on, without a transaction, knowing this about its client and no more.</summary>
    public void Begin(SessionFacts facts) => (Facts, Mail, _submission) = (facts, null, null);

    /// <summary>Says who we are: at the beginning, and where the session begins again.</summary>
    public void Greet() => Channel.Replies.Write(Reply.Of(220, "", $"{Options.HostName} {Options.Greeting}"));

    /// <summary>The connection is that of a proxy, which has said for whom. False where that client may not stay.</summary>
    public bool Relayed(ProxyHeader header)
    {
        if (header is not { Source: { } source, Target: { } target })
            return true;
        ServerLog.Relayed(_log, Facts.Id, Facts.Client, source);
        Begin(Facts with { Client = source, Listener = target, Via = Facts.Via ?? Facts.Client });
        return Admits();
    }

    /// <summary>Asks whether the client that the session is for now may stay; false, and it has been told, where the session is over.</summary>
    public bool Admits()
    {
        if (Receiver.OnClient(Facts) is not { } refusal)
            return true;
        // RFC 8314 3.3: before a handshake that comes first there is nobody to read plain words.
        if (Options.Tls is not { Implicit: true } || Facts.Tls is not null)
            Channel.Replies.Write(refusal);
        ServerLog.Refused(_log, Facts.Id, _log.IsEnabled(LogLevel.Debug) ? refusal.ToString() : "");
        End ??= SessionEnd.Dismissed;
        return false;
    }

    /// <summary>The proxy has not said for whom it connects.</summary>
    public void HasNoHeader()
    {
        End = SessionEnd.NoHeader;
        ServerLog.NoHeader(_log, Facts.Id, Facts.Client);
    }

    /// <summary>The client is a user from now on (RFC 4954).</summary>
    public void Authenticated(string user, string mechanism)
    {
        Begin(Facts with { User = user });
        ServerLog.Authenticated(_log, Facts.Id, user, mechanism);
    }

    /// <summary>The client is not who it said: an answer after a pause that grows, so that passwords are not guessed by the thousand.</summary>
    public async ValueTask NotAuthenticatedAsync(string mechanism)
    {
        ServerLog.NotAuthenticated(_log, Facts.Id, Facts.Client, mechanism);
        // A stop waits for it: it is short, and a cancelled delay would go on where it was cancelled.
        _failures++;
        if (Options.AuthPause > TimeSpan.Zero)
            await Task.Delay(Options.AuthPause * _failures, Clock, CancellationToken.None);
        Answer(Replies.NotAuthenticated);
    }

    /// <summary>
    /// The handshake of TLS, after which the session is as before EHLO: nothing that was said in the clear counts (RFC 3207 4.2). False where there
    /// is no secure connection; the session has ended then.
    /// </summary>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public async ValueTask<bool> SecureAsync(CancellationToken stop)
    {
        var handshake = await Channel.SecureAsync(Options.Tls!, stop);
        if (handshake.Fault is { } fault)
        {
            End = Channel.GaveUp ? SessionEnd.TimedOut : SessionEnd.HandshakeFailed;
            ServerLog.HandshakeFailed(_log, Facts.Id, Facts.Client, Channel.GaveUp ? "it took too long" : fault.Text);
            return false;
        }
        Begin(Facts with { Tls = handshake.Facts, Helo = null, Extended = false, User = null });
        ServerLog.Secured(_log, Facts.Id, handshake.Facts!, handshake.Facts!.ServerName ?? "no name");
        return true;
    }

    /// <summary>A message was accepted: whatever the client got wrong before, it is here to deliver mail.</summary>
    public void Accepted(long octets, bool corrected)
    {
        _errorsInARow = 0;
        Counts.Messages++;
        Counts.MessagesCorrected += corrected ? 1 : 0;
        Counts.MessageOctets += octets;
    }

    /// <summary>Lets go of the body of a transaction that has ended.</summary>
    public async ValueTask LetGoAsync()
    {
        if (_left is not { } body)
            return;
        _left = null;
        await body.LetGoAsync();
    }

    /// <summary>How messages of this client arrive.</summary>
    public Submission Submission(bool utf8)
    {
        if (utf8)
            return Make(utf8);
        return _submission ??= Make(utf8);
    }

    private Submission Make(bool utf8)
    {
        var client = Facts.Client.Address;
        var address = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        return new Submission(Facts.Protocol(utf8), address.ToString(), Facts.Helo, Facts.User, Facts.Id);
    }

    private void Refused(int code, string text, bool blames = true)
    {
        ServerLog.Refused(_log, Facts.Id, text);
        if (code < 500 || !blames)
            return;
        Counts.Errors++;
        _errorsInARow++;
        _dismissal ??= Receiver.OnError(Facts);
    }
}
