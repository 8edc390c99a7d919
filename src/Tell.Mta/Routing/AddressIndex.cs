using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Routing;

/// <summary>The persons of one version of NAMES by the names that mail reaches them by. A name that two persons claim belongs to the later one.</summary>
internal sealed class AddressIndex(long version)
{
    private readonly Dictionary<string, ListedPerson> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ListedPerson> _shortNames = new(StringComparer.Ordinal);
    private readonly HashSet<Domain> _domains = [];

    /// <summary>The version of NAMES.</summary>
    public long Version => version;

    /// <summary>Adds a Person document.</summary>
    public void Add(Document document)
    {
        var names = Persons.Addresses(document).ToArray();
        var person = new ListedPerson(
            Persons.MailFileOf(Persons.MailFile(document)),
            [.. names.Select(name => Mailbox.TryParse(name, out var mailbox) ? Key(mailbox) : name.ToLowerInvariant())],
            document[Persons.Password]?.Text);
        for (var i = 0; i < names.Length; i++)
        {
            if (Mailbox.TryParse(names[i], out var mailbox))
            {
                _addresses[person.Names[i]] = person;
                _domains.Add(mailbox.Domain);
            }
            else
            {
                _shortNames[person.Names[i]] = person;
            }
        }
    }

    /// <summary>True where some person's Internet address is in the domain.</summary>
    public bool Lists(Domain domain) => _domains.Contains(domain);

    /// <summary>The person with an Internet address.</summary>
    public ListedPerson? OfAddress(Mailbox mailbox) => _addresses.Count == 0 ? null : _addresses.GetValueOrDefault(Key(mailbox));

    /// <summary>The person with a short name, given in lower case.</summary>
    public ListedPerson? OfShortName(string name) => _shortNames.GetValueOrDefault(name);

    /// <summary>The one name by which a person is a user: a short name before an address, and one that is really its own.</summary>
    public string UserOf(ListedPerson person)
    {
        foreach (var name in person.Names)
        {
            if (_shortNames.GetValueOrDefault(name) == person)
                return name;
        }
        return person.Names.First(name => _addresses.GetValueOrDefault(name) == person);
    }

    private static string Key(Mailbox mailbox) => $"{mailbox.LocalPart.ToLowerInvariant()}@{mailbox.Domain.Name}";
}
