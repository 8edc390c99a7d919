using Tell.Documents;
using Tell.Mta.Statistics;

namespace Tell.Mta.Operations;

/// <summary>
/// Statistics as operators see and reset them: counters, the accounts of channels and destinations, rates, times in queue, gauges. Counters
/// are sums of events that only <see cref="ResetAsync"/> ends; it takes away what it has read, in one transaction, so that an event between the reading and
/// the transaction is counted still.
/// </summary>
public sealed class StatisticsDesk
{
    /// <summary>The account of a destination that nothing happened to for so long is forgotten at housekeeping.</summary>
    public static readonly TimeSpan DestinationsKept = TimeSpan.FromDays(30);

    private const string Destination = "MTA.Destination";

    private readonly MtaContext _context;

    // Two resets at a time would take the same value away twice.
    private readonly SemaphoreSlim _reset = new(1);

    internal StatisticsDesk(MtaContext context) => _context = context;

    /// <summary>
    /// SHOW STAT: the statistics whose name is, or lies below, the pattern ("MTA", "MTA.Received", "MTA.Del*"; null: all), by name. Those of destinations are
    /// many and only among them where the pattern begins with MTA.Destination.
    /// </summary>
    public async Task<IReadOnlyList<Statistic>> ShowAsync(string? pattern, CancellationToken cancellation)
    {
        var values = new SortedDictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        var match = new StatisticPattern(pattern);
        if (match.BeginsWith(Destination))
        {
            foreach (var account in await DestinationsAsync(null, cancellation))
                Add(values, $"{Destination}.{account.Name}", account);
        }
        else
        {
            var counters = await _context.Queues.CountersAsync(cancellation);
            foreach (var name in StatisticsCatalogue.Counters.Keys)
                values[name] = 0;
            foreach (var (name, value) in counters)
                values[name] = value;
            foreach (var name in Channels.All.SelectMany(QueueTimes.CountersOf))
                values.Remove(name);
            AddRates(values);
            AddGauges(values);
            if (match.MayBeBelow("MTA.Channel") || match.MayBeBelow("MTA.QueueTime"))
            {
                foreach (var account in await ChannelsAsync(counters, cancellation))
                    AddChannel(values, account);
            }
        }
        return [.. values.Where(value => match.Fits(value.Key)).Select(value => new Statistic(value.Key, value.Value))];
    }

    /// <summary>COUNTERS SHOW: the accounts of the channels, by name.</summary>
    public async Task<IReadOnlyList<Account>> ChannelsAsync(CancellationToken cancellation) =>
        await ChannelsAsync(await _context.Queues.CountersAsync(cancellation), cancellation);

