namespace Tell.Mta.Routing;

/// <summary>Where a mailbox lives, as far as the address book knows.</summary>
/// <param name="Kind">Local, unknown or elsewhere.</param>
/// <param name="MailFile">For Local: the database name, "mail/USER"; else null.</param>
public readonly record struct Locality(LocalityKind Kind, string? MailFile = null)
{
    /// <summary>Not ours.</summary>
    public static Locality Elsewhere { get; } = new(LocalityKind.Elsewhere);

    /// <summary>In a local domain, but nobody we know.</summary>
    public static Locality Unknown { get; } = new(LocalityKind.Unknown);

    /// <summary>Ours.</summary>
    public static Locality Local(string mailFile) => new(LocalityKind.Local, mailFile);
}
