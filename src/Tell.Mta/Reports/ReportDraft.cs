using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Reports;

/// <summary>What one report says: about one message, of recipients to whom the same kind of thing happened (failed; delayed; or delivered, relayed and expanded).</summary>
internal sealed record ReportDraft
{
    /// <summary>Who is told: its sender, or whom a bounce profile names in its place.</summary>
    public required Mailbox To { get; init; }

    /// <summary>The message: its parent in SMTP.BOX where there is one, else a document of it. Its envelope has ENVID, RET and who handed it over.</summary>
    public required Document Source { get; init; }

    /// <summary>The form of the report: one of those that <see cref="Forms.IsReport"/> knows.</summary>
    public required string Form { get; init; }

    /// <summary>The recipients; at least one, and no more than a report can bear.</summary>
    public required ImmutableArray<RecipientReport> Recipients { get; init; }

    /// <summary>The octets of the message as it was sent; null where there are none.</summary>
    public Content? Returned { get; init; }

    /// <summary>For a Trace Report: the way of the message, one line for each step.</summary>
    public ImmutableArray<string> Way { get; init; } = [];

    /// <summary>Why, one line, for the item FailureReason.</summary>
    public string Reason { get; init; } = "";
}
