using System.Globalization;
using System.Text;
using Tell.Documents;
using Tell.Mta.Operations;
using Tell.Mta.Routing;

namespace Tell.Commands;

/// <summary>NAMES: the address book.</summary>
internal static class NamesCommands
{
    private const int MostReplaced = 20;
    private const string Name = "NAME", FormOrNothing = "[FORM]", Changes = "NAME FIELD=VALUE ...";

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        Row("NAMES LIST", FormOrNothing, "List the people of the address book, or the documents of a form.", call => ListAsync(host, call)) with { Detail = "Forms: " + Forms },
        Row("NAMES SHOW", Name, "Show a document: a person, group or database by any of its names, others by their name.", call => ShowAsync(host, call)) with
        {
            Detail = "What is in brackets is what its names lead to. A name with blanks needs no quotes.\nOf an address that is nobody's own it says who gets its mail: name+mark, a catch-all, postmaster.",
        },
        Row("NAMES IMPORT", "FILE", "Take in documents from a JSON file; all or none.", call => ImportAsync(host, call)) with
        {
            Inputs = arguments => arguments.Take(1),
            Detail = "One object or a list of them: {\"form\":\"Person\",\"fullName\":[\"Ada Lovelace\"],\"shortName\":[\"ada\"],\n\"internetAddress\":\"ada@example.test\",\"password\":\"clear here, stored salted and hashed\"}. \"-\" reads standard input.\n"
                + "A document whose name is there already takes the place of the other one whole (of people: a short name or the Internet address);\nNAMES SET changes single fields.\n"
                + string.Join('\n', NamesDesk.Forms.Where(form => form != Documents.Forms.DestinationControl).Select(form => $"A {form} has, besides form{(form == Documents.Forms.Person ? "" : " and name")},\n{Fields(form)}"))
                + "\nA Destination Control has a name and the keys that HELP DESTCONFIG NEW lists. data/samples has some of each.",
        },
        Row("NAMES SET", Changes, "Change fields of a document; FIELD= takes a value away.", call => SetAsync(host, call)) with
        {
            Detail = "A list is written with commas, or with semicolons where a value has commas. Names and values with blanks need no quotes.\n"
                + "With form=FORM, where there is no such document, makes one: NAMES SET Ada Lovelace form=Person shortName=ada.\nHELP NAMES IMPORT lists the fields.",
        },
        Row("NAMES DELETE", Name, "Delete such a document; a mail file stays.", call => DeleteAsync(host, call)),
        Row("NAMES EXPORT", FormOrNothing, "Write all documents, or those of a form, as JSON, without passwords.", async call =>
        {
            if (!TryForm(call, out var form))
                return NoForm(call);
            call.Answer.Text(await host.Operations.Names.ExportAsync(form, call.Cancellation));
            return true;
        }),
    ];

    private static string Forms => string.Join(", ", NamesDesk.Forms);

    private static string Fields(string form) =>
        string.Join('\n', NamesDesk.FieldsOf(form).Select(field => $"  {field.Name,-18} {field.Sentence} ({field.Form})"));

    // Names of forms and documents have blanks, and nobody should have to quote them.
    private static Command Row(string words, string form, string summary, Func<CommandCall, Task<bool>> work) => new()
    {
        Words = words,
        Form = form,
        Group = "Address book",
        Place = CommandPlace.Data,
        Summary = summary,
        Handler = call => call.Arguments.Count switch
        {
            0 => form == FormOrNothing ? work(call) : Task.FromResult(call.Usage()),
            > 1 when form is Name or FormOrNothing => work(call with { Arguments = [string.Join(' ', call.Arguments)] }),
            > 1 when form != Changes => Task.FromResult(call.Usage()),
            _ => work(call),
        },
    };

    private static bool TryForm(CommandCall call, out string? form)
    {
        form = call.Arguments is [var name] ? NamesDesk.Forms.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) : null;
        return call.Arguments.Count == 0 || form is not null;
    }

    private static bool NoForm(CommandCall call)
    {
        call.Usage();
        return call.Refuse("Forms: " + Forms);
    }

    private static async Task<bool> ListAsync(ICommandHost host, CommandCall call)
    {
        if (!TryForm(call, out var form))
            return NoForm(call);
        form ??= Documents.Forms.Person;
        var found = await host.Operations.Names.ListAsync(form, call.Cancellation);
        var people = form == Documents.Forms.Person;
        call.Answer.Table([.. found.Select(document => people
            ? (string[])["  " + Texts(document[Persons.FullName]), Texts(document[Persons.ShortName]), Texts(document[Persons.InternetAddress])]
            : ["  " + NamesDesk.TitleOf(document), string.Join(' ', NamesDesk.Show(document).Skip(1).Select(field => $"{field.Name}={field.Text}"))])]);
        call.Answer.Line(people ? Count.Of(found.Count, "person", "people") : Count.Of(found.Count, "document"));
        return true;
    }

    private static async Task<bool> ShowAsync(ICommandHost host, CommandCall call)
    {
        var names = host.Operations.Names;
        if (await names.FindAsync(call.Arguments[0], call.Cancellation) is not { } document)
            return await RestAsync(names, call);
        call.Answer.Table([
            (string[])["Document", document.Id.ToString()], ["form", document.Form],
            .. NamesDesk.Show(document).Concat(await names.ResolvedAsync(document, call.Cancellation)).Select(item => (string[])[item.Name, item.Text]),
        ]);
        return true;
    }

    // An address that is nobody's own may have a taker all the same.
    private static async Task<bool> RestAsync(NamesDesk names, CommandCall call)
    {
        var address = call.Arguments[0];
        switch (await names.LocateAsync(address, call.Cancellation))
        {
            case { User: { } user }:
                call.Answer.Line($"{address} is nobody's own address; its mail goes to {user.Route?.Text ?? user.MailFile}.");
                return true;
            case { Group: { } group }:
                call.Answer.Line($"{address} is nobody's own address; its mail goes to {string.Join(", ", group.Members)}.");
                return true;
            case { Kind: LocalityKind.Elsewhere }:
                return call.Refuse($"{address} is not in the address book, and its domain is not local.");
            default:
                return NotThere(call);
        }
    }

    private static async Task<bool> ImportAsync(ICommandHost host, CommandCall call)
    {
        var octets = await call.Input.ReadAsync(call.Arguments[0], call.Cancellation);
        var report = await host.Operations.Names.ImportAsync(Encoding.UTF8.GetString(octets), call.Cancellation);
        if (!Said(call, report.Problems, report.Warnings))
            return call.Refuse("Nothing was imported.");
        foreach (var title in report.ReplacedTitles.Take(MostReplaced))
            call.Answer.Line($"replaced: {title}");
        if (report.ReplacedTitles.Count > MostReplaced)
            call.Answer.Line($"and {report.ReplacedTitles.Count - MostReplaced} more");
        call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"{report.Added} added, {report.Replaced} replaced"));
        return true;
    }

    private static async Task<bool> SetAsync(ICommandHost host, CommandCall call)
    {
        var (name, values) = Parse(call.Arguments);
        if (name.Length == 0 || values.Count == 0)
            return call.Usage();
        var report = await host.Operations.Names.SetAsync(name, values, call.Cancellation);
        if (!Said(call, report.Problems, report.Warnings))
            return call.Refuse("Nothing was changed.");
        call.Answer.Line($"{name} is {(report.Made ? "made" : "changed")}.");
        return true;
    }

    // A value goes on until the next word that begins with a field.
    private static (string Name, List<KeyValuePair<string, string>> Values) Parse(IReadOnlyList<string> words)
    {
        var (name, values) = ("", new List<KeyValuePair<string, string>>());
        foreach (var word in words)
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            // The first one is a field whatever it is, so that a slip is told as what it is.
            if (equals > 0 && (NamesDesk.IsField(word[..equals]) || (values.Count == 0 && name.Length > 0 && word.AsSpan(0, equals).IndexOfAnyExceptInRange('A', 'z') < 0)))
                values.Add(new(word[..equals], word[(equals + 1)..]));
            else if (values.Count == 0)
                name = name.Length == 0 ? word : $"{name} {word}";
            else
                values[^1] = new(values[^1].Key, $"{values[^1].Value} {word}");
        }
        return (name, values);
    }

    private static bool Said(CommandCall call, IReadOnlyList<string> problems, IReadOnlyList<string> warnings)
    {
        foreach (var problem in problems)
            call.Answer.Line(problem);
        foreach (var warning in warnings)
            call.Answer.Line($"Warning: {warning}");
        return problems.Count == 0;
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
