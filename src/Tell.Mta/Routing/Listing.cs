using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Routing;

/// <summary>What the address book directory keeps of a Person, Group or Mail-In Database document. Two with the same names are still two.</summary>
/// <param name="id">Its document.</param>
/// <param name="form">The form of that.</param>
/// <param name="title">Its name for people; "" for none.</param>
internal sealed class Listing(Unid id, string form, string title)
{
    /// <summary>Its document.</summary>
    public Unid Id => id;

    /// <summary>The form of its document.</summary>
    public string Form => form;

    /// <summary>The full name of a person, the name of a group or database; "" for none.</summary>
    public string Title => title;

    /// <summary>Its Internet address, or the first short name with an '@'; null where one must be constructed.</summary>
    public Mailbox? Address { get; init; }

    /// <summary>Its first short name without '@'; null for none.</summary>
    public string? ShortName { get; init; }

    /// <summary>The keys of its Internet addresses and short names, by which a person logs in; none for others.</summary>
    public string[] Logins { get; init; } = [];

    /// <summary>Its salted and hashed password; null for none.</summary>
    public string? Password { get; init; }

    /// <summary>Where its mail goes. Set once, before anybody sees it.</summary>
    public Locality Where { get; set; } = Locality.Unknown;

    /// <summary>It as people call it in a sentence: "Group Staff".</summary>
    public override string ToString() => $"{form} {(title.Length > 0 ? title : ShortName ?? Address?.ToString() ?? id.ToString())}";
}
