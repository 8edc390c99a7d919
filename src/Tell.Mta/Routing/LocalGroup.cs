using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Mta.Routing;

/// <summary>A Group document as mail sees it. A member may be a group again.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Members">Its members, each once.</param>
public sealed record LocalGroup(string Name, ImmutableArray<Mailbox> Members)
{
    /// <summary>Who hears of failures in place of the author, as for a mailing list (RFC 5321 3.9.2); null for the author.</summary>
    public Mailbox? Owner { get; init; }

    /// <summary>Members that are in no document of NAMES and no Internet addresses.</summary>
    public ImmutableArray<string> Unresolved { get; init; } = [];
}
