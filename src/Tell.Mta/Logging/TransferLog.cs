using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Logging;

/// <summary>
/// The transfer log: one event for each fact, one JSON object on one line for each event, with the UNID of the document that it is
/// about. The names of the members stand in the room's README. Safe to call from any thread. Members hand the
/// line over and return; they wait only where the sink is full.
/// </summary>
/// <param name="time">The clock that the events are stamped with.</param>
/// <param name="sink">Takes each line, without a line end.</param>
public sealed class TransferLog(TimeProvider time, Action<string> sink)
{
    private TransferLine? _spare;

    /// <summary>A log that keeps nothing.</summary>
    public static TransferLog None { get; } = new(TimeProvider.System, _ => { });

    /// <summary>A message came in and is on stable storage.</summary>
    public void Received(Document document) => Arrived("received", document);

    /// <summary>A client sent a message again of which it did not hear that we have it; <paramref name="first"/> has the id of the one that we have.</summary>
    public void Repeated(Document first) => Arrived("duplicate", first);

    /// <summary>A document came into a queue; <paramref name="from"/> is the one that it was made from.</summary>
    public void Queued(Document document, Unid? from)
    {
        var line = Begin("queued", document);
        line.Envelope(document);
        line.Id("origin", from);
        line.Text("destination", document.Destination.Length > 0 ? document.Destination : null);
        End(line);
    }

    /// <summary>A host was tried for a document.</summary>
    public void Attempted(Document document, Attempt attempt)
    {
        var line = Begin("attempt", document);
        line.Text("destination", document.Destination.Length > 0 ? document.Destination : null);
        line.Attempt(attempt);
        line.Flag("repeat", document.Envelope is { } envelope && IsInDoubt(envelope));
        End(line);
    }

    /// <summary>Whether a recipient was delivered nobody knows (RFC 1047); the policy says what becomes of it.</summary>
    public void InDoubt(Document document, Recipient recipient, Attempt attempt, string policy)
    {
        var line = Begin("indoubt", document);
        line.Recipient(document, recipient);
        line.Attempt(attempt);
        line.Text("policy", policy);
        line.Flag("repeat", recipient.InDoubt);
        End(line);
    }

    /// <summary>A recipient was delivered to the next hop, or is taken to be (<paramref name="assumed"/>).</summary>
    public void Delivered(Document document, Recipient recipient, Attempt attempt, bool assumed = false)
    {
        var line = Begin("delivered", document);
        line.Recipient(document, recipient);
        line.Attempt(attempt);
        line.Flag("indoubt", assumed);
        line.Flag("repeat", recipient.InDoubt && !assumed);
        line.Age(document, time);
        End(line);
    }

    /// <summary>A recipient failed for now; the next attempt is due then.</summary>
    public void Deferred(Document document, Recipient recipient, Attempt attempt, DateTimeOffset due)
    {
        var line = Begin("deferred", document);
        line.Recipient(document, recipient);
        line.Attempt(attempt);
        line.Time("due", due);
        End(line);
    }

    /// <summary>The sender is told that a recipient is late and is tried until then.</summary>
    public void Delayed(Document document, Recipient recipient, DateTimeOffset until)
    {
        var line = Begin("delayed", document);
        line.Recipient(document, recipient);
        line.Status(recipient.LastStatus);
        line.Text("host", recipient.LastHost);
        line.Text("reply", recipient.LastReply);
        line.Time("until", until);
        line.Age(document, time);
        End(line);
    }

    /// <summary>A recipient is given up.</summary>
    public void Failed(Document document, Recipient recipient, string reason)
    {
        var line = Begin("failed", document);
        line.Recipient(document, recipient);
        line.Status(recipient.LastStatus);
        line.Text("host", recipient.LastHost);
        line.Text("reply", recipient.LastReply);
        line.Text("reason", reason);
        line.Age(document, time);
        End(line);
    }

    /// <summary>The sender of a message is told of a document of it: one line for each document that a report is about.</summary>
    public void Reported(Document document, Document report)
    {
        var line = Begin("reported", document);
        line.Text("from", document.Envelope?.Sender?.ToString() ?? "");
        line.Id("report", report.Id);
        line.Recipients(report);
        End(line);
    }

    /// <summary>A recipient is given up of whom nobody is told, because the sender wants it so (RFC 3461 4.1).</summary>
    public void Suppressed(Document document, Recipient recipient)
    {
        var line = Begin("suppressed", document);
        line.Recipient(document, recipient);
        End(line);
    }

    /// <summary>A memo was put into a mail file.</summary>
    public void Filed(Document memo, Recipient recipient, string mailFile)
    {
        var line = Begin("filed", memo);
        line.Recipient(memo, recipient);
        line.Text("mailfile", mailFile);
        line.Age(memo, time);
        End(line);
    }

    /// <summary>A recipient gave way to others: the members of a group, or where its user sends mail on.</summary>
    public void Replaced(Document memo, string fact, Recipient recipient, int by)
    {
        var line = Begin(fact, memo);
        line.Recipient(memo, recipient);
        line.Number("by", by);
        End(line);
    }

    /// <summary>A document is held: it stops until it is released.</summary>
    public void Held(Document document, string reason)
    {
        var line = Begin("held", document);
        line.Envelope(document);
        line.Text("reason", reason);
        End(line);
    }

    /// <summary>A document is dead: it stops until an operator acts.</summary>
    public void Dead(Document document, string reason)
    {
        var line = Begin("dead", document);
        line.Envelope(document);
        line.Text("reason", reason);
        End(line);
    }

    /// <summary>Somebody has acted on a document: "released", "deleted", "edited", "held" or "returned".</summary>
    /// <param name="fact">What was done.</param>
    /// <param name="document">The document as it was before.</param>
    /// <param name="by">Who did it.</param>
    /// <param name="reason">Why, or what was changed; null where nothing is to be said.</param>
    public void Acted(string fact, Document document, string by, string? reason)
    {
        var line = Begin(fact, document);
        line.Envelope(document);
        line.Text("by", by);
        line.Text("reason", reason);
        End(line);
    }

    private static bool IsInDoubt(Envelope envelope)
    {
        foreach (var recipient in envelope.Recipients)
        {
            if (recipient.InDoubt)
                return true;
        }
        return false;
    }

    private void Arrived(string fact, Document document)
    {
        var line = Begin(fact, document);
        line.Envelope(document);
        if (document.Envelope?.Submission is { } way)
        {
            line.Text("protocol", way.Protocol);
            line.Text("client", way.Client);
            line.Text("helo", way.Helo);
            line.Text("user", way.User);
            line.Text("session", way.Session);
        }
        End(line);
    }

    private TransferLine Begin(string fact, Document document)
    {
        var line = Interlocked.Exchange(ref _spare, null) ?? new TransferLine();
        line.Begin(time.GetUtcNow(), fact, document);
        return line;
    }

    private void End(TransferLine line)
    {
        sink(line.End());
        _spare = line;
    }
}
