using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Reports;

/// <summary>How a document that had stopped, Dead or Held, begins again.</summary>
internal static class Release
{
    /// <summary>
    /// It waits, due now, and its age counts from now; so do its warnings (facts: lotus 7.4). Its recipients wait; what was said about them
    /// stays until something newer is said.
    /// </summary>
    public static Settlement Of(Lease lease, DateTimeOffset now) => Settlement.Again(lease, now) with
    {
        Began = now,
        Notices = 0,
        Releases = lease.Document.Releases + 1,
        Envelope = lease.Document.Envelope is { } envelope ? envelope with { Recipients = [.. envelope.Recipients.Select(Waiting)] } : null,
    };

    /// <summary>
    /// When a document stopped, as far as it tells: at its last attempt, or else when its age began. What is dead for its age stopped later than that.
    /// </summary>
    public static DateTimeOffset StoppedAt(Document document) => document.Attempts is [.., var last] && last.Time > document.AgeFrom ? last.Time : document.AgeFrom;

    private static Recipient Waiting(Recipient recipient) => recipient with { Status = RecipientStatus.Waiting };
}
