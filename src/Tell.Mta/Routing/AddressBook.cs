using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Smtp.Sasl;

namespace Tell.Mta.Routing;

/// <summary>
/// The address book directory: who is local, and who is who. Persons, groups and mail-in databases come from NAMES (read again when it has
/// changed), local domains from the settings and from its Global Domain documents. A full Internet address in NAMES is local whatever its
/// domain, as in the original (facts: lotus 5.4). All members may be called concurrently.
/// </summary>
public sealed partial class AddressBook(MtaContext context) : IAuthenticator
{
    // RFC 5321 4.5.3.1.1: the local part of our own users, of whom we make file names.
    private const int LongestUser = 64;

    private const string Postmaster = "postmaster", Abuse = "abuse";

    private static readonly LocalUser PostmasterFile = new($"mail/{Postmaster}");

    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly ILogger _log = context.Loggers.CreateLogger("NAMES");
    private volatile AddressIndex? _index;
    private volatile string? _missing;
    private IDatabase? _names;

    /// <summary>Where a mailbox lives.</summary>
    public async ValueTask<Locality> LocateAsync(Mailbox mailbox, CancellationToken cancellation) => Locate(mailbox, await IndexAsync(cancellation));

    /// <summary>
    /// The Internet address of a name (facts: lotus 6.1): an address is itself; a person, group or mail-in database by any of its names, its Internet address, else the first
    /// short name with an '@', else one constructed by the Global Domain, or in a local domain where there is none. Null where nobody has that name.
    /// </summary>
    public async ValueTask<Mailbox?> MailboxOfAsync(string name, CancellationToken cancellation) => (await IndexAsync(cancellation)).Resolve(name);

    /// <summary>The full name of whom a mailbox belongs to, for people to read; null where the address book has none.</summary>
    public async ValueTask<string?> NameOfAsync(Mailbox mailbox, CancellationToken cancellation) =>
        Find(mailbox, await IndexAsync(cancellation)) is { Title.Length: > 0 } listing ? listing.Title : null;

    /// <summary>True for a domain whose mail ends here: of the settings or of a Global Domain document.</summary>
    public async ValueTask<bool> IsLocalAsync(Domain domain, CancellationToken cancellation) => (await IndexAsync(cancellation)).Domains.Contains(domain);

    /// <summary>
    /// Whether a sender address is the user's own: one of the Person's Internet addresses, or a name of it in a local domain. An address
    /// belongs to whom its mail goes to.
    /// </summary>
    public async ValueTask<bool> OwnsAsync(string user, Mailbox sender, CancellationToken cancellation)
    {
        var index = await IndexAsync(cancellation);
        return PersonOf(user, index) is { } person && (Find(sender, index) ?? (IsRole(sender.LocalPart) ? null : OfRest(sender, index))) == person;
    }

    /// <summary>
    /// The credential of a user, named by a short name, an alias or an Internet address in any case; null where there is no such Person or it has no
    /// password. Its user name is the same however the client spelled it.
    /// </summary>
    public async ValueTask<ScramCredential?> FindAsync(string user, CancellationToken cancellation)
    {
        var index = await IndexAsync(cancellation);
        return PersonOf(user, index) is { Password: { } password } person && index.UserOf(person) is { } name ? ScramCredential.Parse(name, password) : null;
    }

    /// <summary>Who has a name or an address, by its document; null for nobody.</summary>
    internal async ValueTask<Unid?> DocumentOfAsync(string name, CancellationToken cancellation)
    {
        var index = await IndexAsync(cancellation);
        return (Mailbox.TryParse(name, out var mailbox) ? index.Of(mailbox.LocalPart, mailbox.Domain, Here(mailbox.Domain, index)) : index.OfName(name))?.Id;
    }

    /// <summary>The address of a document's person, group or database, given or constructed; null for none.</summary>
    internal async ValueTask<Mailbox?> AddressOfAsync(Unid document, CancellationToken cancellation)
    {
        var index = await IndexAsync(cancellation);
        return index.Find(document) is { } listing ? index.AddressOf(listing) : null;
    }

    /// <summary>The index of some documents, to see what would be wrong with them.</summary>
    internal AddressIndex NewIndex(long version, IEnumerable<Document> globalDomains, IEnumerable<Document> servers) =>
        new(version, new OwnDomains(context.Settings, globalDomains, servers));

    /// <summary>The forms whose documents have names that mail reaches.</summary>
    internal static ImmutableArray<string> NamedForms { get; } = [Forms.Person, Forms.Group, Forms.MailInDatabase];

    private Locality Locate(Mailbox mailbox, AddressIndex index, bool roles = true)
    {
        var local = mailbox.LocalPart.ToLowerInvariant();
        if (Find(mailbox, index) is { } listing && !(IsRole(local) && ReachesNobody(listing.Where)))
            return listing.Where;
        var (literal, here) = (IsOwnLiteral(mailbox.Domain), index.Domains.Contains(mailbox.Domain));
        // RFC 5321 4.5.1: postmaster is always there, and without a domain it is that of this host. RFC 2142 2, 4: abuse too.
        if (IsRole(local) && (literal || here || (local == Postmaster && mailbox.Domain == context.HostDomain)))
            return roles ? OfRole(local, index) : Locality.Unknown;
        if (literal)
            return Locality.Unknown;
        if (!here)
            return Locality.Elsewhere;
        if (OfRest(mailbox, index) is { } rest)
            return rest.Where;
        var settings = context.Settings;
        var listed = settings.LocalRecipients switch
        {
            LocalRecipients.Any => false,
            LocalRecipients.Listed => true,
            _ => index.Lists(mailbox.Domain),
        };
        var user = Base(local, settings.SubaddressSeparator);
        return listed || !CanBeMailFile(user) ? Locality.Unknown : Locality.Local(new LocalUser(Persons.MailFileOf(user)));
    }

