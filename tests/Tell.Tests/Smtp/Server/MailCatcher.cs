using System.Buffers;
using System.Text;
using Tell.Mail;
using Tell.Smtp;
using Tell.Smtp.Server;

namespace Tell.Tests.Smtp.Server;

/// <summary>
/// A receiver that keeps what it was given. Addresses make it behave: senders banned@, broken@, dismissed@, noopen@, full@ (breaks while
/// writing), nocommit@ (breaks at the end), deferred@, nonsense@, pushy@ (gets no priority
/// above 0), unclear@ (breaks when asked for it); recipients unknown@, later@, broken@, lying@.
/// </summary>
internal sealed class MailCatcher : IMailReceiver
{
    public List<CaughtMail> Mails { get; } = [];

    /// <summary>Messages opened and neither committed nor disposed.</summary>
    public int Open { get; private set; }

    public int Opened { get; private set; }

    /// <summary>The largest piece that came in one write.</summary>
    public int LargestWrite { get; private set; }

    public long OctetsWritten { get; private set; }

    public bool KeepContent { get; init; } = true;

    /// <summary>Where set, the commit waits for it.</summary>
    public TaskCompletionSource<Reply>? CommitGate { get; init; }

    /// <summary>Where set, writing waits for it.</summary>
    public TaskCompletionSource? WriteGate { get; init; }

    /// <summary>Where set, RCPT waits for it.</summary>
    public TaskCompletionSource? RecipientGate { get; init; }

    /// <summary>What becomes of a client that a proxy names.</summary>
    public Func<SessionFacts, Reply?> Client { get; init; } = _ => null;

    /// <summary>What becomes of a client that has made an error.</summary>
    public Func<SessionFacts, Reply?> Error { get; init; } = _ => null;

    public Reply? OnClient(SessionFacts session) => Client(session);

    public Reply? OnError(SessionFacts session) => Error(session);

    public ValueTask<Reply?> OnMailAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) => envelope.Sender?.LocalPart switch
    {
        "banned" => new(Reply.Of(550, "5.7.1", "Not from you")),
        "dismissed" => new(Reply.Of(421, "4.7.0", "Go away for now")),
        "broken" => throw new InvalidOperationException("the directory is down"),
        _ => default,
    };

    public int PriorityOf(SessionFacts session, Envelope envelope, int asked) => envelope.Sender?.LocalPart switch
    {
        "pushy" => Math.Min(asked, 0),
        "unclear" => throw new InvalidOperationException("who is that?"),
        _ => asked,
    };

    public ValueTask<Reply> OnTurnAsync(SessionFacts session, string node, CancellationToken cancellation) => node switch
    {
        "broken.example" => throw new IOException("the queue is gone"),
        "nonsense.example" => new(Reply.Of(354, "", "Send it yourself")),
        "foreign.example" => new(Reply.Of(459, "4.7.1", "Not for you")),
        _ => new(Reply.Of(250, "2.0.0", $"Queuing for {node} started")),
    };

    public async ValueTask<Reply?> OnRecipientAsync(SessionFacts session, Envelope envelope, Recipient recipient, CancellationToken cancellation)
    {
        if (RecipientGate is { } gate)
            await gate.Task.WaitAsync(cancellation);
        return recipient.Address.LocalPart switch
        {
            "unknown" => Reply.Of(550, "5.1.1", "No such user here"),
            "later" => Reply.Of(450, "4.2.1", "Greylisted"),
            "lying" => Reply.Of(250, "2.1.5", "I may not say so"),
            "broken" => throw new IOException("the disk is gone"),
            _ => null,
        };
    }

    public ValueTask<IIncomingMessage> OpenAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation)
    {
        if (envelope.Sender?.LocalPart == "noopen")
            throw new IOException("no space left on device");
        Open++;
        Opened++;
        return new(new Incoming(this, session, envelope));
    }

    private sealed class Incoming(MailCatcher catcher, SessionFacts session, Envelope envelope) : IIncomingMessage
    {
        private readonly ArrayBufferWriter<byte> _content = new();
        private bool _done;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
        {
            Assert.False(_done, "written after the end");
            Assert.False(octets.IsEmpty, "nothing written");
            if (catcher.WriteGate is { } gate)
                await gate.Task;
            catcher.LargestWrite = Math.Max(catcher.LargestWrite, octets.Length);
            catcher.OctetsWritten += octets.Length;
            if (catcher.KeepContent)
                _content.Write(octets.Span);
            if (envelope.Sender?.LocalPart == "full" && _content.WrittenCount > 10)
                throw new IOException("no space left on device");
        }

        public async ValueTask<Reply> CommitAsync(CancellationToken cancellation)
        {
            if (catcher.CommitGate is { } gate)
                await gate.Task;
            switch (envelope.Sender?.LocalPart)
            {
                case "nocommit":
                    throw new IOException("fsync failed");
                case "deferred":
                    return Reply.Of(452, "4.3.1", "Disk nearly full");
                case "nonsense":
                    return Reply.Of(354, "", "More, please");
            }
            catcher.Mails.Add(new CaughtMail(session, envelope, Encoding.Latin1.GetString(_content.WrittenSpan)));
            return Reply.Of(250, "2.0.0", "Taken");
        }

        public ValueTask DisposeAsync()
        {
            Assert.False(_done, "disposed twice");
            _done = true;
            catcher.Open--;
            return default;
        }
    }
}
