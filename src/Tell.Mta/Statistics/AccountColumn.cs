using System.Collections.Immutable;
using Tell.Documents;

namespace Tell.Mta.Statistics;

/// <summary>A number of the account of a channel or destination, as SHOW STAT names it.</summary>
/// <param name="Name">What follows the name of the channel or destination.</param>
/// <param name="Sentence">What it means.</param>
/// <param name="Value">Reads it.</param>
/// <param name="Delta">An account in which it alone is that much.</param>
public sealed record AccountColumn(string Name, string Sentence, Func<Traffic, long> Value, Func<long, Traffic> Delta)
{
    /// <summary>The time in the queue: the counters of <see cref="QueueTimes"/> go with it.</summary>
    public const string QueueTime = "QueueTime";

    /// <summary>All that travel with documents. What is refused at the door and the connections of a channel are counters under names of this form (<see cref="Door"/>).</summary>
    public static ImmutableArray<AccountColumn> All { get; } =
    [
        .. Amounts("Received", "put into its queue, by any other channel", account => account.Received, amount => new Traffic { Received = amount }),
        .. Amounts("Delivered", "taken out of its queue for good: delivered, put into another, or given back", account => account.Delivered, amount => new Traffic { Delivered = amount }),
        new("Delivered.First", "of the messages delivered, those at the first attempt", account => account.DeliveredFirst, value => new Traffic { DeliveredFirst = value }),
        .. Amounts("Submitted", "put by it into the queue of any other channel", account => account.Submitted, amount => new Traffic { Submitted = amount }),
        .. Amounts("Attempted", "tried, and failed for now", account => account.Attempted, amount => new Traffic { Attempted = amount }),
        .. Amounts("Failed", "given up for good; counted as delivered too", account => account.Failed, amount => new Traffic { Failed = amount }),
        new(QueueTime, "milliseconds that the messages delivered were in its queue, together", account => account.QueueTime, value => new Traffic { QueueTime = value }),
        new("QueueTimeFirst", "the same of those delivered at the first attempt", account => account.QueueTimeFirst, value => new Traffic { QueueTimeFirst = value }),
    ];

    /// <summary>True where only channels have it: a destination submits nothing.</summary>
    public bool IsOfChannels => Name.StartsWith("Submitted.", StringComparison.Ordinal);

    private static IEnumerable<AccountColumn> Amounts(string name, string sentence, Func<Traffic, Amount> value, Func<Amount, Traffic> delta) =>
    [
        new($"{name}.Messages", $"messages {sentence}", account => value(account).Messages, number => delta(new Amount(number, 0, 0))),
        new($"{name}.Recipients", $"recipients {sentence}", account => value(account).Recipients, number => delta(new Amount(0, number, 0))),
        new($"{name}.Octets", $"octets {sentence}", account => value(account).Octets, number => delta(new Amount(0, 0, number))),
    ];
}
