using Tell.Documents;
using Tell.Mta.Routing;

namespace Tell.Mta.Operations;

/// <summary>Work on the address book: NAMES.</summary>
public sealed class NamesDesk
{
    private readonly MtaContext _context;

    internal NamesDesk(MtaContext context) => _context = context;

    /// <summary>
    /// Imports Person documents from JSON (one object or a list of them). A person with a short name or Internet address of an existing
    /// one takes its place, and its password where none is given. Passwords are stored salted and hashed.
    /// </summary>
    public async Task<ImportReport> ImportAsync(string json, CancellationToken cancellation)
    {
        var (drafts, problems) = PersonJson.Read(json);
        if (problems.Count > 0)
            return new ImportReport(0, 0, problems);
        var names = await _context.Data.OpenAsync("names", cancellation);
        var known = await KnownAsync(names, cancellation);
        var documents = new List<Document>();
        var replaced = 0;
        foreach (var items in drafts)
        {
            var person = new Document { Id = names.NewId(), Form = Forms.Person, Items = items };
            var earlier = Keys(person).Select(key => known.GetValueOrDefault(key)).FirstOrDefault(found => !found.Id.IsNone);
            if (!earlier.Id.IsNone)
            {
                person = person with { Id = earlier.Id };
                replaced++;
            }
            if (person[Persons.Password] is null && earlier.Password is { } password)
                person = person with { Items = items.Add(password) };
            foreach (var key in Keys(person))
                known[key] = (person.Id, person[Persons.Password]);
            documents.Add(person);
        }
        await names.PutAsync(documents, cancellation);
        return new ImportReport(documents.Count - replaced, replaced, []);
    }

    /// <summary>The Person documents, by id.</summary>
    public async Task<IReadOnlyList<Document>> ListAsync(CancellationToken cancellation)
    {
        var names = await _context.Data.OpenAsync("names", cancellation);
        var all = new List<Document>();
        while (true)
        {
            var page = await names.ViewAsync(Forms.Person, all.Count > 0 ? all[^1].Id : null, 1000, cancellation);
            all.AddRange(page);
            if (page.Count < 1000)
                return all;
        }
    }

    /// <summary>The person of a short name, Internet address or full name; null where there is none.</summary>
    public async Task<Document?> FindAsync(string name, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).FirstOrDefault(person =>
            Keys(person).Contains(name.ToLowerInvariant())
            || (person[Persons.FullName]?.Texts ?? []).Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Deletes that person; false where there is none. The mail file stays.</summary>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellation)
    {
        var names = await _context.Data.OpenAsync("names", cancellation);
        return await FindAsync(name, cancellation) is { } person && await names.DeleteAsync(person.Id, cancellation);
    }

    /// <summary>The JSON of persons, as an import takes it, without passwords.</summary>
    public static string Export(IReadOnlyList<Document> persons) => PersonJson.Write(persons);

    private static IEnumerable<string> Keys(Document person) => Persons.Addresses(person).Select(name => name.ToLowerInvariant());

    private async ValueTask<Dictionary<string, (Unid Id, Item? Password)>> KnownAsync(IDatabase names, CancellationToken cancellation)
    {
        var known = new Dictionary<string, (Unid Id, Item? Password)>(StringComparer.Ordinal);
        Unid? after = null;
        while (true)
        {
            var page = await names.ViewAsync(Forms.Person, after, 1000, cancellation);
            foreach (var person in page)
            {
                foreach (var key in Keys(person))
                    known[key] = (person.Id, person[Persons.Password]);
            }
            if (page.Count < 1000)
                return known;
            after = page[^1].Id;
        }
    }
}
