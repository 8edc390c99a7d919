using System.Collections.Immutable;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Routing;

/// <summary>The domains whose mail ends here, of the settings and of Global Domain documents, and the Server documents that are in force. Never changes.</summary>
internal sealed class OwnDomains
{
    private readonly MtaSettings _settings;
    private readonly Dictionary<Domain, GlobalDomain> _globals = [];
    private readonly char[] _blanks;

    /// <summary>The domains by the settings and the documents of NAMES.</summary>
    public OwnDomains(MtaSettings settings, IEnumerable<Document> globalDomains, IEnumerable<Document> servers)
    {
        _settings = settings;
        var globals = globalDomains.Select(GlobalDomain.Of).OfType<GlobalDomain>().OrderBy(global => global.Name, StringComparer.OrdinalIgnoreCase).ToArray();
        // Primary domains first: what is one document's primary domain is no other's alias.
        foreach (var global in globals)
            _globals.TryAdd(global.Primary, global);
        foreach (var global in globals)
        {
            foreach (var alias in global.Aliases)
                _globals.TryAdd(alias, global);
        }
        var own = servers.Where(server => Domain.TryParse(server[ServerFields.HostName]?.Text ?? "", out var name) && Domain.TryParse(settings.HostName, out var host) && name == host).ToArray();
        Administrators = [.. own.SelectMany(server => server[ServerFields.Administrators]?.Texts ?? []).Distinct(StringComparer.OrdinalIgnoreCase)];
        var wanted = own.Select(server => server[ServerFields.GlobalDomain]?.Text).FirstOrDefault(name => !string.IsNullOrEmpty(name));
        var named = wanted is null ? null : globals.FirstOrDefault(global => global.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase));
        if (wanted is not null && named is null)
            Missing = wanted;
        // Facts: lotus 5.2. Where none has the flag, the last by name.
        Default = named ?? globals.FirstOrDefault(global => global.IsDefault) ?? globals.LastOrDefault();
        _blanks = [.. globals.Select(global => global.Replacement).Append(GlobalDomain.UsualReplacement).Append('.').Distinct()];
        Construction = Default?.Primary ?? (Domain.TryParse(settings.HostName, out var ours) && settings.LocalDomains.Contains(ours)
            ? ours
            : settings.LocalDomains.OrderBy(domain => domain.Name, StringComparer.Ordinal).FirstOrDefault());
    }

    /// <summary>The Global Domain that a Server document in force names and that is not there; null where all is well.</summary>
    public string? Missing { get; }

    /// <summary>The Global Domain of constructed addresses; null for none.</summary>
    public GlobalDomain? Default { get; }

    /// <summary>The domain of constructed addresses: that of the Global Domain, else one of the settings; none where there is none.</summary>
    public Domain Construction { get; }

    /// <summary>The administrators, as the Server documents in force name them.</summary>
    public ImmutableArray<string> Administrators { get; }

    /// <summary>True for a domain whose mail ends here.</summary>
    public bool Contains(Domain domain) => _settings.LocalDomains.Contains(domain) || _globals.ContainsKey(domain);

    /// <summary>The domain itself, or the primary one of which it is an alias.</summary>
    public Domain Canonical(Domain domain) => _globals.TryGetValue(domain, out var global) ? global.Primary : domain;

    /// <summary>True where these settings lead to the same domains.</summary>
    public bool Suits(MtaSettings settings) => ReferenceEquals(settings, _settings)
        || (settings.HostName == _settings.HostName && settings.LocalDomains.SetEquals(_settings.LocalDomains));

    /// <summary>
    /// The key by which a name of several words is found: lower case, whatever may stand for a blank in an address as one and the same, so that
    /// "John Q. Smith" is "John_Q._Smith" and "john.q.smith".
    /// </summary>
    public string KeyOf(string name)
    {
        if (!name.AsSpan().ContainsAny(' ', '\t') && !name.AsSpan().ContainsAny(_blanks))
            return name.ToLowerInvariant();
        var key = new StringBuilder(name.Length);
        var blank = false;
        foreach (var c in name)
        {
            if (char.IsWhiteSpace(c) || Array.IndexOf(_blanks, c) >= 0)
            {
                blank = key.Length > 0;
                continue;
            }
            if (blank)
                key.Append('_');
            blank = false;
            key.Append(char.ToLowerInvariant(c));
        }
        return key.ToString();
    }

    /// <summary>A name as the local part of an address in the domain of constructed ones; null where it cannot be one.</summary>
    public Mailbox? Constructed(string name) =>
        Mailbox.TryCreate(string.Join(Default?.Replacement ?? GlobalDomain.UsualReplacement, name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), Construction, out var mailbox)
            ? mailbox
            : null;
}
