using System.Collections.Immutable;

namespace Tell.Mta.Routing;

/// <summary>What the address book directory keeps of a Person document.</summary>
/// <param name="MailFile">The database of its mail.</param>
/// <param name="Names">Its Internet addresses and short names, lower case.</param>
/// <param name="Password">Its salted and hashed password; null for none.</param>
internal sealed record ListedPerson(string MailFile, ImmutableArray<string> Names, string? Password)
{
    // Two persons with the same names are still two.
    public bool Equals(ListedPerson? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
