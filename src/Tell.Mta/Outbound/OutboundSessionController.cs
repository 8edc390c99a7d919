using System.Collections.Concurrent;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Controller;
using Tell.Mta.Routing;

namespace Tell.Mta.Outbound;

/// <summary>
/// SMTPMTA osesctl: keeps a <see cref="Destination"/> for each site that has mail, tells it when there is more, and begins its steps when they
/// are due. Hints make it fast; a look at the lanes once a minute makes it right without them.
/// </summary>
public sealed class OutboundSessionController(MtaContext context) : ServerTask("SMTPMTA osesctl", context), IDeliverNow
{
    private static readonly TimeSpan Poll = TimeSpan.FromMinutes(1), Retire = TimeSpan.FromMinutes(10);

    private readonly ConcurrentQueue<(string Lane, DateTimeOffset Due)> _news = new();
    private volatile DestinationTable? _table;

    /// <summary>The destinations in use, by name.</summary>
    public IReadOnlyList<DestinationStatus> Destinations =>
        [.. (_table?.All ?? []).Select(destination => destination.Status).OrderBy(status => status.Name, StringComparer.Ordinal)];

    /// <summary>
    /// All that is known of the destination of a domain, or of the one with that name; null where it has none in use. For a domain that has no mail but
    /// reports that is the one of its reports; "report:" and the domain always names that.
    /// </summary>
    public async ValueTask<HostStatus?> StatusOfAsync(string name, CancellationToken cancellation)
    {
        if (_table is not { } table)
            return null;
        var lane = name.ToLowerInvariant();
        var destination = table.Of(lane) ?? table.All.FirstOrDefault(known => Names(name, known.Name)) ?? table.Of(ReportLane.Prefix + lane);
        return destination is null ? null : await destination.DescribeAsync(cancellation);
    }

    /// <inheritdoc/>
    protected override string Doing => Context.Gauges.Destinations == 0
        ? "Idle"
        : $"{Context.Gauges.OutboundSessions} sessions, {Context.Gauges.Destinations} destinations, {Context.Gauges.DestinationsDown} down";

    /// <summary>Waiting mail, reports too, for a destination (a domain or another lane, or a next hop's name; null: for all) is due now. Returns how many documents were not.</summary>
    public async ValueTask<int> DeliverNowAsync(string? destination, CancellationToken cancellation)
    {
        var made = 0;
        if (destination is null)
        {
            made = await Context.Queues.MakeDueAsync(WorkQueue.Outbound, null, cancellation);
            foreach (var known in _table?.All ?? [])
                known.RetryNow();
            return made;
        }
        foreach (var lane in await Context.Queues.LanesAsync(WorkQueue.Outbound, cancellation))
        {
            if (NextHop.Of(lane.Destination, Context) is not { } hop)
                continue;
            var known = _table?.Of(lane.Destination);
            if (!Leads(lane.Destination, hop, known?.Site, destination))
                continue;
            made += await Context.Queues.MakeDueAsync(WorkQueue.Outbound, lane.Destination, cancellation);
            known?.RetryNow();
        }
        return made;
    }

    /// <summary>The Connection documents or destination controls may have changed: it looks at them now.</summary>
    public void Reroute() => Wake.Set();

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stop)
    {
        var services = new OutboundServices(Context, new HostFinder(Context), new HostMemory(Context.Time), NewSlots(), NewReportSlots(), Log);
        Context.DestinationOf = lane => _table?.Of(lane)?.Status;
        using var watch = Context.Queues.Watch(WorkQueue.Outbound, Notice);
        while (true)
        {
            // Where the routes change, what was known of every next hop ends with its sessions, and those that wait for one are gone.
            services = services with { Slots = NewSlots(), ReportSlots = NewReportSlots() };
            using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, Context.Time);
            var table = _table = new DestinationTable(services, Wake.Set);
            try
            {
                await ServeAsync(table, stop, abort.Token);
            }
            finally
            {
                _table = null;
                abort.CancelAfter(OutboundServices.Grace);
                await table.EndAsync(abort.Token);
            }
        }
    }

    // Ends when the routes have changed.
    private async Task ServeAsync(DestinationTable table, CancellationToken stop, CancellationToken abort)
    {
        var (routed, connections) = (Context.Settings, Context.Connections.All);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var (look, looking) = (Context.Now, Task.CompletedTask);
        try
        {
            while (RoutesAlike(routed, Context.Settings) && connections == Context.Connections.All)
            {
                while (_news.TryDequeue(out var news))
                    table.Notice(news.Lane, news.Due);
                if (Context.Now >= look)
                {
                    look = Context.Now + Poll;
                    // A look that takes longer than that is not overtaken.
                    if (looking.IsCompleted)
                        looking = LookAsync(table, ending.Token);
                }
                var now = Context.Now;
                while (table.TakeDue(now) is { } destination)
                {
                    destination.Begin(ending.Token, abort);
                    // Mail that comes while a flood of reports is begun does not wait for its end.
                    while (_news.TryDequeue(out var news))
                        table.Notice(news.Lane, news.Due);
                }
                await Wake.WaitAsync(table.Next is { } next && next < look ? next : look, stop);
            }
        }
        finally
        {
            ending.Cancel();
            await looking;
        }
    }

    private SessionSlots NewSlots() => new(() => Context.Settings.MaxOutboundSessions);

    private SessionSlots NewReportSlots() => new(() => Context.Settings.MaxReportSessions);

    // A lane is known by its domain or as it is, for mail as for reports.
    private static bool Leads(string lane, NextHop hop, Site? site, string name) =>
        Names(name, lane) || Names(name, ReportLane.MailLane(lane)) || Names(name, hop.Key) || Names(name, site?.Name) || Names(name, site?.Title);

    private static bool Names(string destination, string? name) => destination.Equals(name, StringComparison.OrdinalIgnoreCase);

    // On the engine's thread: only remembers.
    private void Notice(QueueHint hint)
    {
        if (hint.Kind != QueueHintKind.Waiting || _table?.TryNotice(hint.Destination, hint.Due, more: false) == true)
            return;
        _news.Enqueue((hint.Destination, hint.Due));
        Wake.Set();
    }

    // Beside the loop, which never waits for the store. A fault of the store is no reason to end the sessions that are under way.
    private async Task LookAsync(DestinationTable table, CancellationToken stop)
    {
        try
        {
            // Retired before the lanes are asked for: a hint to one that is just being retired is made good here.
            table.Retire(Context.Now - Retire);
            foreach (var lane in await Context.Queues.LanesAsync(WorkQueue.Outbound, stop))
                table.Notice(lane.Destination, lane.EarliestDue);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (StoreException fault)
        {
            OutboundLog.Stumbled(Log, fault, Title);
        }
    }

    // Other changes are read where they matter, and end no session.
    private static bool RoutesAlike(MtaSettings one, MtaSettings other) =>
        one.RelayHost == other.RelayHost
        && one.OutboundPort == other.OutboundPort
        && one.DnsServers.SequenceEqual(other.DnsServers)
        && one.Routes.Count == other.Routes.Count
        && one.Routes.All(route => other.Routes.TryGetValue(route.Key, out var host) && host == route.Value);
}
