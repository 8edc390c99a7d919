using Tell.Documents;
using Tell.Mta.Routing;

namespace Tell.Mta.Operations;

/// <summary>Work on the address book: NAMES.</summary>
public sealed class NamesDesk
{
    private readonly NamesBook _book;

    /// <summary>The fields of a Connection document: how each is written and what it decides.</summary>
    public static IReadOnlyList<(string Name, string Form, string Sentence)> ConnectionFields { get; } = Routing.Names.ConnectionFields.Table.Explained;

    internal NamesDesk(NamesBook book) => _book = book;

    /// <summary>
    /// Imports Person, Connection and Destination Control documents from JSON (one object or a list of them). A document with a name of an
    /// existing one of its form takes its place, and its password where none is given and one still makes sense. The passwords of people are stored salted and hashed.
    /// </summary>
    public async Task<ImportReport> ImportAsync(string json, CancellationToken cancellation)
    {
        var (drafts, problems) = NamesJson.Read(json);
        if (problems.Count > 0)
            return new ImportReport(0, 0, problems);
        return await _book.ChangeAsync(async names =>
        {
            var known = await KnownAsync(drafts.Select(draft => draft.Form).Distinct(), cancellation);
            var documents = new List<Document>();
            var replaced = 0;
            foreach (var (form, items) in drafts)
            {
                var document = new Document { Id = names.NewId(), Form = form.Form, Items = items };
                var earlier = form.Keys(document).Select(key => known.GetValueOrDefault((form.Form, key))).FirstOrDefault(found => !found.Id.IsNone);
                if (!earlier.Id.IsNone)
                {
                    document = document with { Id = earlier.Id };
                    replaced++;
                }
                if (Secret(document) is null && earlier.Secret is { } secret && document with { Items = items.Add(secret) } is var whole && form.IsSound(whole))
                    document = whole;
                foreach (var key in form.Keys(document))
                    known[(form.Form, key)] = (document.Id, Secret(document));
                documents.Add(document);
            }
            await names.PutAsync(documents, cancellation);
            return new ImportReport(documents.Count - replaced, replaced, []);
        }, cancellation);
    }

    /// <summary>The Person documents, by id.</summary>
    public Task<IReadOnlyList<Document>> ListAsync(CancellationToken cancellation) => ListAsync(Forms.Person, cancellation);

    /// <summary>The documents of a form, by id.</summary>
    public Task<IReadOnlyList<Document>> ListAsync(string form, CancellationToken cancellation) => _book.ListAsync(form, cancellation);

    /// <summary>
    /// The document of a name: a person by short name, Internet address or full name, else a connection, else a destination control; null
    /// where there is none.
    /// </summary>
    public async Task<Document?> FindAsync(string name, CancellationToken cancellation)
    {
        foreach (var form in NamesJson.All)
        {
            var found = (await ListAsync(form.Form, cancellation)).FirstOrDefault(document =>
                form.Keys(document).Contains(name.ToLowerInvariant())
                || (document[Persons.FullName]?.Texts ?? []).Contains(name, StringComparer.OrdinalIgnoreCase));
            if (found is not null)
                return found;
        }
        return null;
    }

    /// <summary>Deletes that document; false where there is none. The mail file of a person stays.</summary>
    public Task<bool> DeleteAsync(string name, CancellationToken cancellation) => _book.ChangeAsync(
        async names => await FindAsync(name, cancellation) is { } document && await names.DeleteAsync(document.Id, cancellation), cancellation);

    /// <summary>The items of a document as people see them: a password only as that there is one.</summary>
    public static IEnumerable<(string Name, string Text)> Show(Document document) => NamesJson.Of(document).Show(document);

    /// <summary>All documents as JSON, as an import takes it, without passwords.</summary>
    public async Task<string> ExportAsync(CancellationToken cancellation)
    {
        var all = new List<Document>();
        foreach (var form in NamesJson.All)
            all.AddRange(await ListAsync(form.Form, cancellation));
        return NamesJson.Write(all);
    }

    private static Item? Secret(Document document) => NamesJson.Of(document).Secret is { } secret ? document[secret] : null;

    private async ValueTask<Dictionary<(string Form, string Key), (Unid Id, Item? Secret)>> KnownAsync(IEnumerable<NamesForm> forms, CancellationToken cancellation)
    {
        var known = new Dictionary<(string Form, string Key), (Unid Id, Item? Secret)>();
        foreach (var form in forms)
        {
            foreach (var document in await ListAsync(form.Form, cancellation))
            {
                foreach (var key in form.Keys(document))
                    known[(form.Form, key)] = (document.Id, Secret(document));
            }
        }
        return known;
    }
}
