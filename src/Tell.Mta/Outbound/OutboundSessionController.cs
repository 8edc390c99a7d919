using System.Collections.Concurrent;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Controller;
using Tell.Mta.Routing;

namespace Tell.Mta.Outbound;

/// <summary>
/// SMTPMTA osesctl: keeps one <see cref="Destination"/> for each next hop that has mail, and tells it when there is more. Hints make it
/// fast; a look at the lanes once a minute makes it right without them.
/// </summary>
public sealed class OutboundSessionController(MtaContext context) : ServerTask("SMTPMTA osesctl", context)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMinutes(1), Retire = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Destination> _byLane = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Lane, DateTimeOffset Due)> _news = new();
    private readonly Dictionary<string, (Destination Destination, Task Loop)> _byKey = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private volatile bool _routesChanged;

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

    /// <inheritdoc/>
    public override ValueTask ReloadAsync(CancellationToken cancellation)
    {
        _routesChanged = true;
        return base.ReloadAsync(cancellation);
    }

    /// <summary>Waiting mail for a destination (a domain, or a next hop's name; null: for all) is due now. Returns how many documents were not.</summary>
    public async ValueTask<int> DeliverNowAsync(string? destination, CancellationToken cancellation)
    {
        var made = 0;
        if (destination is null)
        {
            made = await Context.Queues.MakeDueAsync(WorkQueue.Outbound, null, cancellation);
        }
        else
        {
            foreach (var lane in await Context.Queues.LanesAsync(WorkQueue.Outbound, cancellation))
            {
                if (Names(destination, lane.Destination))
                    made += await Context.Queues.MakeDueAsync(WorkQueue.Outbound, lane.Destination, cancellation);
            }
        }
        lock (_gate)
        {
            foreach (var (key, entry) in _byKey)
            {
                if (destination is null || Names(destination, key) || _byLane.Any(lane => lane.Value == entry.Destination && Names(destination, lane.Key)))
                    entry.Destination.RetryNow();
            }
        }
        return made;
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stop)
    {
        var services = new OutboundServices(Context, new HostFinder(Context), Log);
        using var watch = Context.Queues.Watch(WorkQueue.Outbound, Notice);
        try
        {
            var look = Context.Now;
            while (true)
            {
                if (_routesChanged)
                {
                    _routesChanged = false;
                    await CloseAsync(_ => true);
                    await services.Hosts.DisposeAsync();
                    services = services with { Hosts = new HostFinder(Context) };
                    look = Context.Now;
                }
                while (_news.TryDequeue(out var news))
                    Notice(services, news.Lane, news.Due, stop);
                if (Context.Now >= look)
                {
                    await LookAsync(services, stop);
                    look = Context.Now + Poll;
                }
                await Wake.WaitAsync(look, stop);
            }
        }
        finally
        {
            await CloseAsync(_ => true);
            await services.Hosts.DisposeAsync();
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

    private async ValueTask LookAsync(OutboundServices services, CancellationToken stop)
    {
        await GiveUpOldAsync(services, stop);
        foreach (var lane in await Context.Queues.LanesAsync(WorkQueue.Outbound, stop))
            Notice(services, lane.Destination, lane.EarliestDue, stop, more: true);
        var since = Context.Now - Retire;
        await CloseAsync(destination => destination.IdleSince(since));
    }

    // Mail of a destination that is down is not touched, so its age is looked after here.
    private async ValueTask GiveUpOldAsync(OutboundServices services, CancellationToken stop)
    {
        const int most = 500;
        while (true)
        {
            var old = await Context.Queues.TakeOlderAsync(WorkQueue.Outbound, Context.Now - Context.Settings.ExpireAfter, most, OutboundServices.LeaseLength, stop);
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