    /// <summary>COUNTERS SHOW DESTINATION: the accounts of destinations, by name; null: of all that have one.</summary>
    public async Task<IReadOnlyList<Account>> DestinationsAsync(string? name, CancellationToken cancellation)
    {
        var accounts = new SortedDictionary<string, (Traffic Traffic, Amount Stored)>(StringComparer.OrdinalIgnoreCase);
        foreach (var (destination, traffic) in await _context.Queues.TrafficAsync(TrafficKind.Destination, cancellation))
            accounts[destination] = (traffic, default);
        foreach (var stored in await _context.Queues.StoredAsync(WorkQueue.Outbound, cancellation))
        {
            var destination = Channels.DestinationOf(WorkQueue.Outbound, stored.Destination)!;
            var (traffic, earlier) = accounts.GetValueOrDefault(destination);
            accounts[destination] = (traffic, earlier + new Amount(stored.Messages, stored.Recipients, stored.Octets));
        }
        return [.. accounts.Where(account => name is null || account.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(account => new Account(TrafficKind.Destination, account.Key, account.Value.Traffic, account.Value.Stored) { Timed = account.Value.Traffic.Delivered.Messages })];
    }

    /// <summary>RATE: how much happened in the last so many minutes (<see cref="Rates.Minutes"/>), per hour.</summary>
    public long RateOf(RateKind kind, int minutes) => _context.Rates.PerHour(kind, minutes);

    /// <summary>
    /// SET STATISTICS, COUNTERS CLEAR: the counters that the pattern names to zero, in one transaction. Returns their names; empty where there is none. Gauges are what
    /// they are.
    /// </summary>
    public async Task<IReadOnlyList<string>> ResetAsync(string? pattern, CancellationToken cancellation)
    {
        var match = new StatisticPattern(pattern) { IsExact = true };
        var (names, changes, traffic) = (new SortedSet<string>(StringComparer.OrdinalIgnoreCase), new List<CounterChange>(), new List<TrafficChange>());
        // Without the token: a wait that can be cancelled completes on the thread pool.
        await _reset.WaitAsync(CancellationToken.None);
        try
        {
            var counters = await _context.Queues.CountersAsync(cancellation);
            foreach (var name in StatisticsCatalogue.Counters.Keys.Concat(Channels.All.SelectMany(channel => Door.CountersOf(channel))).Concat(counters.Keys.Where(name => !QueueTimes.IsOne(name))))
            {
                if (match.Fits(name) && names.Add(name))
                    Take(name);
            }
            foreach (var (kind, prefix) in Kinds(match))
            {
                var accounts = await _context.Queues.TrafficAsync(kind, cancellation);
                foreach (var account in kind == TrafficKind.Channel ? Channels.All : accounts.Keys)
                {
                    foreach (var column in AccountColumn.All.Where(column => match.Fits($"{prefix}.{account}.{column.Name}")))
                        TakeColumn(kind, prefix, account, column, accounts.GetValueOrDefault(account));
                }
            }
            if (changes.Count + traffic.Count > 0)
                await _context.Queues.ChangeCountersAsync(changes, traffic, cancellation);
            return [.. names];

            void Take(string name)
            {
                if (counters.GetValueOrDefault(name) is not 0 and var value)
                    changes.Add(new CounterChange(name, -value));
            }

            void TakeColumn(TrafficKind kind, string prefix, string account, AccountColumn column, Traffic sums)
            {
                names.Add($"{prefix}.{account}.{column.Name}");
                if (column.Value(sums) is not 0 and var value)
                    traffic.Add(new TrafficChange(kind, account, column.Delta(-value)));
                // The distribution of the times begins again with their sum.
                if (kind != TrafficKind.Channel || column.Name != AccountColumn.QueueTime)
                    return;
                foreach (var name in QueueTimes.CountersOf(account))
                    Take(name);
            }
        }
        finally
        {
            _reset.Release();
        }
    }

    /// <summary>
    /// COUNTERS CLEAR DESTINATION: the account of a destination, or (null) of all of them, to zero, in one transaction. Returns how many accounts there were.
    /// </summary>
    public async Task<int> ResetDestinationsAsync(string? name, CancellationToken cancellation)
    {
        await _reset.WaitAsync(CancellationToken.None);
        try
        {
            var accounts = (await _context.Queues.TrafficAsync(TrafficKind.Destination, cancellation)).Where(account => name is null || account.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray();
            TrafficChange[] changes = [.. accounts.SelectMany(account => AccountColumn.All
                .Where(column => column.Value(account.Value) != 0)
                .Select(column => new TrafficChange(TrafficKind.Destination, account.Key, column.Delta(-column.Value(account.Value)))))];
            if (changes.Length > 0)
                await _context.Queues.ChangeCountersAsync([], changes, cancellation);
            return accounts.Length;
        }
        finally
        {
            _reset.Release();
        }
    }

    private static IEnumerable<(TrafficKind, string)> Kinds(StatisticPattern match)
    {
        if (match.MayBeBelow("MTA.Channel"))
            yield return (TrafficKind.Channel, "MTA.Channel");
        if (match.BeginsWith(Destination) || match.IsAll)
            yield return (TrafficKind.Destination, Destination);
    }

    private async ValueTask<IReadOnlyList<Account>> ChannelsAsync(IReadOnlyDictionary<string, long> counters, CancellationToken cancellation)
    {
        var accounts = await _context.Queues.TrafficAsync(TrafficKind.Channel, cancellation);
        var stored = new Dictionary<string, Amount>(StringComparer.Ordinal);
        foreach (var queue in WorkQueues.All)
        {
            foreach (var lane in await _context.Queues.StoredAsync(queue, cancellation))
            {
                var channel = Channels.Of(queue, lane.Destination);
                stored[channel] = stored.GetValueOrDefault(channel) + new Amount(lane.Messages, lane.Recipients, lane.Octets);
            }
        }
        return [.. Channels.All.Select(channel => new Account(TrafficKind.Channel, channel, accounts.GetValueOrDefault(channel), stored.GetValueOrDefault(channel))
        {
            Door = Door.Of(channel, counters),
            Timed = QueueTimes.Count(channel, counters),
            Percentiles = (QueueTimes.Percentile(channel, 0.5, counters), QueueTimes.Percentile(channel, 0.9, counters), QueueTimes.Percentile(channel, 0.99, counters)),
        })];
    }

    private static void AddChannel(SortedDictionary<string, long> values, Account account)
    {
        foreach (var name in Door.CountersOf(account.Name))
            values.TryAdd(name, 0);
        Add(values, $"MTA.Channel.{account.Name}", account);
        values[$"MTA.QueueTime.{account.Name}.Average"] = account.Average;
        values[$"MTA.QueueTime.{account.Name}.P50"] = account.Percentiles.P50;
        values[$"MTA.QueueTime.{account.Name}.P90"] = account.Percentiles.P90;
        values[$"MTA.QueueTime.{account.Name}.P99"] = account.Percentiles.P99;
    }

    private static void Add(SortedDictionary<string, long> values, string prefix, Account account)
    {
        foreach (var column in AccountColumn.All.Where(column => account.Kind == TrafficKind.Channel || !column.IsOfChannels))
            values[$"{prefix}.{column.Name}"] = column.Value(account.Traffic);
        values[$"{prefix}.Stored.Messages"] = account.Stored.Messages;
        values[$"{prefix}.Stored.Recipients"] = account.Stored.Recipients;
        values[$"{prefix}.Stored.Octets"] = account.Stored.Octets;
    }

    private void AddRates(SortedDictionary<string, long> values)
    {
        foreach (var kind in Enum.GetValues<RateKind>())
        {
            foreach (var minutes in Rates.Minutes)
                values[$"MTA.Rate.{kind}.{minutes}m"] = RateOf(kind, minutes);
        }
    }

    private void AddGauges(SortedDictionary<string, long> values)
    {
        foreach (var queue in WorkQueues.All)
        {
            foreach (var state in Enum.GetValues<DocumentState>().Where(state => state != DocumentState.LockedForXmit || queue == WorkQueue.Outbound))
                values[NameOf(queue, state)] = 0;
        }
        foreach (var count in _context.Queues.Counts())
            values[NameOf(count.Queue, count.State)] = count.Documents;
        var gauges = _context.Gauges;
        values["MTA.Sessions.Inbound"] = gauges.InboundSessions;
        values["MTA.Sessions.Outbound"] = gauges.OutboundSessions;
        values["MTA.Overload"] = gauges.Overload;
        values["MTA.Destinations"] = gauges.Destinations;
        values["MTA.Destinations.Down"] = gauges.DestinationsDown;

        static string NameOf(WorkQueue queue, DocumentState state) => $"MTA.{queue.Title()}.{(state == DocumentState.LockedForXmit ? "Locked" : state.ToString())}";
    }
}
