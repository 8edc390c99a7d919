using System.Globalization;
using System.Text;
using System.Text.Json;
using Tell.Documents;

namespace Tell.Commands;

/// <summary>NAMES: the address book.</summary>
internal static class NamesCommands
{
    private const string Database = "names";
    private const int Most = 1_000_000;

    // What no screen and no export shows; see DESIGN section 6: passwords are stored salted and hashed.
    private static bool IsSecret(Item item) => item.Name.Contains("password", StringComparison.OrdinalIgnoreCase);

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        Row("NAMES LIST", "", "List the documents of the address book.", call => ListAsync(host, call)),
        Row("NAMES SHOW", "NAME", "Show a document: by full name, short name or address.", call => ShowAsync(host, call)),
        Row("NAMES IMPORT", "FILE", "Take in documents from a JSON file; all or none.", call => ImportAsync(host, call)) with
        {
            Inputs = arguments => arguments.Take(1),
            Detail = "One document or an array: {\"form\":\"Person\",\"fullName\":[\"Ada Lovelace\"],\"shortName\":[\"ada\"],\n\"internetAddress\":\"ada@example.test\"}. \"-\" reads standard input.",
        },
        Row("NAMES DELETE", "NAME", "Delete a document.", call => DeleteAsync(host, call)),
        Row("NAMES EXPORT", "", "Write all documents as JSON, without passwords.", call => ExportAsync(host, call)),
    ];

    private static Command Row(string words, string form, string summary, Func<CommandCall, Task<bool>> work) => new()
    {
        Words = words,
        Form = form,
        Group = "Address book",
        Place = CommandPlace.Data,
        Summary = summary,
        Handler = call => call.Arguments.Count == (form.Length > 0 ? 1 : 0) ? work(call) : Task.FromResult(call.Usage()),
    };

    private static async Task<IReadOnlyList<Document>> AllAsync(ICommandHost host, CommandCall call) =>
        await (await OpenAsync(host, call)).ViewAsync(null, null, Most, call.Cancellation);

    private static ValueTask<IDatabase> OpenAsync(ICommandHost host, CommandCall call) =>
        host.Operations.Data.OpenAsync(Database, call.Cancellation);

    private static async Task<bool> ListAsync(ICommandHost host, CommandCall call)
    {
        var all = await AllAsync(host, call);
        call.Answer.Table([.. all.Select(document => (string[])["  " + document.Form, Title(document), document["InternetAddress"]?.Text ?? ""])]);
        call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"{all.Count} documents"));
        return true;
    }

    private static async Task<bool> ShowAsync(ICommandHost host, CommandCall call)
    {
        var found = Named(await AllAsync(host, call), call.Arguments[0]);
        if (found.Count == 0)
            return call.Refuse($"{call.Arguments[0]} is not in the address book.");
        foreach (var document in found)
        {
            var rows = new List<IReadOnlyList<string>> { (string[])["Document", document.Id.ToString()], (string[])["Form", document.Form] };
            rows.AddRange(document.Items.Select(item => (string[])[item.Name, IsSecret(item) ? "(hidden)" : Value(item)]));
            call.Answer.Table(rows);
        }
        return true;
    }

    private static async Task<bool> ImportAsync(ICommandHost host, CommandCall call)
    {
        var octets = await call.Input.ReadAsync(call.Arguments[0], call.Cancellation);
        var report = await host.Operations.ImportNamesAsync(Encoding.UTF8.GetString(octets), call.Cancellation);
        foreach (var problem in report.Problems)
            call.Answer.Line(problem);
        if (report.Problems.Count > 0)
            return call.Refuse("Nothing was imported.");
        call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"{report.Added} added, {report.Replaced} replaced"));
        return true;
    }

    private static async Task<bool> DeleteAsync(ICommandHost host, CommandCall call)
    {
        var found = Named(await AllAsync(host, call), call.Arguments[0]);
        if (found.Count != 1)
            return call.Refuse(found.Count == 0 ? $"{call.Arguments[0]} is not in the address book." : $"{call.Arguments[0]} names {found.Count} documents: give the full name or the UNID.");
        await (await OpenAsync(host, call)).DeleteAsync(found[0].Id, call.Cancellation);
        call.Answer.Line($"{Title(found[0])} deleted.");
        return true;
    }

    private static async Task<bool> ExportAsync(ICommandHost host, CommandCall call)
    {
        using var octets = new MemoryStream();
        await using (var json = new Utf8JsonWriter(octets, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var document in await AllAsync(host, call))
            {
                json.WriteStartObject();
                json.WriteString("form", document.Form);
                foreach (var item in document.Items.Where(item => item.Kind == ItemKind.Text && !IsSecret(item)))
                {
                    var name = JsonNamingPolicy.CamelCase.ConvertName(item.Name);
                    if (item.Texts.Length == 1 && item.Name is not ("FullName" or "ShortName" or "Members"))
                        json.WriteString(name, item.Text);
                    else
                    {
                        json.WriteStartArray(name);
                        foreach (var value in item.Texts)
                            json.WriteStringValue(value);
                        json.WriteEndArray();
                    }
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        call.Answer.Text(Encoding.UTF8.GetString(octets.GetBuffer(), 0, (int)octets.Length));
        return true;
    }

    private static List<Document> Named(IReadOnlyList<Document> all, string name) =>
        [.. all.Where(document => document.Id.ToString().Equals(name, StringComparison.OrdinalIgnoreCase)
            || new[] { "FullName", "ShortName", "InternetAddress", "ListName" }.Any(item =>
                document[item] is { } found && found.Texts.Contains(name, StringComparer.OrdinalIgnoreCase)))];

    private static string Title(Document document) => (document["FullName"] ?? document["ListName"])?.Text ?? document.Id.ToString();

    private static string Value(Item item) => item.Kind switch
    {
        ItemKind.Number => string.Join(", ", item.Numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))),
        ItemKind.Time => string.Join(", ", item.Times.Select(time => time.ToString("O", CultureInfo.InvariantCulture))),
        _ => string.Join(", ", item.Texts),
    };
}
