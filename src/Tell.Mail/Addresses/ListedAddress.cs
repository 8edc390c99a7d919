namespace Tell.Mail;

/// <summary>One address of a header field.</summary>
/// <param name="Name">The display name, decoded; "" for none.</param>
/// <param name="Address">The address as it is written, "ada@example.test"; "" where there is none, as in a group without members.</param>
/// <param name="Mailbox">The address as a mailbox; null where it cannot be one.</param>
public sealed record ListedAddress(string Name, string Address, Mailbox? Mailbox)
{
    /// <summary>The group that it is in (RFC 5322 3.4); null for none.</summary>
    public string? Group { get; init; }

    /// <summary>For people and items: "Ada Lovelace &lt;ada@example.test&gt;"; "undisclosed-recipients:;" for a group without members.</summary>
    public override string ToString() =>
        Name.Length == 0 && Address.Length == 0 && Group is not null ? $"{Group}:;" : Name.Length == 0 ? Address : Address.Length == 0 ? Name : $"{Name} <{Address}>";
}
