using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>The six commands over rows of NAMES that have a row DEFAULT, as AsyncOS has them: NEW, EDIT, DELETE, DEFAULT, PRINT, CLEAR.</summary>
/// <typeparam name="T">The row.</typeparam>
/// <param name="word">The word that they begin with.</param>
/// <param name="desk">Does it.</param>
/// <param name="words">What HELP says, and what is said of a name that nothing has.</param>
/// <param name="left">What is to be said of a row that was deleted, besides that; null for nothing.</param>
/// <param name="idle">What is to be said of a row that was made or changed and is in force nowhere; null where it is.</param>
internal sealed class RowCommands<T>(
    string word, Func<RowsDesk<T>> desk, RowWords words, Func<string, CancellationToken, Task<string?>>? left = null, Func<string, CancellationToken, Task<string?>>? idle = null)
    where T : class
{
    private const string Values = "KEY=VALUE [KEY=VALUE ...]";

    private delegate Task<IReadOnlyList<string>> Change(string name, IReadOnlyList<KeyValuePair<string, string>> values, CancellationToken cancellation);

    /// <summary>The rows.</summary>
    public IEnumerable<Command> Rows(IReadOnlyList<(string Key, string Form, string Sentence)> keys) =>
    [
        Row("NEW", $"NAME {Values}", words.New, call => PutAsync(call, call.Arguments.FirstOrDefault(), 1, desk().NewAsync)) with
        {
            Detail = words.Detail + "\n" + string.Join('\n', keys.Select(key => $"{key.Key,-28} {key.Sentence} ({key.Form})")),
        },
        Row("EDIT", $"NAME {Values}", words.Edit, call => PutAsync(call, call.Arguments.FirstOrDefault(), 1, desk().EditAsync)) with
        {
            Detail = $"KEY= takes the key out of the row, so that what it falls back on holds. HELP {word} NEW lists the keys.",
        },
        Row("DELETE", "NAME", words.Delete, async call =>
        {
            if (call.Arguments is not [var name])
                return call.Usage();
            if (!await desk().DeleteAsync(name, call.Cancellation))
                return call.Refuse($"{name} has no row.");
            call.Answer.Line($"{name} deleted.");
            if (left is not null && await left(name, call.Cancellation) is { } more)
                call.Answer.Line(more);
            return true;
        }),
        Row("DEFAULT", Values, words.Default, call => PutAsync(call, desk().DefaultName, 0, desk().EditAsync)),
        Row("PRINT", "[NAME]", words.Print, PrintAsync),
        Row("CLEAR", "", "Delete all rows, DEFAULT too.", async call =>
        {
            if (call.Arguments.Count > 0)
                return call.Usage();
            call.Answer.Line($"{Count.Of(await desk().ClearAsync(call.Cancellation), "row")} deleted.");
            return true;
        }),
    ];

    private Command Row(string verb, string form, string summary, Func<CommandCall, Task<bool>> handler) => new()
    {
        Words = $"{word} {verb}",
        Form = form,
        Group = "Destinations",
        Place = CommandPlace.Data,
        Summary = summary,
        Handler = handler,
    };

    private async Task<bool> PutAsync(CommandCall call, string? name, int skipped, Change change)
    {
        var values = new List<KeyValuePair<string, string>>();
        foreach (var argument in call.Arguments.Skip(skipped))
        {
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                return call.Usage();
            values.Add(new(argument[..equals], argument[(equals + 1)..]));
        }
        if (name is null || values.Count == 0)
            return call.Usage();
        var problems = await change(name, values, call.Cancellation);
        foreach (var problem in problems)
            call.Answer.Line(problem);
        if (problems.Count > 0)
            return call.Refuse("Nothing was changed.");
        call.Answer.Line(idle is not null && await idle(name, call.Cancellation) is { } why ? why : $"{name} is in force.");
        return true;
    }

    private async Task<bool> PrintAsync(CommandCall call)
    {
        switch (call.Arguments)
        {
            case []:
                var rows = await desk().ListAsync(call.Cancellation);
                call.Answer.Table([.. rows.Select(row => (string[])["  " + row.Name, string.Join(' ', row.Values.Select(value => $"{value.Key}={value.Value}"))])]);
                call.Answer.Line(Count.Of(rows.Count, "row"));
                return true;
            case [var name]:
                if (await desk().InForceAsync(name, call.Cancellation) is not { } values)
                    return call.Refuse($"{name} {words.Unknown}");
                call.Answer.Table([.. values.Select(value => (string[])["  " + value.Key, value.Value, $"({value.From})"])]);
                return true;
            default:
                return call.Usage();
        }
    }
}
