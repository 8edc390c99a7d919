namespace Tell.Mta.Routing;

/// <summary>Where a mailbox lives, as far as the address book knows.</summary>
public sealed record Locality
{
    private Locality(LocalityKind kind) => Kind = kind;

    /// <summary>Local, a group, unknown or elsewhere.</summary>
    public LocalityKind Kind { get; }

    /// <summary>For Local: who gets it, and how; else null.</summary>
    public LocalUser? User { get; private init; }

    /// <summary>For Group: who is in it; else null.</summary>
    public LocalGroup? Group { get; private init; }

    /// <summary>Not ours.</summary>
    public static Locality Elsewhere { get; } = new(LocalityKind.Elsewhere);

    /// <summary>In a local domain, but nobody we know.</summary>
    public static Locality Unknown { get; } = new(LocalityKind.Unknown);

    /// <summary>Ours.</summary>
    public static Locality Local(LocalUser user) => new(LocalityKind.Local) { User = user };

    /// <summary>A group of ours.</summary>
    public static Locality Of(LocalGroup group) => new(LocalityKind.Group) { Group = group };
}
