using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>DESTCONFIG: the destination controls, with the words of AsyncOS (facts: sun-cisco C3).</summary>
internal static class DestinationControlCommands
{
    private const string Values = "KEY=VALUE [KEY=VALUE ...]";

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        Row("DESTCONFIG NEW", $"NAME {Values}", "Limit what a destination may get.", call => PutAsync(call, call.Arguments.FirstOrDefault(), 1, host.Operations.Controls.NewAsync)) with
        {
            Detail = "NAME is a domain, or host:port of a fixed next hop. What a row leaves out is that of DEFAULT, and what DEFAULT leaves out\nthat of the settings. Changes are in force at once. Keys:\n" + KeyTable(),
        },
        Row("DESTCONFIG EDIT", $"NAME {Values}", "Change some keys of a destination's row.", call => PutAsync(call, call.Arguments.FirstOrDefault(), 1, host.Operations.Controls.EditAsync)) with
        {
            Detail = "KEY= takes the key out of the row, so that DEFAULT or the settings hold. HELP DESTCONFIG NEW lists the keys.",
        },
        Row("DESTCONFIG DELETE", "NAME", "Delete a destination's row.", async call =>
        {
            if (call.Arguments is not [var name])
                return call.Usage();
            if (!await host.Operations.Controls.DeleteAsync(name, call.Cancellation))
                return call.Refuse($"{name} has no row.");
            call.Answer.Line($"{name} deleted.");
            return true;
        }),
        Row("DESTCONFIG DEFAULT", Values, "Change the row of all destinations that have none of their own.",
            call => PutAsync(call, Mta.Outbound.DestinationControl.DefaultName, 0, host.Operations.Controls.EditAsync)),
        Row("DESTCONFIG PRINT", "[NAME]", "Show all rows, or what is in force for one destination and where it comes from.", call => PrintAsync(host.Operations.Controls, call)),
        Row("DESTCONFIG CLEAR", "", "Delete all rows, DEFAULT too.", async call =>
        {
            if (call.Arguments.Count > 0)
                return call.Usage();
            call.Answer.Line($"{Count.Of(await host.Operations.Controls.ClearAsync(call.Cancellation), "row")} deleted.");
            return true;
        }),
    ];

    private static Command Row(string words, string form, string summary, Func<CommandCall, Task<bool>> handler) => new()
    {
        Words = words,
        Form = form,
        Group = "Destinations",
        Place = CommandPlace.Data,
        Summary = summary,
        Handler = handler,
    };

    private static string KeyTable() =>
        string.Join('\n', ControlsDesk.Keys.Select(key => $"{key.Key,-28} {key.Sentence} ({key.Form})"));

    private delegate Task<IReadOnlyList<string>> Change(string name, IReadOnlyList<KeyValuePair<string, string>> values, CancellationToken cancellation);

    private static async Task<bool> PutAsync(CommandCall call, string? name, int skipped, Change change)
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
        call.Answer.Line($"{name} is in force.");
        return true;
    }

    private static async Task<bool> PrintAsync(ControlsDesk desk, CommandCall call)
    {
        switch (call.Arguments)
        {
            case []:
                var rows = await desk.ListAsync(call.Cancellation);
                call.Answer.Table([.. rows.Select(row => (string[])["  " + row.Name, string.Join(' ', row.Values.Select(value => $"{value.Key}={value.Value}"))])]);
                call.Answer.Line(Count.Of(rows.Count, "row"));
                return true;
            case [var name]:
                if (await desk.InForceAsync(name, call.Cancellation) is not { } values)
                    return call.Refuse($"{name} is neither a domain nor host:port.");
                call.Answer.Table([.. values.Select(value => (string[])["  " + value.Key, value.Value, $"({value.From})"])]);
                return true;
            default:
                return call.Usage();
        }
    }
}
