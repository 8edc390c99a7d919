using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Operations;

/// <summary>Work on the address book: NAMES.</summary>
public sealed class NamesDesk
{
    private readonly NamesBook _book;

    internal NamesDesk(NamesBook book) => _book = book;

    /// <summary>The forms that documents of NAMES may have.</summary>
    public static IReadOnlyList<string> Forms { get; } = [.. NamesJson.All.Select(form => form.Form)];

    /// <summary>The fields of a form: how each is written and what it decides; none for another form.</summary>
    public static IReadOnlyList<(string Name, string Form, string Sentence)> FieldsOf(string form) => NamesJson.Find(form)?.Fields ?? [];

    /// <summary>True where some form has a field of that name.</summary>
    public static bool IsField(string name) => name.Equals(NamesJson.Form, StringComparison.OrdinalIgnoreCase) || NamesJson.All.Any(form => form.HasField(name));

    /// <summary>
    /// Imports documents of every form from JSON (one object or a list of them), all or none. A document with a name of an
    /// existing one of its form takes its place, and its password where none is given and one still makes sense. The passwords of people are stored salted and hashed.
    /// </summary>
    public async Task<ImportReport> ImportAsync(string json, CancellationToken cancellation)
    {
        var (drafts, problems) = NamesJson.Read(json);
        if (problems.Count > 0)
            return new ImportReport(0, 0, problems);
        return await _book.ChangeAsync(async names =>
        {
            var known = await KnownAsync(names, drafts.Select(draft => draft.Form).Distinct(), cancellation);
            var documents = new Dictionary<Unid, (Document Document, string Place)>();
            var (replaced, given) = (new Dictionary<Unid, string>(), new Dictionary<(string Form, string Key), string>());
            for (var i = 0; i < drafts.Count; i++)
            {
                var (form, items) = drafts[i];
                var document = new Document { Id = names.NewId(), Form = form.Form, Items = items };
                var earlier = form.Keys(document).Select(key => known.GetValueOrDefault((form.Form, key))).FirstOrDefault(found => !found.Id.IsNone);
                var place = $"document {i + 1}: {form.TitleOf(document)}";
                if (!earlier.Id.IsNone)
                {
                    document = document with { Id = earlier.Id };
                    replaced.TryAdd(earlier.Id, $"{earlier.Title} ({form.Form})");
                }
                if (Secret(document) is null && earlier.Secret is { } secret && document with { Items = items.Add(secret) } is var whole && form.IsSound(whole))
                    document = whole;
                if (documents.TryGetValue(document.Id, out var twice))
                    problems.Add($"{place}: takes the place of the same {form.Form} as {twice.Place}");
                // The names that mail reaches are checked all together.
                else if (!AddressBook.NamedForms.Contains(form.Form) && form.Keys(document).FirstOrDefault(key => !given.TryAdd((form.Form, key), place)) is { } taken)
                    problems.Add($"{place}: name: {given[(form.Form, taken)]} has it too");
                documents[document.Id] = (document, place);
            }
            var (errors, warnings) = await new NamesCheck(_book.Context, names, [.. documents.Values]).RunAsync(cancellation);
            problems.AddRange(errors);
            if (problems.Count > 0)
                return new ImportReport(0, 0, problems) { Warnings = warnings };
            await names.PutAsync([.. documents.Values.Select(pair => pair.Document)], cancellation);
            return new ImportReport(documents.Count - replaced.Count, replaced.Count, []) { ReplacedTitles = [.. replaced.Values], Warnings = warnings };
        }, cancellation);
    }

    /// <summary>
    /// Changes fields of the document of a name, each value as it is typed: a list between commas, or between semicolons; "" takes a value away.
    /// Where there is no such document and "form" is among the fields, makes one. Returns what is wrong, and then nothing has changed.
    /// </summary>
    public Task<SetReport> SetAsync(string name, IReadOnlyList<KeyValuePair<string, string>> values, CancellationToken cancellation) => _book.ChangeAsync(async names =>
    {
        var wanted = values.LastOrDefault(value => value.Key.Equals(NamesJson.Form, StringComparison.OrdinalIgnoreCase)).Value;
        var form = wanted is null ? null : NamesJson.Find(wanted);
        if (wanted is not null && form is null)
            return new SetReport(false, [$"{NamesJson.Form}: \"{Line.Clean(wanted)}\" is not one of {string.Join(", ", Forms)}"], []);
        KeyValuePair<string, string>[] fields = [.. values.Where(value => !value.Key.Equals(NamesJson.Form, StringComparison.OrdinalIgnoreCase))];
        var earlier = await FindAsync(names, name, form, cancellation);
        if (earlier is null && form is null)
            return new SetReport(false, [$"{Line.Clean(name)} is not in the address book; form=Person, or another form, makes a document of that name"], []);
        var problems = new List<string>();
        form ??= NamesJson.Of(earlier!);
        var items = earlier is null ? form.Begin(name, fields, problems) : form.Change(earlier, fields, problems);
        if (items is null)
            return new SetReport(false, problems, []);
        var document = new Document { Id = earlier?.Id ?? names.NewId(), Form = form.Form, Items = items.Value };
        // The names that mail reaches are checked all together.
        if (!AddressBook.NamedForms.Contains(form.Form)
            && (await names.AllAsync(form.Form, cancellation)).Any(other => other.Id != document.Id && form.Keys(other).Intersect(form.Keys(document)).Any()))
            return new SetReport(false, [$"{form.TitleOf(document)}: name: there is another {form.Form} of that name"], []);
        var (errors, warnings) = await new NamesCheck(_book.Context, names, [(document, form.TitleOf(document))]).RunAsync(cancellation);
        if (errors.Count > 0)
            return new SetReport(false, errors, warnings);
        await names.PutAsync([document], cancellation);
        return new SetReport(earlier is null, [], warnings);
    }, cancellation);

