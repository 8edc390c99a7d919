using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Smtp.Sasl;

namespace Tell.Mta.Routing;

/// <summary>
/// The address book directory: who is local, and who is who. Persons come from NAMES (read again when it has changed), local domains from
/// the settings. A Person's full Internet addresses are local whatever their domain, as in the original (facts: lotus 5.4).
/// </summary>
public sealed class AddressBook(MtaContext context) : IAuthenticator
{
    // RFC 5321 4.5.3.1.1: the local part of our own users, of whom we make file names.
    private const int LongestUser = 64;

    private const int Page = 1000;

    private readonly Lock _gate = new();
    private volatile AddressIndex? _index;
    private IDatabase? _names;

    /// <summary>Where a mailbox lives.</summary>
    public async ValueTask<Locality> LocateAsync(Mailbox mailbox, CancellationToken cancellation) => Locate(mailbox, await IndexAsync(cancellation));

    /// <summary>
    /// Whether a sender address is the user's own: one of the Person's Internet addresses, or a short name of it in a local domain. An
    /// address belongs to whom its mail goes to.
    /// </summary>
    public async ValueTask<bool> OwnsAsync(string user, Mailbox sender, CancellationToken cancellation)
    {
        var index = await IndexAsync(cancellation);
        return PersonOf(user, index) is { } person && PersonOf(sender, index) == person;
    }

    /// <summary>
    /// The credential of a user, named by a short name or an Internet address in any case; null where there is no such Person or it has no
    /// password. Its user name is the same however the client spelled it.
    /// </summary>
    public async ValueTask<ScramCredential?> FindAsync(string user, CancellationToken cancellation)
    {
        var index = await IndexAsync(cancellation);
        return PersonOf(user, index) is { Password: { } password } person ? ScramCredential.Parse(index.UserOf(person), password) : null;
    }

    private async ValueTask<AddressIndex> IndexAsync(CancellationToken cancellation)
    {
        var names = _names ??= await context.Data.OpenAsync("names", cancellation);
        var index = _index;
        return index is null || index.Version != names.Version ? await ReadAsync(names, cancellation) : index;
    }

    private Locality Locate(Mailbox mailbox, AddressIndex index)
    {
        if (PersonOf(mailbox, index) is { } person)
            return Locality.Local(person.MailFile);
        var settings = context.Settings;
        var local = mailbox.LocalPart.ToLowerInvariant();
        // RFC 5321 4.5.1: postmaster is always there, and without a domain it is that of this host.
        var literal = IsOwnLiteral(mailbox.Domain);
        if (local == "postmaster" && (literal || mailbox.Domain == context.HostDomain || settings.LocalDomains.Contains(mailbox.Domain)))
            return index.OfShortName(local) is { } named ? Locality.Local(named.MailFile) : Locality.Local("mail/postmaster");
        if (literal)
            return Locality.Unknown;
        if (!settings.LocalDomains.Contains(mailbox.Domain))
            return Locality.Elsewhere;
        var listed = settings.LocalRecipients switch
        {
            LocalRecipients.Any => false,
            LocalRecipients.Listed => true,
            _ => index.Lists(mailbox.Domain),
        };
        return listed || !CanBeMailFile(local) ? Locality.Unknown : Locality.Local(Persons.MailFileOf(local));
    }

    private ListedPerson? PersonOf(string user, AddressIndex index) =>
        Mailbox.TryParse(user, out var mailbox) ? PersonOf(mailbox, index) : index.OfShortName(user.ToLowerInvariant());

    private ListedPerson? PersonOf(Mailbox mailbox, AddressIndex index) => index.OfAddress(mailbox)
        ?? (context.Settings.LocalDomains.Contains(mailbox.Domain) || IsOwnLiteral(mailbox.Domain) ? index.OfShortName(mailbox.LocalPart.ToLowerInvariant()) : null);

    private bool IsOwnLiteral(Domain domain) => domain.IsLiteral && context.OwnAddresses.Contains(domain.Address!);

    // A local part that is itself an address asks to be relayed (percent hack, bang path): nobody here has such a name. With a slash it
    // would be a folder, and lower case can be longer than what was given (U+023A) and than a file name may be.
    private static bool CanBeMailFile(string local) =>
        !local.AsSpan().ContainsAny("@%!/") && Encoding.UTF8.GetByteCount(local) <= LongestUser;

    private async ValueTask<AddressIndex> ReadAsync(IDatabase names, CancellationToken cancellation)
    {
        var version = names.Version;
        var index = new AddressIndex(version);
        Unid? after = null;
        while (true)
        {
            var page = await names.ViewAsync(Forms.Person, after, Page, cancellation);
            foreach (var person in page)
                index.Add(person);
            if (page.Count < Page)
                break;
            after = page[^1].Id;
        }
        lock (_gate)
        {
            if (_index is null || _index.Version <= version)
                _index = index;
        }
        return index;
    }
}
