using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Tell.Mta.Controller;
using Tell.Mta.Outbound;
using Tell.Smtp.Network;

namespace Tell.Mta.Inbound;

/// <summary>
/// SMTPMTA isesctl: keeps the listeners of the settings open and gives each connection an inbound session handler (SMTPMTA iseshlr) of its
/// own. Stopping it first stops its handlers (facts: lotus 2): they end their command, answer 421 and close.
/// </summary>
public sealed partial class InboundSessionController : ServerTask
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3), ListenAgain = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<IConnection, Task> _sessions = new();
    private readonly Listeners _listeners;
    private readonly Pressure _pressure;
    private readonly ServerCertificates _certificates;
    private readonly SessionHandler _handler;
    private string? _listenProblem;

    internal InboundSessionController(MtaContext context, IDeliverNow outbound)
        : base("SMTPMTA isesctl", context)
    {
        _listeners = new Listeners(context);
        _pressure = new Pressure(context);
        _certificates = new ServerCertificates(context, Log);
        _handler = new SessionHandler(new InboundServices(context, new Limits(context), _pressure, _certificates, new Turns(context, outbound), Log));
    }

    /// <summary>The addresses that are really listened on, and what for, those for other MTAs first.</summary>
    public IReadOnlyList<string> Listeners => [.. _listeners.Open.Select(listener => listener.Words)];

    /// <summary>How mail is taken: "normal", or "slowed" or "refused" with the figures.</summary>
    public string Intake => _pressure.Words;

    /// <summary>True while housekeeping stops the task: the listeners stay open, so that new connections wait instead of being refused.</summary>
    internal bool KeepListening { get; set; }

    /// <inheritdoc/>
    protected override string Doing => Listeners is { Count: > 0 } listeners
        ? $"{_sessions.Count} sessions; listening on {string.Join(", ", listeners)}{(_pressure.Words == "normal" ? "" : "; intake " + _pressure.Words)}"
        : "Listening nowhere";

    /// <inheritdoc/>
    public override async ValueTask ReloadAsync(CancellationToken cancellation)
    {
        if (State == TaskState.Stopped)
            return;
        // An address that is in use is waited for: nobody would try it again by hand.
        await TryAdjustAsync(cancellation);
        Wake.Set();
    }

    /// <summary>Looks at the files of the certificates again; returns what cannot be used.</summary>
    internal IReadOnlyList<string> RefreshCertificates() => _certificates.Refresh();

    internal ValueTask CloseListenersAsync() => _listeners.CloseAsync();

    /// <inheritdoc/>
    protected override async ValueTask PrepareAsync(CancellationToken cancellation)
    {
        _certificates.Load();
        try
        {
            await _listeners.AdjustAsync(cancellation);
        }
        catch
        {
            await _listeners.CloseAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _pressure.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stop)
    {
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, Context.Time);
        using var run = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watch = _pressure.WatchAsync(run.Token);
        var loops = new Dictionary<InboundListener, Task>();
        try
        {
            while (true)
            {
                // Restarted after a fault or housekeeping, some listeners may be missing.
                var all = await TryAdjustAsync(stop);
                foreach (var (listener, loop) in loops.Where(pair => pair.Value.IsCompleted).ToArray())
                {
                    loops.Remove(listener);
                    await loop;
                }
                foreach (var listener in _listeners.Open.Where(listener => !loops.ContainsKey(listener)))
                    loops.Add(listener, AcceptAsync(listener, run.Token));
                await Wake.WaitAsync(all ? (DateTimeOffset?)null : Context.Now + ListenAgain, stop);
            }
        }
        finally
        {
            run.Cancel();
            if (!KeepListening)
                await _listeners.CloseAsync();
            abort.CancelAfter(Grace);
            using var end = abort.Token.UnsafeRegister(static state =>
            {
                foreach (var connection in ((InboundSessionController)state!)._sessions.Keys)
                    connection.Abort();
            }, this);
            foreach (var session in _sessions.Values)
                await session;
            await watch;
            foreach (var loop in loops.Values)
                await loop;
        }
    }

    // False where an address could not be listened on. Each reason is logged once, not each time.
    private async ValueTask<bool> TryAdjustAsync(CancellationToken cancellation)
    {
        try
        {
            await _listeners.AdjustAsync(cancellation);
            _listenProblem = null;
            return true;
        }
        catch (IOException problem)
        {
            if (problem.Message != _listenProblem)
                LogCannotListen(Log, problem.Message);
            _listenProblem = problem.Message;
            return false;
        }
    }

    private async Task AcceptAsync(InboundListener listener, CancellationToken stop)
    {
        try
        {
            while (await listener.Listener.AcceptAsync(stop) is { } connection)
            {
                var session = SessionAsync(connection, listener.Role, stop);
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
        finally
        {
            Wake.Set();
        }
    }

    private async Task SessionAsync(IConnection connection, ListenerRole role, CancellationToken stop)
    {
        await using var closing = connection;
        Context.Gauges.InboundSession(1);
        try
        {
            await _handler.HandleAsync(connection, role, stop);
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
            Context.Gauges.InboundSession(-1);
            _sessions.TryRemove(connection, out _);
        }
    }

    [LoggerMessage(1102, LogLevel.Warning, "session with {Client} failed")]
    private static partial void LogSessionFailed(ILogger log, Exception fault, IPEndPoint client);

    [LoggerMessage(1103, LogLevel.Error, "{Problem}; it is tried again every half minute")]
    private static partial void LogCannotListen(ILogger log, string problem);
}
