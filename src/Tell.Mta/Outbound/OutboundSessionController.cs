using System.Collections.Concurrent;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Controller;
using Tell.Mta.Routing;

namespace Tell.Mta.Outbound;

/// <summary>
/// SMTPMTA osesctl: keeps one <see cref="Destination"/> for each next hop that has mail, and tells it when there is more. Hints make it
/// fast; a look at the lanes once a minute makes it right without them.
/// </summary>
public sealed class OutboundSessionController(MtaContext context) : ServerTask("SMTPMTA osesctl", context)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMinutes(1), Retire = TimeSpan.FromMinutes(10), GiveUpLease = TimeSpan.FromMinutes(2);

    // Which Destination a lane belongs to is only remembered; a relay host that all mail goes through would remember every domain for ever.
    private const int MostLanes = 10_000;

    private readonly ConcurrentDictionary<string, Destination> _byLane = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Lane, DateTimeOffset Due)> _news = new();
    private readonly Dictionary<string, (Destination Destination, Task Loop)> _byKey = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private MtaSettings _routed = context.Settings;

    /// <summary>The destinations in use, by name.</summary>
    public IReadOnlyList<DestinationStatus> Destinations
    {
        get
        {
            lock (_gate)
                return [.. _byKey.Values.Select(entry => entry.Destination.Status).OrderBy(status => status.Name, StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    protected override string Doing
    {
        get
        {
            var destinations = Destinations;
            var down = destinations.Count(status => status.State == DestinationState.Down);
            return destinations.Count == 0 ? "Idle" : $"{Context.Gauges.OutboundSessions} sessions, {destinations.Count} destinations, {down} down";
        }
    }

    /// <summary>Waiting mail for a destination (a domain, or a next hop's name; null: for all) is due now. Returns how many documents were not.</summary>
    public async ValueTask<int> DeliverNowAsync(string? destination, CancellationToken cancellation)
    {
        var made = 0;
        var keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (destination is null)
        {
            made = await Context.Queues.MakeDueAsync(WorkQueue.Outbound, null, cancellation);
        }
        else
        {
            keys.Add(destination);
            foreach (var lane in await Context.Queues.LanesAsync(WorkQueue.Outbound, cancellation))
            {
                if (!Domain.TryParse(lane.Destination, out var domain))
                    continue;
                var key = NextHop.Of(domain, Context.Settings).Key;
                if (!Names(destination, lane.Destination) && !Names(destination, key))
                    continue;
                keys.Add(key);
                made += await Context.Queues.MakeDueAsync(WorkQueue.Outbound, lane.Destination, cancellation);
            }
        }
        lock (_gate)
        {
            foreach (var (key, entry) in _byKey)
            {
                if (destination is null || keys.Contains(key))
                    entry.Destination.RetryNow();
            }
        }
        return made;
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stop)
    {
        _routed = Context.Settings;
        var services = new OutboundServices(Context, new HostFinder(Context), Log);
        using var watch = Context.Queues.Watch(WorkQueue.Outbound, Notice);
        try
        {
            var look = Context.Now;
            while (true)
            {
                if (!RoutesAlike(_routed, Context.Settings))
                {
                    _routed = Context.Settings;
                    await CloseAsync(_ => true);
                    look = Context.Now;
                }
                while (_news.TryDequeue(out var news))
                    Notice(services, news.Lane, news.Due, stop);
                if (Context.Now >= look)
                {
                    await TryLookAsync(services, stop);
                    look = Context.Now + Poll;
                }
                await Wake.WaitAsync(look, stop);
            }
        }
        finally
        {
            await CloseAsync(_ => true);
        }
    }

    private static bool Names(string destination, string name) => name.Equals(destination, StringComparison.OrdinalIgnoreCase);

    // On the engine's thread: only remembers.
    private void Notice(QueueHint hint)
    {
        if (hint.Kind != QueueHintKind.Waiting)
            return;
        if (_byLane.TryGetValue(hint.Destination, out var destination))
        {
            destination.Notice(hint.Destination, hint.Due);
            return;
        }
        _news.Enqueue((hint.Destination, hint.Due));
        Wake.Set();
    }

    private void Notice(OutboundServices services, string lane, DateTimeOffset due, CancellationToken stop, bool more = false)
    {
        if (_byLane.TryGetValue(lane, out var destination))
        {
            destination.Notice(lane, due, more);
            return;
        }
        if (!Domain.TryParse(lane, out var domain))
            return;
        var hop = NextHop.Of(domain, Context.Settings);
        bool fresh;
        lock (_gate)
        {
            fresh = !_byKey.TryGetValue(hop.Key, out var known);
            destination = fresh ? new Destination(services, hop) : known.Destination;
            if (fresh)
                _byKey[hop.Key] = (destination, Task.CompletedTask);
        }
        _byLane[lane] = destination;
        destination.Notice(lane, due, more);
        if (fresh)
        {
            var loop = destination.RunAsync(stop);
            lock (_gate)
                _byKey[hop.Key] = (destination, loop);
        }
    }

    // A fault of the store is no reason to end the sessions that are under way.
    private async ValueTask TryLookAsync(OutboundServices services, CancellationToken stop)
    {
        try
        {
            await LookAsync(services, stop);
        }
        catch (StoreException fault)
        {
            OutboundLog.Stumbled(Log, fault, Title);
        }
    }

    private async ValueTask LookAsync(OutboundServices services, CancellationToken stop)
    {
        // Closed before the lanes are asked for: a hint to one that is just being closed is made good here.
        var since = Context.Now - Retire;
        await CloseAsync(destination => destination.IdleSince(since));
        if (_byLane.Count > MostLanes)
            _byLane.Clear();
        foreach (var lane in await Context.Queues.LanesAsync(WorkQueue.Outbound, stop))
            Notice(services, lane.Destination, lane.EarliestDue, stop, more: true);
        await GiveUpOldAsync(services, stop);
    }

    // Other changes are read where they matter, and end no session.
    private static bool RoutesAlike(MtaSettings one, MtaSettings other) =>
        one.RelayHost == other.RelayHost
        && one.OutboundPort == other.OutboundPort
        && one.DnsServers.SequenceEqual(other.DnsServers)
        && one.Routes.Count == other.Routes.Count
        && one.Routes.All(route => other.Routes.TryGetValue(route.Key, out var host) && host == route.Value);

    // Mail of a destination that is down is not touched, so its age is looked after here.
    private async ValueTask GiveUpOldAsync(OutboundServices services, CancellationToken stop)
    {
        const int most = 500;
        while (true)
        {
            var old = await Context.Queues.TakeOlderAsync(WorkQueue.Outbound, Context.Now - Context.Settings.ExpireAfter, most, GiveUpLease, stop);
            if (old.Count == 0)
                return;
            var settlements = old.Select(services.Outcome.GiveUp).ToList();
            var done = await Context.Queues.SettleAsync(settlements, CancellationToken.None);
            for (var i = 0; i < done.Count; i++)
            {
                if (done[i])
                    TransferFacts.Write(Context.Transfers, settlements[i]);
            }
        }
    }

    private async ValueTask CloseAsync(Func<Destination, bool> which)
    {
        List<(Destination Destination, Task Loop)> closing;
        lock (_gate)
        {
            closing = [.. _byKey.Values.Where(entry => which(entry.Destination))];
            foreach (var (destination, _) in closing)
                _byKey.Remove(destination.Name);
        }
        foreach (var (destination, _) in closing)
        {
            foreach (var lane in _byLane)
            {
                if (lane.Value == destination)
                    _byLane.TryRemove(lane);
            }
            destination.Close();
        }
        foreach (var (destination, loop) in closing)
        {
            await loop;
            destination.Dispose();
        }
    }
}
