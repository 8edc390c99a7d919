using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Documents;

/// <summary>
/// A document: a universal id, a form, items, an optional parent, an optional content and, in a work queue, a state. A value: engines
/// store it and hand out new ones; nothing changes under its reader.
/// </summary>
public sealed record Document
{
    /// <summary>The universal id, from <see cref="IQueueStore.NewId"/> or <see cref="IDatabase.NewId"/>.</summary>
    public required Unid Id { get; init; }

    /// <summary>What kind of document it is; see <see cref="Forms"/>.</summary>
    public required string Form { get; init; }

    /// <summary>The work queue that it is in; null in a database.</summary>
    public WorkQueue? Queue { get; init; }

    /// <summary>The state in its work queue.</summary>
    public DocumentState State { get; init; }

    /// <summary>The lane of its queue: in SMTPOBWQ the destination domain, lower case; elsewhere "".</summary>
    public string Destination { get; init; } = "";

    /// <summary>When it may next be taken; null where it cannot be: taken, finished, dead or held. A new Pending document without it is due at once.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The parent in SMTP.BOX; null for a parent itself, and for the parentless: relayed messages and reports.</summary>
    public Unid? Parent { get; init; }

    /// <summary>How many children are unfinished; kept by the engine, never written by callers.</summary>
    public int Children { get; init; }

    /// <summary>Why it is in its state, one line for an operator; null where the state says it all.</summary>
    public string? Reason { get; init; }

    /// <summary>The SMTP envelope; null for documents that are not mail.</summary>
    public Envelope? Envelope { get; init; }

    /// <summary>The items, in order; names may repeat.</summary>
    public ImmutableArray<Item> Items { get; init; } = [];

    /// <summary>The raw message, RFC 5322 with CRLF; null where there is none (yet).</summary>
    public Content? Content { get; init; }

    /// <summary>The attempts, oldest first. Engines fill it where the verb says so.</summary>
    public ImmutableArray<Attempt> Attempts { get; init; } = [];

    /// <summary>How many attempts there were; always filled.</summary>
    public int AttemptCount { get; init; }

    /// <summary>How many of the ages at which its sender is warned it has passed: each is told of once.</summary>
    public int Notices { get; init; }

    /// <summary>How often it was released, by an operator or by itself, after it had stopped (Dead or Held).</summary>
    public int Releases { get; init; }

    /// <summary>From when its age counts where that is not when it was made: the beginning of what it is a part of, or its release; null for when it was made.</summary>
    public DateTimeOffset? Began { get; init; }

    /// <summary>When it was made: the time in its id.</summary>
    public DateTimeOffset Created => Id.Time;

    /// <summary>From when its age counts.</summary>
    public DateTimeOffset AgeFrom => Began ?? Id.Time;

    /// <summary>The first item of that name (without regard to case); null where there is none.</summary>
    public Item? this[string name]
    {
        get
        {
            foreach (var item in Items)
            {
                if (item.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return item;
            }
            return null;
        }
    }
}