    /// <summary>The Person documents, by id.</summary>
    public Task<IReadOnlyList<Document>> ListAsync(CancellationToken cancellation) => ListAsync(Documents.Forms.Person, cancellation);

    /// <summary>The documents of a form, by id.</summary>
    public Task<IReadOnlyList<Document>> ListAsync(string form, CancellationToken cancellation) => _book.ListAsync(form, cancellation);

    /// <summary>
    /// The document of a name: a person, group or mail-in database by any of the names that mail reaches it by, else the first of the other forms whose
    /// name it is; null where there is none.
    /// </summary>
    public async Task<Document?> FindAsync(string name, CancellationToken cancellation) => await FindAsync(await _book.OpenAsync(cancellation), name, null, cancellation);

    /// <summary>Where the mail for an address goes, whether the address is anybody's own or not; null for what is no address.</summary>
    public async Task<Locality?> LocateAsync(string address, CancellationToken cancellation) =>
        Mailbox.TryParse(address, out var mailbox) ? await _book.Context.Directory.LocateAsync(mailbox, cancellation) : null;

    /// <summary>Deletes that document; false where there is none. Its mail file stays.</summary>
    public Task<bool> DeleteAsync(string name, CancellationToken cancellation) => _book.ChangeAsync(
        async names => await FindAsync(names, name, null, cancellation) is { } document && await names.DeleteAsync(document.Id, cancellation), cancellation);

    /// <summary>The items of a document as people see them: a password only as that there is one.</summary>
    public static IEnumerable<(string Name, string Text)> Show(Document document) => NamesJson.Of(document).Show(document);

    /// <summary>What the names in a document lead to, for people: members, forwards, owner and administrators, each with its address, and addresses that are made of names.</summary>
    public async Task<IReadOnlyList<(string Name, string Text)>> ResolvedAsync(Document document, CancellationToken cancellation)
    {
        var directory = _book.Context.Directory;
        var lines = new List<(string, string)>();
        if (AddressBook.NamedForms.Contains(document.Form) && document[Persons.InternetAddress] is null && await directory.AddressOfAsync(document.Id, cancellation) is { } constructed)
            lines.Add(("(address)", constructed.ToString()));
        foreach (var item in new[] { GroupFields.Members, GroupFields.Owner, Persons.ForwardingAddress, ServerFields.Administrators })
        {
            foreach (var name in document[item]?.Texts ?? [])
            {
                if (await directory.MailboxOfAsync(name, cancellation) is not { } mailbox)
                    lines.Add(($"({NamesRecord.FieldOf(item)})", $"{name}: not in the address book"));
                else if (await directory.NameOfAsync(mailbox, cancellation) is { } full && Line.TryCreate(full, out var line))
                    lines.Add(($"({NamesRecord.FieldOf(item)})", new NamedMailbox(mailbox, line).ToString()));
                else
                    lines.Add(($"({NamesRecord.FieldOf(item)})", mailbox.ToString()));
            }
        }
        return lines;
    }

    /// <summary>The documents of a form (null: of all) as JSON, as an import takes it, without passwords.</summary>
    public async Task<string> ExportAsync(string? form, CancellationToken cancellation)
    {
        var all = new List<Document>();
        foreach (var known in NamesJson.All.Where(known => form is null || known.Form.Equals(form, StringComparison.OrdinalIgnoreCase)))
            all.AddRange(await ListAsync(known.Form, cancellation));
        return NamesJson.Write(all);
    }

    /// <summary>All documents as JSON, as an import takes it, without passwords.</summary>
    public Task<string> ExportAsync(CancellationToken cancellation) => ExportAsync(null, cancellation);

    /// <summary>The name of a document for people.</summary>
    public static string TitleOf(Document document) => NamesJson.Of(document).TitleOf(document);

    private static Item? Secret(Document document) => NamesJson.Of(document).Secret is { } secret ? document[secret] : null;

    private async ValueTask<Document?> FindAsync(IDatabase names, string name, NamesForm? wanted, CancellationToken cancellation)
    {
        if ((wanted is null || AddressBook.NamedForms.Contains(wanted.Form))
            && await _book.Context.Directory.DocumentOfAsync(name, cancellation) is { } id
            && await names.GetAsync(id, cancellation) is { } listed && (wanted is null || listed.Form == wanted.Form))
            return listed;
        var key = name.ToLowerInvariant();
        foreach (var form in wanted is null ? NamesJson.All : [wanted])
        {
            await foreach (var document in names.DocumentsAsync(form.Form, cancellation))
            {
                if (form.Keys(document).Contains(key) || (document[Persons.FullName]?.Texts ?? []).Contains(name, StringComparer.OrdinalIgnoreCase))
                    return document;
            }
        }
        return null;
    }

    private static async ValueTask<Dictionary<(string Form, string Key), (Unid Id, string Title, Item? Secret)>> KnownAsync(IDatabase names, IEnumerable<NamesForm> forms, CancellationToken cancellation)
    {
        var known = new Dictionary<(string Form, string Key), (Unid Id, string Title, Item? Secret)>();
        foreach (var form in forms)
        {
            await foreach (var document in names.DocumentsAsync(form.Form, cancellation))
            {
                var title = form.TitleOf(document);
                foreach (var key in form.Keys(document))
                    known[(form.Form, key)] = (document.Id, title, Secret(document));
            }
        }
        return known;
    }
}
