using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Mta.Routing;

/// <summary>How mail reaches somebody here: what a Person or Mail-In Database document says (facts: lotus 5.4), or its absence.</summary>
/// <param name="MailFile">The database of the mail, "mail/USER"; also the name by which quota and hold know it.</param>
public sealed record LocalUser(string MailFile)
{
    /// <summary>Where mail goes in place of the mail file; null for the mail file.</summary>
    public MailRoute? Route { get; init; }

    /// <summary>In which form mail is filed.</summary>
    public MailFormat Format { get; init; }

    /// <summary>Where mail is sent on to; empty for nowhere.</summary>
    public ImmutableArray<Mailbox> Forward { get; init; } = [];

    /// <summary>Whether forwarded mail is filed too.</summary>
    public bool KeepsCopy { get; init; }

    /// <summary>True while its mail waits in the hold queue (facts: sun-cisco A9).</summary>
    public bool OnHold { get; init; }

    /// <summary>The octets that its mail file may hold; null for no limit.</summary>
    public long? Quota { get; init; }

    /// <summary>The octets from which on its user is warned; null for no warning.</summary>
    public long? QuotaWarning { get; init; }

    /// <summary>The languages of reports to it, the most wanted first; empty where it does not say.</summary>
    public ImmutableArray<string> Languages { get; init; } = [];

    /// <summary>Two users are one where they have the same mail file.</summary>
    public bool Equals(LocalUser? other) => other is not null && MailFile == other.MailFile;

    /// <inheritdoc/>
    public override int GetHashCode() => MailFile.GetHashCode(StringComparison.Ordinal);
}
