using System.Globalization;
using Tell.Documents;
using Tell.Mta.Routing;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Operations;

/// <summary>What only shows when the documents of NAMES are seen together: names that two claim, groups in themselves, names that lead nowhere.</summary>
/// <param name="context">What the tasks of the MTA share.</param>
/// <param name="names">NAMES as it is.</param>
/// <param name="changed">Documents that are to be put into it, each with the words that a problem with it begins with.</param>
internal sealed class NamesCheck(MtaContext context, IDatabase names, IReadOnlyList<(Document Document, string Place)> changed)
{
    private readonly Dictionary<Unid, string> _places = changed.ToDictionary(pair => pair.Document.Id, pair => pair.Place);

    /// <summary>Errors and warnings about the changed documents, as NAMES would be with them.</summary>
    public async ValueTask<(List<string> Errors, List<string> Warnings)> RunAsync(CancellationToken cancellation)
    {
        var (errors, warnings) = (new List<string>(), new List<string>());
        var globalDomains = await AllAsync(Forms.GlobalDomain, cancellation);
        var servers = await AllAsync(Forms.Server, cancellation);
        var index = context.Directory.NewIndex(0, globalDomains, servers);
        var groups = new List<Document>();
        foreach (var form in AddressBook.NamedForms)
        {
            await foreach (var document in names.DocumentsAsync(form, cancellation))
            {
                if (!_places.ContainsKey(document.Id))
                    Add(document);
            }
            foreach (var (document, _) in changed.Where(pair => pair.Document.Form == form))
                Add(document);
        }
        index.Complete();
        foreach (var fault in index.Faults)
        {
            // Of two documents the later one says it; where that is as it was, the one that is changed.
            if (PlaceOf(fault.Document) is { } place)
                (fault.IsError ? errors : warnings).Add($"{place}: {fault.Text}{(PlaceOf(fault.Other) is { } other ? $" ({other})" : "")}");
            else if (PlaceOf(fault.Other) is { } only)
                (fault.IsError ? errors : warnings).Add($"{only}: {fault.Text}");
        }
        Loops(groups, index, errors);
        Servers(globalDomains, errors);
        await ForeignAsync(warnings, cancellation);
        await ProfilesAsync(warnings, cancellation);
        return (errors, warnings);

        void Add(Document document)
        {
            index.Add(document);
            if (document.Form == Forms.Group)
                groups.Add(document);
        }
    }

    private string? PlaceOf(Unid id) => _places.GetValueOrDefault(id);

    // A group in itself would be mail to nobody, however often it is looked up.
    private void Loops(List<Document> groups, AddressIndex index, List<string> errors)
    {
        var byId = groups.ToDictionary(group => group.Id);
        var inside = groups.ToDictionary(group => group.Id, group => MembersOf(group).Where(byId.ContainsKey).Distinct().ToArray());
        foreach (var group in groups.Where(group => _places.ContainsKey(group.Id)))
        {
            if (WayBack(group.Id, inside) is { } way)
                errors.Add($"{_places[group.Id]}: {NamesRecord.FieldOf(GroupFields.Members)}: the group contains itself{(way.Count > 0 ? $" through {string.Join(", ", way.Select(id => TitleOf(byId[id])))}" : "")}");
        }

        IEnumerable<Unid> MembersOf(Document group)
        {
            foreach (var member in group[GroupFields.Members]?.Texts ?? [])
            {
                if (index.Resolve(member) is { } mailbox && index.Of(mailbox.LocalPart, mailbox.Domain, index.Domains.Contains(mailbox.Domain)) is { } listing)
                    yield return listing.Id;
            }
        }
    }

    // The groups between a group and itself; null where there is no way back. Breadth first: the shortest way, and each group is seen once.
    private static List<Unid>? WayBack(Unid start, Dictionary<Unid, Unid[]> inside)
    {
        var cameFrom = new Dictionary<Unid, Unid>();
        var queue = new Queue<Unid>([start]);
        while (queue.TryDequeue(out var at))
        {
            foreach (var member in inside[at])
            {
                if (member == start)
                {
                    var way = new List<Unid>();
                    for (; at != start; at = cameFrom[at])
                        way.Insert(0, at);
                    return way;
                }
                if (cameFrom.TryAdd(member, at))
                    queue.Enqueue(member);
            }
        }
        return null;
    }

    // Facts: lotus 5.1, its words.
    private void Servers(List<Document> globalDomains, List<string> errors)
    {
        var known = globalDomains.Select(TitleOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (server, place) in changed.Where(pair => pair.Document.Form == Forms.Server))
        {
            if (server[ServerFields.GlobalDomain] is { Text.Length: > 0 } named && !known.Contains(named.Text))
                errors.Add($"{place}: {NamesRecord.FieldOf(ServerFields.GlobalDomain)}: Unable to get Global domain in the Name and Address book: there is no Global Domain \"{named.Text}\"");
        }
    }

    private async ValueTask ForeignAsync(List<string> warnings, CancellationToken cancellation)
    {
        if (!changed.Any(pair => pair.Document.Form == Forms.ForeignSmtpDomain))
            return;
        var carried = (await AllAsync(Forms.Connection, cancellation))
            .Select(document => ConnectionFields.Table.Read(document, []))
            .SelectMany(connection => connection is { Enabled: true } ? connection.Domains : [])
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (foreign, place) in changed.Where(pair => pair.Document.Form == Forms.ForeignSmtpDomain))
        {
            if (foreign[ForeignDomainFields.RoutedTo] is { } routedTo && !carried.Contains(routedTo.Text))
                warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{place}: {NamesRecord.FieldOf(ForeignDomainFields.RoutedTo)}: no enabled Connection has the destinationDomain {routedTo.Text}"));
        }
    }

    private async ValueTask ProfilesAsync(List<string> warnings, CancellationToken cancellation)
    {
        if (!changed.Any(pair => pair.Document.Form == Forms.DestinationControl))
            return;
        var known = (await AllAsync(Forms.BounceProfile, cancellation)).Select(TitleOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (control, place) in changed.Where(pair => pair.Document.Form == Forms.DestinationControl))
        {
            if (control["bounce_profile"] is { } named && !known.Contains(named.Text))
                warnings.Add($"{place}: bounce_profile: there is no bounce profile {named.Text}");
        }
    }

    private async ValueTask<List<Document>> AllAsync(string form, CancellationToken cancellation) =>
    [
        .. (await names.AllAsync(form, cancellation)).Where(document => !_places.ContainsKey(document.Id)),
        .. changed.Select(pair => pair.Document).Where(document => document.Form == form),
    ];

    private static string TitleOf(Document document) => document[FieldTable<NamesRecord>.Name]?.Text ?? "";
}
