using System.Globalization;
using Tell.Mta.Outbound;
using Tell.Mta.Routing;

namespace Tell.Commands;

/// <summary>HOSTSTATUS: all that is known of one next hop (facts: IronPort).</summary>
internal static class HostStatusCommand
{
    /// <summary>The row.</summary>
    public static Command Row(ICommandHost host) => new()
    {
        Words = "HOSTSTATUS",
        Form = "NAME",
        Group = "Queues",
        Summary = "Show all that is known of a next hop: up or down, its hosts, sessions, the last error, and the limits in force.",
        Detail = "NAME is a domain with mail, or a next hop as SHOW DESTINATIONS shows it. Times are UTC.\nA host marked \"skipped\" has failed too often and is left out for a while.\nThe counters are those of the domains whose mail waits for it: see HELP COUNTERS.",
        Handler = async call =>
        {
            if (call.Arguments is not [var name])
                return call.Usage();
            if (await host.Operations.ShowHostAsync(name, call.Cancellation) is not { } status)
                return call.Refuse($"No mail is on its way to {name}: SHOW DESTINATIONS lists the next hops in use.");
            Show(status, call.Answer);
            var names = status.Lanes.Append(name).Select(ReportLane.MailLane).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var accounts = (await host.Operations.Statistics.DestinationsAsync(null, call.Cancellation)).Where(account => names.Contains(account.Name)).ToArray();
            if (accounts.Length > 0)
            {
                call.Answer.Line();
                AccountTable.Heading(call.Answer, "Counters");
            }
            foreach (var account in accounts)
                AccountTable.Show(call.Answer, account);
            return true;
        },
    };

    private static void Show(HostStatus status, Answer answer)
    {
        var (hop, limits) = (status.Destination, status.Limits);
        var more = status.LaneCount > status.Lanes.Length ? Number($" and {status.LaneCount - status.Lanes.Length} more") : "";
        answer.Table(
        [
            ["  Next hop:", hop.Name],
            ["  Host up/down:", hop.State.ToString().ToLowerInvariant()],
            .. hop is { State: DestinationState.Down, RetryAt: { } at } ? (IEnumerable<IReadOnlyList<string>>)[(string[])["  Tried again at:", Time(at)]] : [],
            ["  Last error:", hop.Failure is { } failure ? $"{Time(failure.Time)} {failure.Host}: {failure.Text}" : "none"],
            ["  Mail waits for:", status.Lanes.IsEmpty ? "nobody" : string.Join(", ", status.Lanes) + more],
            ["  Sessions:", Number($"{hop.Sessions} of {Math.Min(hop.Bears, limits.Connections)}, at most {limits.Connections}")],
            ["  Documents taken:", Number($"{hop.Taken}, of which {hop.Window} wait for a session")],
            ["  Messages per session:", Number($"{limits.MessagesPerConnection}")],
            ["  Recipients:", limits.RecipientLimit == 0 ? "no limit" : Number($"{limits.RecipientLimit} in {limits.RecipientWindow.TotalMinutes} minutes")],
            ["  Retries after:", string.Join(", ", limits.RetryIntervals.Select(Length))],
            ["  Given up after:", Length(limits.ExpireAfter)],
            ["  Our name and address:", string.Join(" ", limits.SourceAddresses.Select(source => source.ToString()).Prepend(limits.HeloName))],
        ]);
        foreach (var known in status.Hosts)
            answer.Line($"  {known.Name} {known.Address}{(known.Skipped ? " skipped" : "")}");
        if (status.Hosts.IsEmpty)
            answer.Line($"  No host: {status.Trouble}");
    }

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Length(TimeSpan length) => System.Xml.XmlConvert.ToString(length);

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
