using System.Globalization;
using System.Text;
using Tell.Documents;
using Tell.Mta.Operations;
using Tell.Mta.Routing;

namespace Tell.Commands;

/// <summary>NAMES: the address book.</summary>
internal static class NamesCommands
{
    // A full name has blanks, and nobody should have to quote it.
    private const string Person = "NAME";

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        Row("NAMES LIST", "", "List the people of the address book.", call => ListAsync(host, call)),
        Row("NAMES SHOW", Person, "Show a document: a person by full name, short name or address, a connection by its name.", call => ShowAsync(host, call)),
        Row("NAMES IMPORT", "FILE", "Take in people, connections and destination controls from a JSON file; all or none.", call => ImportAsync(host, call)) with
        {
            Inputs = arguments => arguments.Take(1),
            Detail = "One object or a list of them: {\"form\":\"Person\",\"fullName\":[\"Ada Lovelace\"],\"shortName\":[\"ada\"],\n\"internetAddress\":\"ada@example.test\",\"password\":\"clear here, stored salted and hashed\"}. \"-\" reads standard input.\nA Connection, besides form and name, has\n" + Fields(NamesDesk.ConnectionFields)
                + "\nA Destination Control has a name and the keys that HELP DESTCONFIG NEW lists. data/samples has some of each.",
        },
        Row("NAMES DELETE", Person, "Delete such a document; the mail file of a person stays.", call => DeleteAsync(host, call)),
        Row("NAMES EXPORT", "", "Write all documents as JSON, without passwords.", async call =>
        {
            call.Answer.Text(await host.Operations.Names.ExportAsync(call.Cancellation));
            return true;
        }),
    ];

    private static string Fields(IReadOnlyList<(string Name, string Form, string Sentence)> fields) =>
        string.Join('\n', fields.Select(field => $"{field.Name,-18} {field.Sentence} ({field.Form})"));

    private static Command Row(string words, string form, string summary, Func<CommandCall, Task<bool>> work) => new()
    {
        Words = words,
        Form = form,
        Group = "Address book",
        Place = CommandPlace.Data,
        Summary = summary,
        Handler = call => call.Arguments.Count == (form.Length > 0 ? 1 : 0) ? work(call)
            : form == Person && call.Arguments.Count > 1 ? work(call with { Arguments = [string.Join(' ', call.Arguments)] })
            : Task.FromResult(call.Usage()),
    };

    private static async Task<bool> ListAsync(ICommandHost host, CommandCall call)
    {
        var people = await host.Operations.Names.ListAsync(call.Cancellation);
        call.Answer.Table([.. people.Select(person => (string[])
        [
            "  " + Texts(person[Persons.FullName]), Texts(person[Persons.ShortName]), Texts(person[Persons.InternetAddress]),
        ])]);
        call.Answer.Line(Count.Of(people.Count, "person", "people"));
        return true;
    }

    private static async Task<bool> ShowAsync(ICommandHost host, CommandCall call)
    {
        if (await host.Operations.Names.FindAsync(call.Arguments[0], call.Cancellation) is not { } document)
            return NotThere(call);
        call.Answer.Table([(string[])["Document", document.Id.ToString()], .. NamesDesk.Show(document).Select(item => (string[])[item.Name, item.Text])]);
        return true;
    }

    private static async Task<bool> ImportAsync(ICommandHost host, CommandCall call)
    {
        var octets = await call.Input.ReadAsync(call.Arguments[0], call.Cancellation);
        var report = await host.Operations.Names.ImportAsync(Encoding.UTF8.GetString(octets), call.Cancellation);
        foreach (var problem in report.Problems)
            call.Answer.Line(problem);
        if (report.Problems.Count > 0)
            return call.Refuse("Nothing was imported.");
        call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"{report.Added} added, {report.Replaced} replaced"));
        return true;
    }

    private static async Task<bool> DeleteAsync(ICommandHost host, CommandCall call)
    {
        if (!await host.Operations.Names.DeleteAsync(call.Arguments[0], call.Cancellation))
            return NotThere(call);
        call.Answer.Line($"{call.Arguments[0]} deleted.");
        return true;
    }

    private static bool NotThere(CommandCall call) => call.Refuse($"{call.Arguments[0]} is not in the address book.");

    private static string Texts(Item? item) => string.Join(", ", item?.Texts ?? []);
}
