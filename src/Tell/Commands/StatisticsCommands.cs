using System.Globalization;
using Tell.Mta.Statistics;

namespace Tell.Commands;

/// <summary>SHOW STAT and SET STATISTICS; the sentences are those of the Notes runtime (facts: lotus 3.2).</summary>
internal static class StatisticsCommands
{
    // What stands for all statistics, and the facilities that have a row for each channel or length of time, most of them zero.
    private static readonly string[] All = ["MTA", "MTA.*", "*"], Detailed = ["MTA.Channel.", "MTA.QueueTime.", "MTA.Rate."];

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        new()
        {
            Words = "SHOW STAT",
            Form = "[NAME|FACILITY|PATTERN*]",
            Group = "Statistics",
            Summary = "Show statistics: all, one, or those that a pattern names.",
            Detail = "SHOW STAT MTA shows MTA.*; names are Facility.Statname and keep their values over a restart.\n"
                + "Channels, times and rates that are zero are left out unless the pattern says more than MTA: MTA.Channel.* shows them.\n\nCounters:\n"
                + Sentences(StatisticsCatalogue.Counters) + "\n\nCounters of each channel, MTA.Channel.CHANNEL.*, and of each destination, MTA.Destination.NAME.* (shown where they are asked for):\n" + Sentences(StatisticsCatalogue.Accounts)
                + "\n\nHow it stands now (QUEUE is SMTPIBWQ, MAIL.BOX, SMTP.BOX or SMTPOBWQ; CHANNEL as in HELP COUNTERS):\n" + Sentences(StatisticsCatalogue.Gauges),
            Handler = call => ShowAsync(host, call),
        },
        new()
        {
            Words = "SET STATISTICS",
            Form = "NAME|PATTERN*|ALL",
            Group = "Statistics",
            Summary = "Set a statistic, those that a pattern names, or all to zero.",
            Detail = "What shows how it stands now (SHOW STAT) cannot be reset. An event of the same moment is counted still.",
            Handler = call => ResetAsync(host, call),
        },
    ];

    internal static string Sentences(IReadOnlyDictionary<string, string> statistics) =>
        string.Join('\n', statistics.Select(statistic => $"{statistic.Key,-38} {statistic.Value}"));

    private static async Task<bool> ShowAsync(ICommandHost host, CommandCall call)
    {
        if (call.Arguments.Count > 1)
            return call.Usage();
        var pattern = call.Arguments.FirstOrDefault();
        var found = await host.Operations.Statistics.ShowAsync(pattern, call.Cancellation);
        if (found.Count == 0 && pattern is not null)
            return call.Refuse($"{pattern} not found in server statistics table");
        var isAll = pattern is null || All.Contains(pattern, StringComparer.OrdinalIgnoreCase);
        var shown = found.Where(statistic => statistic.Value != 0 || !isAll || !Detailed.Any(facility => statistic.Name.StartsWith(facility, StringComparison.OrdinalIgnoreCase))).ToArray();
        foreach (var statistic in shown)
            call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"  {statistic.Name} = {statistic.Value}"));
        if (shown.Length < found.Count)
            call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"  {found.Count - shown.Length} more of channels, times and rates are 0: SHOW STAT {string.Join(", ", Detailed.Select(facility => facility + "*"))}"));
        call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"{found.Count} statistics found"));
        return true;
    }

    private static async Task<bool> ResetAsync(ICommandHost host, CommandCall call)
    {
        if (call.Arguments is not [var name])
            return call.Usage();
        var isAll = name is "*" || name.Equals("ALL", StringComparison.OrdinalIgnoreCase);
        if (!isAll && !name.Contains('.', StringComparison.Ordinal))
            return call.Refuse($"{name} was not reset, please use complete statistic name (Facility.Statname).");
        var statistics = host.Operations.Statistics;
        var reset = await statistics.ResetAsync(isAll ? null : name, call.Cancellation);
        if (reset.Count > 0)
        {
            call.Answer.Line($"{(isAll ? "All" : name)} was set to zero.");
            if (isAll || name.Contains('*', StringComparison.Ordinal))
                call.Answer.Line($"{Count.Of(reset.Count, "statistic")} set to zero");
            return true;
        }
        var known = await statistics.ShowAsync(name, call.Cancellation);
        if (known.Count == 0)
            return call.Refuse($"{name} not found in server statistics table");
        return call.Refuse(known.Any(statistic => statistic.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) || name.Contains('*', StringComparison.Ordinal)
            ? $"{name} cannot be reset."
            : $"{name} was not reset, please use complete statistic name (Facility.Statname).");
    }
}
