using Tell.Documents;

namespace Tell.Mta.Routing;

/// <summary>How a Person document is read.</summary>
public static class Persons
{
    /// <summary>The full names, the short names and the one Internet address (facts: lotus 5.4).</summary>
    public const string FullName = "FullName", ShortName = "ShortName", InternetAddress = "InternetAddress";

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

    /// <summary>
    /// The database of a user. A slash, which a local part may hold, would make two parts of it, and an empty part is none: it is written as
    /// "%2f". No unlisted local part holds a "%", so that nobody else has that name.
    /// </summary>
    public static string MailFileOf(string user) => $"mail/{user.Replace("/", "%2f", StringComparison.Ordinal)}";
}
