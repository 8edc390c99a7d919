using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Tell.Mta.Controller;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Smtp.Network;
using Tell.Smtp.Server;

namespace Tell.Mta.Inbound;

/// <summary>
/// SMTPMTA isesctl: listens on SMTPMTA_Listen and gives each connection an inbound session handler (SMTPMTA iseshlr) of its own, within
/// the limits of the settings. Stopping it first stops its handlers (facts: lotus 2): they end their command, answer 421 and close.
/// </summary>
public sealed partial class InboundSessionController(MtaContext context) : ServerTask("SMTPMTA isesctl", context)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private static readonly Reply
        Full = Reply.Of(421, "4.3.2", "Too many sessions; try again later"),
        FullForYou = Reply.Of(421, "4.7.0", "Too many sessions from your address; try again later"),
        TooFast = Reply.Of(421, "4.7.0", "Too many connections from your address; try again later");

    private readonly ConcurrentDictionary<IConnection, Task> _sessions = new();
    private readonly ClientLimits _clients = new(context.Time);
    private readonly List<IListener> _listeners = [];
    private long _sessionNumber;

    /// <summary>The addresses that are really listened on.</summary>
    public IReadOnlyList<IPEndPoint> Addresses
    {
        get
        {
            lock (_listeners)
                return [.. _listeners.Select(listener => listener.Endpoint)];
        }
    }

    /// <summary>True while housekeeping stops the task: the listeners stay open, so that new connections wait instead of being refused.</summary>
    internal bool KeepListening { get; set; }

    /// <inheritdoc/>
    protected override string Doing => Addresses.Count == 0
        ? "Listening nowhere"
        : $"{_sessions.Count} sessions; listening on {string.Join(", ", Addresses)}";

    /// <inheritdoc/>
    public override async ValueTask ReloadAsync(CancellationToken cancellation)
    {
        // Other addresses: the task ends with its sessions and begins again. One that is in use is waited for like after any other fault;
        // nobody would start the task again by hand.
        if (State != TaskState.Stopped && !Context.Settings.Listen.SequenceEqual(_asked))
        {
            await StopAsync();
            Begin();
        }
    }

    internal async ValueTask CloseListenersAsync()
    {
        IListener[] closing;
        lock (_listeners)
        {
            closing = [.. _listeners];
            _listeners.Clear();
        }
        foreach (var listener in closing)
            await listener.DisposeAsync();
    }

    private System.Collections.Immutable.ImmutableArray<IPEndPoint> _asked = [];

    /// <inheritdoc/>
    protected override async ValueTask PrepareAsync(CancellationToken cancellation)
    {
        if (Addresses.Count > 0)
            return;
        _asked = Context.Settings.Listen;
        try
        {
            foreach (var endpoint in _asked)
            {
                var listener = await Context.Network.ListenAsync(endpoint, cancellation);
                lock (_listeners)
                    _listeners.Add(listener);
            }
        }
        catch
        {
            await CloseListenersAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stop)
    {
        // Restarted after a fault, the listeners may be gone.
        await PrepareAsync(stop);
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, Context.Time);
        Task[] loops;
        lock (_listeners)
            loops = [.. _listeners.Select(listener => AcceptAsync(listener, stop))];
        try
        {
            await Task.WhenAll(loops);
            // Listening nowhere: there is nothing to accept until the settings say otherwise.
            await Wake.WaitAsync((DateTimeOffset?)null, stop);
        }
        finally
        {
            if (!KeepListening)
                await CloseListenersAsync();
            abort.CancelAfter(Grace);
            using var end = abort.Token.UnsafeRegister(static state =>
            {
                foreach (var connection in ((InboundSessionController)state!)._sessions.Keys)
                    connection.Abort();
            }, this);
            foreach (var session in _sessions.Values)
                await session;
        }
    }

    private async Task AcceptAsync(IListener listener, CancellationToken stop)
    {
        try
        {
            while (await listener.AcceptAsync(stop) is { } connection)
            {
                var session = SessionAsync(connection, stop);
                // A session that is already over has removed itself before it could be added.
                if (!session.IsCompleted)
                {
                    _sessions[connection] = session;
                    if (session.IsCompleted)
                        _sessions.TryRemove(connection, out _);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async Task SessionAsync(IConnection connection, CancellationToken stop)
    {
        var settings = Context.Settings;
        var client = connection.Remote.Address;
        var counted = false;
        await using var closing = connection;
        Context.Gauges.InboundSession(1);
        try
        {
            var refusal = Context.Gauges.InboundSessions > settings.MaxSessions ? Full
                : _clients.TryEnter(client, settings.MaxSessionsPerClient, settings.MaxRatePerClient, out counted) switch
                {
                    ClientLimit.Sessions => FullForYou,
                    ClientLimit.Rate => TooFast,
                    _ => null,
                };
            if (refusal is not null)
            {
                Context.Gauges.Add(Stat.ConnectionsRefused);
                await ServerSession.RefuseAsync(connection, refusal, stop);
                return;
            }
            Context.Gauges.Add(Stat.Connections);
            var facts = new SessionFacts($"S{Interlocked.Increment(ref _sessionNumber):X8}", connection.Remote, connection.Local);
            var options = new ServerOptions
            {
                HostName = settings.HostName,
                MaxMessageSize = settings.MaxMessageSize,
                MaxRecipients = settings.MaxRecipients,
                MaxErrors = settings.MaxErrors,
                IdleTimeout = settings.IdleTimeout,
                BareNewlines = settings.BareNewlines,
            };
            await new ServerSession(connection, options, new DocumentReceiver(Context), facts, Context.Time, Log).RunAsync(stop);
        }
        // The ladder of a session: whatever went wrong in it ends it alone.
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogSessionFailed(Log, fault, connection.Remote);
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            if (counted)
                _clients.Leave(client);
            Context.Gauges.InboundSession(-1);
            _sessions.TryRemove(connection, out _);
        }
    }

    [LoggerMessage(1102, LogLevel.Warning, "session with {Client} failed")]
    private static partial void LogSessionFailed(ILogger log, Exception fault, IPEndPoint client);
}
