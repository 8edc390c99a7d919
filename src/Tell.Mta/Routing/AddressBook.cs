using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;

namespace Tell.Mta.Routing;

/// <summary>
/// The address book directory: who is local. Persons come from NAMES (read again when it has changed), local domains from the settings.
/// A Person's full Internet addresses are local whatever their domain, as in the original (facts: lotus 5.4).
/// </summary>
public sealed class AddressBook(MtaContext context)
{
    // RFC 5321 4.5.3.1.1: the local part of our own users, of whom we make file names.
    private const int LongestUser = 64;

    private const int Page = 1000;

    private sealed record Index(long Version, Dictionary<string, string> MailFiles, Dictionary<string, string> ShortNames, HashSet<Domain> Domains);

    private readonly Lock _gate = new();
    private volatile Index? _index;
    private IDatabase? _names;

    /// <summary>Where a mailbox lives.</summary>
    public async ValueTask<Locality> LocateAsync(Mailbox mailbox, CancellationToken cancellation)
    {
        var names = _names ??= await context.Data.OpenAsync("names", cancellation);
        var index = _index;
        if (index is null || index.Version != names.Version)
            index = await ReadAsync(names, cancellation);
        return Locate(mailbox, index);
    }

    private Locality Locate(Mailbox mailbox, Index index)
    {
        var local = mailbox.LocalPart.ToLowerInvariant();
        if (index.MailFiles.Count > 0 && index.MailFiles.TryGetValue($"{local}@{mailbox.Domain.Name}", out var file))
            return Locality.Local(file);
        var settings = context.Settings;
        // RFC 5321 4.5.1: postmaster is always there, and without a domain it is that of this host.
        var here = local == "postmaster" && mailbox.Domain == context.HostDomain;
        if (!here && !settings.LocalDomains.Contains(mailbox.Domain))
            return Locality.Elsewhere;
        if (index.ShortNames.TryGetValue(local, out file))
            return Locality.Local(file);
        if (local == "postmaster")
            return Locality.Local("mail/postmaster");
        var listed = settings.LocalRecipients switch
        {
            LocalRecipients.Any => false,
            LocalRecipients.Listed => true,
            _ => index.Domains.Contains(mailbox.Domain),
        };
        return listed || !CanBeMailFile(local) ? Locality.Unknown : Locality.Local(Persons.MailFileOf(local));
    }

    // A local part that is itself an address asks to be relayed (percent hack, bang path): nobody here has such a name. With a slash it
    // would be a folder, and lower case can be longer than what was given (U+023A) and than a file name may be.
    private static bool CanBeMailFile(string local) =>
        !local.AsSpan().ContainsAny("@%!/") && Encoding.UTF8.GetByteCount(local) <= LongestUser;

    private async ValueTask<Index> ReadAsync(IDatabase names, CancellationToken cancellation)
    {
        var version = names.Version;
        var index = new Index(version, new(StringComparer.Ordinal), new(StringComparer.Ordinal), []);
        Unid? after = null;
        while (true)
        {
            var page = await names.ViewAsync(Forms.Person, after, Page, cancellation);
            foreach (var person in page)
                Add(person, index);
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

    private static void Add(Document person, Index index)
    {
        var file = Persons.MailFileOf(Persons.MailFile(person));
        foreach (var name in Persons.Addresses(person))
        {
            if (Mailbox.TryParse(name, out var mailbox))
            {
                index.MailFiles[$"{mailbox.LocalPart.ToLowerInvariant()}@{mailbox.Domain.Name}"] = file;
                index.Domains.Add(mailbox.Domain);
            }
            else
            {
                index.ShortNames[name.ToLowerInvariant()] = file;
            }
        }
    }
}