    // Who has it: the exact name first, then without what stands after a separator ("ada+lists"), the longest name first.
    private Listing? Find(Mailbox mailbox, AddressIndex index)
    {
        var (local, here) = (mailbox.LocalPart, Here(mailbox.Domain, index));
        if (index.Of(local, mailbox.Domain, here) is { } exact)
            return exact;
        var separator = context.Settings.SubaddressSeparator;
        if (separator.Length == 0)
            return null;
        for (var at = local.LastIndexOf(separator, StringComparison.Ordinal); at > 0; at = local.LastIndexOf(separator, at - 1, StringComparison.Ordinal))
        {
            if (index.Of(local[..at], mailbox.Domain, here) is { } found)
                return found;
        }
        return null;
    }

    private static Listing? OfRest(Mailbox mailbox, AddressIndex index) => IsRoute(mailbox.LocalPart) ? null : index.OfRest(mailbox.Domain);

    // Facts: lotus 6.1. Where nobody has the name it is the administrators', as far as mail reaches them.
    private Locality OfRole(string role, AddressIndex index)
    {
        if (index.OfName(role) is { } named && !ReachesNobody(named.Where))
            return named.Where;
        var reached = index.Administrators.Select(mailbox => (mailbox, where: Locate(mailbox, index, roles: false))).Where(pair => pair.where.Kind != LocalityKind.Unknown).ToArray();
        return reached switch
        {
            [] => Locality.Local(PostmasterFile),
            [(_, { Kind: LocalityKind.Local } only)] => only,
            _ => Locality.Of(new LocalGroup(role, [.. reached.Select(pair => pair.mailbox)])),
        };
    }

    private static bool ReachesNobody(Locality where) => where.Group is { Members.IsEmpty: true };

    private static bool IsRole(string local) => local.Equals(Postmaster, StringComparison.OrdinalIgnoreCase) || local.Equals(Abuse, StringComparison.OrdinalIgnoreCase);

    // A person by exactly one of its names: an address that only leads to it is no name to log in with.
    private Listing? PersonOf(string user, AddressIndex index)
    {
        var found = Mailbox.TryParse(user, out var mailbox) ? index.Of(mailbox.LocalPart, mailbox.Domain, Here(mailbox.Domain, index)) : index.OfName(user);
        return found?.Form == Forms.Person ? found : null;
    }

    private bool Here(Domain domain, AddressIndex index) => index.Domains.Contains(domain) || IsOwnLiteral(domain);

    private bool IsOwnLiteral(Domain domain) => domain.IsLiteral && context.OwnAddresses.Contains(domain.Address!);

    private static string Base(string local, string separator) =>
        separator.Length > 0 && local.IndexOf(separator, StringComparison.Ordinal) is > 0 and var at ? local[..at] : local;

    // With a slash it would be a folder, and lower case can be longer than what was given (U+023A) and than a file name may be.
    private static bool CanBeMailFile(string local) =>
        !IsRoute(local) && !local.Contains('/') && Encoding.UTF8.GetByteCount(local) <= LongestUser;

    // A local part that is itself an address asks to be relayed (percent hack, bang path): nobody here has such a name.
    private static bool IsRoute(string local) => local.AsSpan().ContainsAny("@%!");

    private async ValueTask<AddressIndex> IndexAsync(CancellationToken cancellation)
    {
        var names = _names ??= await context.Data.OpenAsync("names", cancellation);
        if (Current(names) is { } current)
            return current;
        // Without the token: see AddInController.OrderAsync. One reads, the others wait for it.
        await _reading.WaitAsync(CancellationToken.None);
        try
        {
            return Current(names) ?? (_index = await ReadAsync(names, cancellation));
        }
        finally
        {
            _reading.Release();
        }
    }

    private AddressIndex? Current(IDatabase names) => _index is { } index && index.Version == names.Version && index.Domains.Suits(context.Settings) ? index : null;

    private async ValueTask<AddressIndex> ReadAsync(IDatabase names, CancellationToken cancellation)
    {
        var version = names.Version;
        var index = NewIndex(version, await names.AllAsync(Forms.GlobalDomain, cancellation), await names.AllAsync(Forms.Server, cancellation));
        foreach (var form in NamedForms)
        {
            await foreach (var document in names.DocumentsAsync(form, cancellation))
                index.Add(document);
        }
        index.Complete();
        var missing = index.Domains.Missing;
        if (missing is not null && missing != _missing)
            LogNoGlobalDomain(missing);
        _missing = missing;
        return index;
    }

    // Facts: lotus 5.1, its words. The original did not load then.
    [LoggerMessage(1502, LogLevel.Error, "Unable to get Global domain in the Name and Address book: the Server document names \"{Name}\"")]
    private partial void LogNoGlobalDomain(string name);
}
