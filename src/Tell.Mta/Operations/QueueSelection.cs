using System.Collections.Immutable;
using System.IO.Enumeration;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Operations;

/// <summary>
/// Which documents of the work queues an operator means: some by their ids, or all that are dead, held or waiting, as far as what else is said fits them.
/// </summary>
public sealed record QueueSelection
{
    private QueueSelection(params ImmutableArray<DocumentState> states) => States = states;

    /// <summary>All dead documents.</summary>
    public static QueueSelection Dead { get; } = new(DocumentState.Dead);

    /// <summary>All held documents, those of the hold queue among them.</summary>
    public static QueueSelection Held { get; } = new(DocumentState.Held);

    /// <summary>All documents that wait: for their first attempt or for the next.</summary>
    public static QueueSelection Waiting { get; } = new(DocumentState.Pending, DocumentState.Failure);

    /// <summary>The ids, where it is by ids.</summary>
    public ImmutableArray<Unid> Ids { get; private init; } = [];

    /// <summary>The queue; null for all.</summary>
    public WorkQueue? Queue { get; init; }

    /// <summary>The sender: an address, "@domain", "&lt;&gt;" for none, or a pattern with "*"; null for any.</summary>
    public string? From { get; init; }

    /// <summary>A recipient, likewise.</summary>
    public string? To { get; init; }

    /// <summary>What the reason contains, or a pattern with "*"; null for any.</summary>
    public string? Reason { get; init; }

    /// <summary>True where it does not name its documents.</summary>
    public bool IsWide => !States.IsEmpty;

    /// <summary>The states, where it is not by ids.</summary>
    internal ImmutableArray<DocumentState> States { get; }

    /// <summary>True where it says no more than the state and the queue.</summary>
    internal bool IsWhole => From is null && To is null && Reason is null;

    /// <summary>Documents by their ids, each once.</summary>
    public static QueueSelection Of(params IEnumerable<Unid> ids) => new() { Ids = [.. ids.Distinct()] };

    /// <summary>True where a document fits.</summary>
    internal bool Fits(Document document) =>
        !IsWide
        || States.Contains(document.State)
        && (document.State != DocumentState.Failure || document.Due is not null)
        && (Queue is null || document.Queue == Queue)
        && (From is null || Fits(From, document.Envelope?.Sender))
        && (To is null || document.Envelope is { } envelope && envelope.Recipients.Any(recipient => Fits(To, recipient.Address)))
        && (Reason is null || FitsReason(document.Reason ?? ""));

    private static bool Fits(string pattern, Mailbox? address)
    {
        var text = address?.ToString() ?? "<>";
        if (pattern.Contains('*', StringComparison.Ordinal))
            return FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), text);
        return pattern.StartsWith('@') ? text.EndsWith(pattern, StringComparison.OrdinalIgnoreCase) : text.Equals(pattern, StringComparison.OrdinalIgnoreCase);
    }

    private bool FitsReason(string reason) => Reason!.Contains('*', StringComparison.Ordinal)
        ? FileSystemName.MatchesSimpleExpression(Reason.Replace("\\", "\\\\", StringComparison.Ordinal), reason)
        : reason.Contains(Reason, StringComparison.OrdinalIgnoreCase);
}
