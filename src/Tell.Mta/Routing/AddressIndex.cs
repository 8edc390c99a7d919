using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Routing;

/// <summary>
/// The persons, groups and mail-in databases of one version of NAMES by the names that mail reaches them by. A name that two claim belongs to
/// the later one, and a full name that two persons have to neither. Filled by <see cref="Add"/>, then <see cref="Complete"/>; after that it never changes.
/// </summary>
internal sealed class AddressIndex(long version, OwnDomains domains)
{
    /// <summary>What stands before the '@' of an alias that takes what nobody else in a domain does.</summary>
    public const string AnyLocalPart = "*";

    private readonly Dictionary<string, Listing> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Listing> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Listing> _titles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Listing?> _fullNames = new(StringComparer.Ordinal);
    private readonly Dictionary<Domain, Listing> _catchAll = [];
    private readonly HashSet<Domain> _listed = [];
    private readonly List<(Listing Listing, Document Document)> _unresolved = [];
    private readonly List<NamesFault> _faults = [];

    /// <summary>The version of NAMES.</summary>
    public long Version => version;

    /// <summary>The domains.</summary>
    public OwnDomains Domains => domains;

    /// <summary>What was found wrong.</summary>
    public IReadOnlyList<NamesFault> Faults => _faults;

    /// <summary>The administrators of the Server documents in force.</summary>
    public ImmutableArray<Mailbox> Administrators { get; private set; } = [];

    /// <summary>Adds a Person, Group or Mail-In Database document.</summary>
    public void Add(Document document)
    {
        var person = document.Form == Forms.Person;
        var shortNames = document[Persons.ShortName]?.Texts ?? [];
        var addresses = Persons.Addresses(document).ToArray();
        var title = (person ? document[Persons.FullName]?.Text : document[FieldTable<NamesRecord>.Name]?.Text) ?? "";
        var listing = new Listing(document.Id, document.Form, title)
        {
            Address = addresses.Select(text => Mailbox.TryParse(text, out var mailbox) ? mailbox : null).FirstOrDefault(mailbox => mailbox is not null),
            ShortName = shortNames.FirstOrDefault(name => !name.Contains('@')),
            Logins = person ? Array.ConvertAll(addresses, KeyOf) : [],
            Password = document[Persons.Password]?.Text,
        };
        if (document[Persons.InternetAddress] is { Text.Length: > 0 } address)
            Claim(listing, Persons.InternetAddress, address.Text);
        foreach (var name in shortNames)
            Claim(listing, Persons.ShortName, name);
        foreach (var name in document[Persons.Alias]?.Texts ?? [])
            Claim(listing, Persons.Alias, name);
        if (person)
        {
            foreach (var name in document[Persons.FullName]?.Texts ?? [])
                ClaimFullName(listing, domains.KeyOf(name), name);
            if (listing.Address is null && domains.Default is { } global)
                _listed.Add(global.Primary);
        }
        else if (title.Length > 0)
        {
            Claim(_titles, listing, domains.KeyOf(title), FieldTable<NamesRecord>.Name, title);
            Compare(listing, _names.GetValueOrDefault(title.ToLowerInvariant()), FieldTable<NamesRecord>.Name, title);
        }
        if (document.Form == Forms.Group || document[Persons.ForwardingAddress] is not null)
            _unresolved.Add((listing, document));
        else
            listing.Where = Locality.Local(UserOf(document, []));
    }

    /// <summary>Resolves members, forwards and administrators, now that everybody is there.</summary>
    public void Complete()
    {
        foreach (var (listing, document) in _unresolved)
        {
            if (document.Form == Forms.Group)
            {
                var (members, strangers) = Resolve(listing, GroupFields.Members, document[GroupFields.Members]?.Texts ?? []);
                var owner = Resolve(listing, GroupFields.Owner, document[GroupFields.Owner]?.Texts ?? []).Known;
                listing.Where = Locality.Of(new LocalGroup(listing.Title, members) { Owner = owner.FirstOrDefault(), Unresolved = strangers });
            }
            else
            {
                listing.Where = Locality.Local(UserOf(document, Resolve(listing, Persons.ForwardingAddress, document[Persons.ForwardingAddress]!.Texts).Known));
            }
        }
        _unresolved.Clear();
        Administrators = [.. domains.Administrators.Select(Resolve).OfType<Mailbox>().Distinct()];
    }

    /// <summary>True where some person's Internet address is in the domain.</summary>
    public bool Lists(Domain domain) => _listed.Contains(domains.Canonical(domain));

    /// <summary>Who has exactly that Internet address; <paramref name="here"/> where its domain ends here, so that names without a domain count too.</summary>
    public Listing? Of(string localPart, Domain domain, bool here) =>
        _addresses.GetValueOrDefault(KeyOf(localPart, domain)) ?? (here ? OfName(localPart) : null);

    /// <summary>Who has a name: a short name or alias, the name of a group or database, the full name of a person.</summary>
    public Listing? OfName(string name) => _names.GetValueOrDefault(name.ToLowerInvariant()) is { } named ? named
        : domains.KeyOf(name) is { Length: > 0 } key ? _titles.GetValueOrDefault(key) ?? _fullNames.GetValueOrDefault(key)
        : null;

