using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Routing;

/// <summary>How a Person document is read.</summary>
public static class Persons
{
    /// <summary>The full names, the short names and the one Internet address (facts: lotus 5.4).</summary>
    public const string FullName = "FullName", ShortName = "ShortName", InternetAddress = "InternetAddress";

    /// <summary>More names by which mail reaches the person: "sales", "sales@example.test"; "*@example.test" takes what nobody else in a domain does.</summary>
    public const string Alias = "Alias";

    /// <summary>Where mail is sent on to, addresses or names, and whether it is filed too ("on").</summary>
    public const string ForwardingAddress = "ForwardingAddress", KeepForwarded = "KeepForwarded";

    /// <summary>Where mail goes in place of the mail file: see <see cref="MailRoute"/>. "on" while mail waits in the hold queue.</summary>
    public const string Route = "MailRoute", OnHold = "OnHold";

    /// <summary>In which form mail is filed: "mime", "converted" or "both" (facts: lotus 5.4, item MessageStorage).</summary>
    public const string FormatPreference = "MessageStorage";

    /// <summary>The octets that the mail file may hold, and those from which on its user is warned; numbers.</summary>
    public const string Quota = "Quota", QuotaWarning = "QuotaWarning";

    /// <summary>The languages of reports to the person, by their tags (RFC 5646), the most wanted first.</summary>
    public const string Language = "Language";

    /// <summary>The salted and hashed password: "SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY", base64 parts (RFC 5803).</summary>
    public const string Password = "Password";

    /// <summary>The names by which mail reaches the person: Internet addresses, and short names for any local domain.</summary>
    public static IEnumerable<string> Addresses(Document person)
    {
        if (person[InternetAddress] is { Text.Length: > 0 } address)
            yield return address.Text;
        foreach (var name in person[ShortName]?.Texts ?? [])
            yield return name;
    }

    /// <summary>The last part of the mail file's name: the first short name without '@', else the local part of the Internet address; lower case.</summary>
    public static string MailFile(Document person)
    {
        foreach (var name in person[ShortName]?.Texts ?? [])
        {
            if (!name.Contains('@'))
                return name.ToLowerInvariant();
        }
        var address = person[InternetAddress]?.Text ?? "";
        var at = address.LastIndexOf('@');
        return (at > 0 ? address[..at] : person.Id.ToString()).ToLowerInvariant();
    }

    /// <summary>How mail reaches the person; the addresses that it is sent on to are resolved by the caller.</summary>
    public static LocalUser UserOf(Document person, ImmutableArray<Mailbox> forward) => new(MailFileOf(MailFile(person)))
    {
        Route = MailRoute.TryParse(person[Route]?.Text ?? "", out var route) ? route : null,
        Format = Enum.TryParse<MailFormat>(person[FormatPreference]?.Text, ignoreCase: true, out var format) ? format : MailFormat.Mime,
        Forward = forward,
        KeepsCopy = IsOn(person[KeepForwarded]),
        OnHold = IsOn(person[OnHold]),
        Languages = person[Language]?.Texts ?? [],
        Quota = person[Quota] is { Numbers: [var quota, ..] } ? (long)quota : null,
        QuotaWarning = person[QuotaWarning] is { Numbers: [var warning, ..] } ? (long)warning : null,
    };

    private static bool IsOn(Item? item) => item is { Text: "on" };

    /// <summary>
    /// The database of a user. A slash, which a local part may hold, would make two parts of it, and an empty part is none: it is written as
    /// "%2f". No unlisted local part holds a "%", so that nobody else has that name.
    /// </summary>
    public static string MailFileOf(string user) => $"mail/{user.Replace("/", "%2f", StringComparison.Ordinal)}";
}
