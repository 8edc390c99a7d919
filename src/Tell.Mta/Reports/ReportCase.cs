using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Reports;

/// <summary>
/// A document of which its sender is told something, and how the document goes on with it. Cases of one message at one moment make one report.
/// </summary>
/// <param name="Settlement">How the document goes on: settled together with the report, or not at all.</param>
/// <param name="Action">What is told.</param>
/// <param name="Recipients">Of whom; who of them the sender wants to hear of (NOTIFY) is the <see cref="Reporter"/>'s affair.</param>
internal sealed record ReportCase(Settlement Settlement, DeliveryAction Action, ImmutableArray<Recipient> Recipients)
{
    /// <summary>The document, with its attempts.</summary>
    public Document Document => Settlement.Lease.Document;

    /// <summary>The message that it is a document of, and the kind, where that is known already.</summary>
    public MessageKey? Key { get; init; }

    /// <summary>For a delay: until when it is tried.</summary>
    public DateTimeOffset? RetryUntil { get; init; }
}
