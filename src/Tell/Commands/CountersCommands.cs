using System.Globalization;
using Tell.Documents;
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
                + "Delivered is what has left the queue for good, Failed the part of it that was given up. Received = Delivered + Stored + held, in\n"
                + "messages, recipients and octets, as long as nothing is cleared. Times are in seconds; of what was released they count from then.\n"
                + "The account of a destination that nothing happened to for 30 days is forgotten at housekeeping.\n\nChannels:\n"
                + StatisticsCommands.Sentences(StatisticsCatalogue.Channels),
            Handler = call => ShowAsync(host, call),
        },
        new()
        {
            Words = "COUNTERS CLEAR",
            Form = "[CHANNEL | DESTINATION [NAME]]",
            Group = "Statistics",
            Summary = "Begin the account of a channel, of a destination, or of all channels, again at zero.",
            Detail = "COUNTERS CLEAR is all channels, COUNTERS CLEAR DESTINATION all destinations. SET STATISTICS sets single counters to zero.",
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
        var accounts = await host.Operations.Statistics.ChannelsAsync(call.Cancellation);
        var shown = accounts.Where(account => words.Count == 0 ? IsUsed(account) : account.Name == Channel(words[0])).ToArray();
        if (shown.Length > 0)
            AccountTable.Heading(call.Answer, "Channel");
        foreach (var account in shown)
            AccountTable.Show(call.Answer, account);
        if (words.Count == 0 && shown.Length < accounts.Count)
            call.Answer.Line($"Nothing counted in: {string.Join(", ", accounts.Except(shown).Select(account => account.Name))}.");
        return true;
    }

    private static async Task<bool> ShowDestinationsAsync(ICommandHost host, CommandCall call, string? name)
    {
        var accounts = await host.Operations.Statistics.DestinationsAsync(name, call.Cancellation);
        if (accounts.Count == 0)
            return name is null ? call.Refuse("No destination has an account yet.") : NoAccount(call, name);
        AccountTable.Heading(call.Answer, "Destination");
        foreach (var account in accounts)
            AccountTable.Show(call.Answer, account);
        return true;
    }

    private static async Task<bool> ClearAsync(ICommandHost host, CommandCall call)
    {
        if (call.Arguments is [var word, ..] && word.Equals("DESTINATION", StringComparison.OrdinalIgnoreCase))
            return await ClearDestinationsAsync(host, call);
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

    private static async Task<bool> ClearDestinationsAsync(ICommandHost host, CommandCall call)
    {
        if (call.Arguments.Count > 2)
            return call.Usage();
        var name = call.Arguments.ElementAtOrDefault(1);
        var cleared = await host.Operations.Statistics.ResetDestinationsAsync(name, call.Cancellation);
        if (cleared == 0 && name is not null)
            return NoAccount(call, name);
        call.Answer.Line(name is null ? $"The counters of {Count.Of(cleared, "destination")} were set to zero." : $"The counters of {name} were set to zero.");
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

    private static bool IsUsed(Account account) => (account.Traffic, account.Stored) != default || account.Door is { } door && door != Door.None;

    private static string? Channel(string name) => Channels.All.FirstOrDefault(channel => channel.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool NoAccount(CommandCall call, string name) => call.Refuse($"{name} has no account: COUNTERS SHOW DESTINATION lists those that have one.");

    private static bool NoChannel(CommandCall call, string name) => call.Refuse(
        $"There is no channel {name}: they are {string.Join(", ", Channels.All)}.{(name.Contains('.', StringComparison.Ordinal) ? $" For a destination: {call.Command.Words} DESTINATION {name}" : "")}");
}