    /// <summary>What was added of a document; null for none. Looks at all.</summary>
    public Listing? Find(Unid document) =>
        _addresses.Values.Concat(_names.Values).Concat(_titles.Values).FirstOrDefault(listing => listing.Id == document);

    /// <summary>Who takes what nobody else in a domain does; null for nobody.</summary>
    public Listing? OfRest(Domain domain) => domains.Contains(domain) ? _catchAll.GetValueOrDefault(domains.Canonical(domain)) : null;

    /// <summary>The Internet address of a name or address; null where nobody has that name.</summary>
    public Mailbox? Resolve(string name) =>
        Mailbox.TryParse(name.Trim(), out var mailbox) ? mailbox : OfName(name.Trim()) is { } listing ? AddressOf(listing) : null;

    /// <summary>The Internet address of somebody: given, or constructed (facts: lotus 6.1); null where there is no domain for one.</summary>
    public Mailbox? AddressOf(Listing listing)
    {
        if (listing.Address is { } address)
            return address;
        if (domains.Construction.IsNone)
            return null;
        // The rules of a Global Domain are about full names. A name that would lead to somebody else is none.
        string?[] names = domains.Default is null && listing.ShortName is not null ? [listing.ShortName, listing.Title] : [listing.Title, listing.ShortName];
        foreach (var name in names)
        {
            if (!string.IsNullOrWhiteSpace(name) && domains.Constructed(name) is { } constructed && Of(constructed.LocalPart, constructed.Domain, here: true) == listing)
                return constructed;
        }
        return null;
    }

    /// <summary>The one name by which a person is a user: a short name before an address, and one that is really its own; null where others have them all.</summary>
    public string? UserOf(Listing person) =>
        person.Logins.FirstOrDefault(name => _names.GetValueOrDefault(name) == person) ?? person.Logins.FirstOrDefault(name => _addresses.GetValueOrDefault(name) == person);

    private static LocalUser UserOf(Document document, ImmutableArray<Mailbox> forward)
    {
        var user = Persons.UserOf(document, forward);
        return document.Form == Forms.MailInDatabase ? user with { MailFile = MailInFields.MailFileOf(document) } : user;
    }

    private (ImmutableArray<Mailbox> Known, ImmutableArray<string> Strangers) Resolve(Listing listing, string field, ImmutableArray<string> names)
    {
        var (known, strangers) = (ImmutableArray.CreateBuilder<Mailbox>(names.Length), ImmutableArray.CreateBuilder<string>());
        foreach (var name in names)
        {
            if (Resolve(name) is { } mailbox)
            {
                known.Add(mailbox);
                continue;
            }
            strangers.Add(name);
            _faults.Add(new NamesFault(listing.Id, default, false, $"{NamesRecord.FieldOf(field)}: \"{name}\" is neither an Internet address nor in the address book"));
        }
        return ([.. known.Distinct()], strangers.ToImmutable());
    }

    private void Claim(Listing listing, string field, string name)
    {
        if (name.StartsWith(AnyLocalPart + "@", StringComparison.Ordinal) && Domain.TryParse(name.AsSpan(2), out var rest))
        {
            if (!domains.Contains(rest))
                _faults.Add(new NamesFault(listing.Id, default, false, $"{NamesRecord.FieldOf(field)}: \"{name}\" takes nothing: {rest.DisplayName} is not a local domain"));
            Claim(_catchAll, listing, domains.Canonical(rest), field, name);
        }
        else if (Mailbox.TryParse(name, out var mailbox))
        {
            Claim(_addresses, listing, KeyOf(mailbox.LocalPart, mailbox.Domain), field, name);
            if (listing.Form == Forms.Person)
                _listed.Add(domains.Canonical(mailbox.Domain));
        }
        else
        {
            Claim(_names, listing, name.ToLowerInvariant(), field, name);
            Compare(listing, _titles.GetValueOrDefault(domains.KeyOf(name)), field, name);
        }
    }

    private void Claim<TKey>(Dictionary<TKey, Listing> where, Listing listing, TKey key, string field, string name)
        where TKey : notnull
    {
        Compare(listing, where.GetValueOrDefault(key), field, name);
        where[key] = listing;
    }

    private void Compare(Listing listing, Listing? other, string field, string name)
    {
        if (other is not null && other != listing)
            _faults.Add(new NamesFault(listing.Id, other.Id, true, $"{NamesRecord.FieldOf(field)}: \"{name}\" is a name of {other} too"));
    }

    private void ClaimFullName(Listing listing, string key, string name)
    {
        if (key.Length == 0 || _fullNames.TryAdd(key, listing))
            return;
        var other = _fullNames[key];
        if (other == listing)
            return;
        _fullNames[key] = null;
        _faults.Add(new NamesFault(listing.Id, other?.Id ?? default, false, $"{NamesRecord.FieldOf(Persons.FullName)}: \"{name}\" is the name of more than one person: mail to it reaches none of them"));
    }

    private string KeyOf(string name) => Mailbox.TryParse(name, out var mailbox) ? KeyOf(mailbox.LocalPart, mailbox.Domain) : name.ToLowerInvariant();

    private string KeyOf(string localPart, Domain domain) => $"{localPart.ToLowerInvariant()}@{domains.Canonical(domain).Name}";
}
