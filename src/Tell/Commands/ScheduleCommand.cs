using System.Globalization;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>SHOW SCHEDULE, as the Notes console has it (facts: lotus 3).</summary>
internal static class ScheduleCommand
{
    /// <summary>The row.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        new()
        {
            Words = "SHOW SCHEDULE",
            Group = "Destinations",
            Place = CommandPlace.Data,
            Summary = "Show the Connection documents: for which domains, to which host, and when mail may next leave.",
            Detail = "NAMES IMPORT takes Connection documents; data/samples/connections.json has some. Hours are local time, the next opening is UTC.",
            Handler = call => ShowAsync(host, call),
        },
    ];

    private static async Task<bool> ShowAsync(ICommandHost host, CommandCall call)
    {
        if (call.Arguments.Count > 0)
            return call.Usage();
        var rows = await host.Operations.ShowScheduleAsync(call.Cancellation);
        if (rows.Count > 0)
            call.Answer.Table([["  Connection", "Domains", "Host", "Hours", "Opens"], .. rows.Select(row => (string[])
            [
                "  " + row.Connection.Name,
                string.Join(',', row.Connection.Domains),
                row.Connection.RelayHost?.ToString() ?? "MX",
                row.Connection.Schedule.ToString(),
                Opens(row),
            ])]);
        call.Answer.Line(Count.Of(rows.Count, "connection"));
        return true;
    }

    private static string Opens(ConnectionStatus status) => status.OpensAt is { } at
        ? at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)
        : status.IsOpen ? "open" : "not enabled";
}
