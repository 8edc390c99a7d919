using System.Globalization;
using Tell.Mta.Statistics;

namespace Tell.Commands;

/// <summary>SHOW STAT and SET STATISTICS; the sentences are those of the Notes runtime (facts: lotus 3.2).</summary>
internal static class StatisticsCommands
{
    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        new()
        {
            Words = "SHOW STAT",
            Form = "[NAME|FACILITY|PATTERN*]",
            Group = "Statistics",
            Summary = "Show statistics: all, one, or those that a pattern names.",
            Detail = "SHOW STAT MTA shows MTA.*; names are Facility.Statname and keep their values over a restart.\n\nCounters:\n"
                + Sentences(StatisticsCatalogue.Counters) + "\n\nHow it stands now (QUEUE is SMTPIBWQ, MAIL.BOX, SMTP.BOX or SMTPOBWQ):\n" + Sentences(StatisticsCatalogue.Gauges),
            Handler = call => ShowAsync(host, call),
        },
        new()
        {
            Words = "SET STATISTICS",
            Form = "NAME",
            Group = "Statistics",
            Summary = "Set a statistic to zero.",
            Handler = call => ResetAsync(host, call),
        },
    ];

    private static string Sentences(IReadOnlyDictionary<string, string> statistics) =>
        string.Join('\n', statistics.Select(statistic => $"{statistic.Key,-26} {statistic.Value}"));

    private static async Task<bool> ShowAsync(ICommandHost host, CommandCall call)
    {
        if (call.Arguments.Count > 1)
            return call.Usage();
        var pattern = call.Arguments.FirstOrDefault();
        var found = await host.Operations.ShowStatisticsAsync(pattern, call.Cancellation);
        if (found.Count == 0 && pattern is not null)
            return call.Refuse($"{pattern} not found in server statistics table");
        foreach (var statistic in found)
            call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"  {statistic.Name} = {statistic.Value}"));
        call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"{found.Count} statistics found"));
        return true;
    }

    private static async Task<bool> ResetAsync(ICommandHost host, CommandCall call)
    {
        if (call.Arguments is not [var name])
            return call.Usage();
        if (!name.Contains('.', StringComparison.Ordinal) || name.Contains('*', StringComparison.Ordinal))
            return call.Refuse($"{name} was not reset, please use complete statistic name (Facility.Statname).");
        if (!await host.Operations.ResetStatisticAsync(name, call.Cancellation))
        {
            var known = (await host.Operations.ShowStatisticsAsync(name, call.Cancellation)).Count > 0;
            return call.Refuse(known ? $"{name} cannot be reset." : $"{name} not found in server statistics table");
        }
        call.Answer.Line($"{name} was set to zero.");
        return true;
    }
}
