using System.Globalization;
using Tell.Mta.Statistics;

namespace Tell.Commands;

/// <summary>COUNTERS, the accounts of channels and destinations as Sun's imsimta counters shows them (seed 004), and RATE (facts: sun-cisco C6).</summary>
internal static class CountersCommands
{
    private static readonly (string Heading, string Name, RateKind Kind)[] Rates =
    [
        ("Receiving", "Messages Received", RateKind.Received),
        ("", "Recipients Received", RateKind.ReceivedRecipients),
        ("Queue", "Soft Bounced Events", RateKind.SoftBounced),
        ("Completion", "Completed Recipients", RateKind.Completed),
        ("", "Hard Bounced Recipients", RateKind.HardBounced),
        ("", "Delivered Recipients", RateKind.Delivered),
    ];

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        new()
        {
            Words = "COUNTERS SHOW",
            Form = "[CHANNEL | DESTINATION [NAME]]",
            Group = "Statistics",
            Summary = "Show the account of each channel, or of each destination: what it received, delivered, gave up.",
            Detail = "Sums of events since the store was made or the last COUNTERS CLEAR; Stored is what waits or is on its way now, counted.\n"
                + "Received = Delivered + Stored + held, in messages, recipients and octets, as long as nothing is cleared. Times are in seconds.\n"
                + "The account of a destination that nothing happened to for 30 days is forgotten at housekeeping.\n\nChannels:\n"
                + StatisticsCommands.Sentences(StatisticsCatalogue.Channels),
            Handler = call => ShowAsync(host, call),
        },
        new()
        {
            Words = "COUNTERS CLEAR",
            Form = "[CHANNEL]",
            Group = "Statistics",
            Summary = "Begin the account of a channel, or of all channels, again at zero.",
            Handler = call => ClearAsync(host, call),
        },
        new()
        {
            Words = "RATE",
            Group = "Statistics",
            Summary = "Show how much was received, bounced and delivered in the last 1, 5 and 15 minutes, per hour.",
            Detail = "100 messages in one minute are 6000, 1200 and 400 an hour. After a restart rates begin at zero.",
            Handler = call => RateAsync(host, call),
        },
    ];

    private static async Task<bool> ShowAsync(ICommandHost host, CommandCall call)
    {
        var words = call.Arguments;
        if (words.Count > 2)
            return call.Usage();
        if (words is [var first, ..] && first.Equals("DESTINATION", StringComparison.OrdinalIgnoreCase))
            return await ShowDestinationsAsync(host, call, words.ElementAtOrDefault(1));
        if (words.Count > 1)
            return call.Usage();
        if (words is [var name] && Channel(name) is null)
            return NoChannel(call, name);
        AccountTable.Heading(call.Answer, "Channel");
        foreach (var account in await host.Operations.Statistics.ChannelsAsync(call.Cancellation))
        {
            if (words.Count == 0 || account.Name == Channel(words[0]))
                AccountTable.Show(call.Answer, account);
        }
        return true;
    }

    private static async Task<bool> ShowDestinationsAsync(ICommandHost host, CommandCall call, string? name)
    {
        var accounts = await host.Operations.Statistics.DestinationsAsync(name, call.Cancellation);
        if (accounts.Count == 0)
            return name is null ? call.Refuse("No destination has an account yet.") : call.Refuse($"{name} has no account: COUNTERS SHOW DESTINATION lists those that have one.");
        AccountTable.Heading(call.Answer, "Destination");
        foreach (var account in accounts)
            AccountTable.Show(call.Answer, account);
        return true;
    }

    private static async Task<bool> ClearAsync(ICommandHost host, CommandCall call)
    {
        if (call.Arguments.Count > 1)
            return call.Usage();
        if (call.Arguments is not [var name])
        {
            await host.Operations.Statistics.ResetAsync("MTA.Channel.*", call.Cancellation);
            call.Answer.Line("The counters of all channels were set to zero.");
            return true;
        }
        if (Channel(name) is not { } channel)
            return NoChannel(call, name);
        await host.Operations.Statistics.ResetAsync($"MTA.Channel.{channel}.*", call.Cancellation);
        call.Answer.Line($"The counters of {channel} were set to zero.");
        return true;
    }

    private static Task<bool> RateAsync(ICommandHost host, CommandCall call)
    {
        if (call.Arguments.Count > 0)
            return Task.FromResult(call.Usage());
        var minutes = Mta.Statistics.Rates.Minutes;
        call.Answer.Line($"{"Events per hour",-27} {string.Concat(minutes.Select(length => $"{Count.Of(length, "minute"),14}"))}".TrimEnd());
        foreach (var (heading, name, kind) in Rates)
        {
            if (heading.Length > 0)
                call.Answer.Line(heading);
            call.Answer.Line($"  {name,-25} {string.Concat(minutes.Select(length => host.Operations.Statistics.RateOf(kind, length).ToString(CultureInfo.InvariantCulture).PadLeft(14)))}");
        }
        return Task.FromResult(true);
    }

    private static string? Channel(string name) => Channels.All.FirstOrDefault(channel => channel.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool NoChannel(CommandCall call, string name) => call.Refuse($"There is no channel {name}: they are {string.Join(", ", Channels.All)}.");
}
