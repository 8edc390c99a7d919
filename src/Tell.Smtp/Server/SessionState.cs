using Microsoft.Extensions.Logging;
using Tell.Mail;

namespace Tell.Smtp.Server;

/// <summary>What a session remembers between commands, and what the verbs work with.</summary>
internal sealed class SessionState(ServerOptions options, ReceiverLadder receiver, SessionChannel channel, SessionFacts facts, TimeProvider clock, ILogger log)
{
    private int _errorsInARow;
    private Submission? _submission;
    private BodyIntake? _left;

    public ServerOptions Options { get; } = options;

    public ReceiverLadder Receiver { get; } = receiver;

    public SessionChannel Channel { get; } = channel;

    /// <summary>The time.</summary>
    public TimeProvider Clock { get; } = clock;

    /// <summary>What is known about the client.</summary>
    public SessionFacts Facts { get; private set; } = facts;

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

    /// <summary>True where the next boundary between commands is the last.</summary>
    public bool HasTooManyErrors => Options.MaxErrors > 0 && _errorsInARow >= Options.MaxErrors;

    /// <summary>Gives a reply of the session.</summary>
    public void Answer(CannedReply reply)
    {
        Channel.Replies.Write(reply.Octets);
        if (reply.Code >= 400)
            Refused(reply.Code, reply.Text);
    }

    /// <summary>Gives a reply of the receiver. 421 is the receiver's way to end the session.</summary>
    public void Answer(Reply reply)
    {
        Channel.Replies.Write(reply);
        if (reply.Code == 421)
            End ??= ReferenceEquals(reply, Replies.Abandoned) ? SessionEnd.Stopped : SessionEnd.Dismissed;
        if (reply.Code >= 400)
            Refused(reply.Code, log.IsEnabled(LogLevel.Debug) ? reply.ToString() : "");
    }

    /// <summary>HELO or EHLO was accepted: a new start (RFC 5321 4.1.4).</summary>
    public void Hello(string name, bool extended)
    {
        Facts = Facts with { Helo = name, Extended = extended };
        (Mail, _submission) = (null, null);
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

    private void Refused(int code, string text)
    {
        ServerLog.Refused(log, Facts.Id, text);
        if (code < 500)
            return;
        Counts.Errors++;
        _errorsInARow++;
    }
}
