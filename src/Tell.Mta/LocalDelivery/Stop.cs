using Tell.Mail;
using Tell.Mta.Routing;

namespace Tell.Mta.LocalDelivery;

/// <summary>Somebody whom a Memo reaches when groups and forwarding have taken effect.</summary>
/// <param name="Recipient">The recipient; where it failed, with why.</param>
/// <param name="Sender">Who hears of failures: the sender, or the owner of the last group that has one.</param>
/// <param name="Trail">The way to it.</param>
internal sealed record Stop(Recipient Recipient, Mailbox? Sender, Trail Trail)
{
    /// <summary>Who it is here; null for elsewhere and for nobody.</summary>
    public LocalUser? User { get; init; }

    /// <summary>True where the Memo names it so, way and all: nothing has taken its place.</summary>
    public bool IsAsGiven { get; init; }

    /// <summary>Others whom the sender named, and who are the same: what is done is done once for all of them, and each has its end.</summary>
    public IReadOnlyList<Stop> Also { get; init; } = [];

    /// <summary>All of them, itself first.</summary>
    public IEnumerable<Stop> Named => Also.Select(one => one with { User = User, Also = [] }).Prepend(this);
}
