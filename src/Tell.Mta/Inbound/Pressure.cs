using Microsoft.Extensions.Logging;
using Tell.Mta.Controller;
using Tell.Mta.Statistics;
using Tell.Smtp;

namespace Tell.Mta.Inbound;

/// <summary>
/// Protects the MTA from more mail than it can keep (facts: cisco C9): first each MAIL waits a little, in proportion to the pressure, then
/// MAIL is refused for now. One warning when that begins and one when it is over.
/// </summary>
/// <remarks>
/// MAIL is the place to wait at: nothing of the message has been taken yet, the client may still go elsewhere, and each message waits
/// once. A wait before the 250 would make duplicates of clients that lose patience; one before the banner would look like an outage.
/// </remarks>
internal sealed partial class Pressure(MtaContext context) : IDisposable
{
    /// <summary>The longest wait of a MAIL; at half the pressure it is half as long.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1), WhileCalm = TimeSpan.FromMinutes(1), WhileNot = TimeSpan.FromSeconds(5);

    private static readonly Reply
        NoSpace = Reply.Of(452, "4.3.1", "Insufficient system storage; try again later"),
        TooManyWaiting = Reply.Of(452, "4.3.1", "Too much mail is waiting here; try again later"),
        TooSlow = Reply.Of(451, "4.3.2", "Overloaded; try again later");

    private readonly ILogger _log = context.Loggers.CreateLogger("SMTPMTA isesctl");
    private readonly Signal _entered = new(context.Time);
    private volatile PressureReading _reading = PressureReading.None;
    private long _looked;
    private bool _hasLooked;
    private int _looking;
    private volatile PressureStage _stage;

    /// <summary>The commits of inbound messages.</summary>
    public CommitLatency Commits { get; } = new(context.Time);

    /// <summary>How it stands, for SHOW SERVER: "normal", "slowed (...)" or "refused (...)".</summary>
    public string Words => _stage switch
    {
        PressureStage.Calm => "normal",
        PressureStage.Slowing => $"slowed ({_reading.Words})",
        _ => $"refused ({_reading.Words})",
    };

    /// <summary>
    /// Before MAIL is accepted: waits as long as the pressure asks for, without a thread; the reply refuses the message, since there is no
    /// room for it. Costs an ordinary message one comparison.
    /// </summary>
    public async ValueTask<Reply?> OnMailAsync(long? declaredSize, CancellationToken cancellation)
    {
        if (!_hasLooked || context.Time.GetElapsedTime(_looked) >= BetweenLooks)
            Look();
        if (_stage == PressureStage.Slowing && _reading.Level > 0)
        {
            context.Gauges.Add(Stat.OverloadDelayed);
            await Task.Delay(LongestDelay * Math.Min(1, _reading.Level), context.Time, cancellation);
        }
        if (_stage == PressureStage.Refusing)
        {
            context.Gauges.Add(Stat.OverloadRefused);
            return _reading.Cause switch
            {
                PressureCause.Space => NoSpace,
                PressureCause.Queue => TooManyWaiting,
                _ => TooSlow,
            };
        }
        // RFC 1870 6.1: refused before it is sent. Sessions do not reserve room for one another: the store has the last word.
        if (declaredSize is not { } size || _reading.Room is not { } room || size <= room)
            return null;
        context.Gauges.Add(Stat.OverloadRefused);
        return NoSpace;
    }

    /// <summary>Looks now and then even when nobody sends, so that the end of an overload is noticed. Ends by the cancellation.</summary>
    public async Task WatchAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                if (!await _entered.WaitAsync(_stage == PressureStage.Calm ? WhileCalm : WhileNot, stop))
                    Look();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Ends its timer.</summary>
    public void Dispose() => _entered.Dispose();

    // One at a time and outside of any lock: a disk that does not answer holds up one session, not all.
    private void Look()
    {
        if (Interlocked.Exchange(ref _looking, 1) != 0)
            return;
        try
        {
            (_looked, _hasLooked) = (context.Time.GetTimestamp(), true);
            var settings = context.Settings;
            var space = settings.MinFreeSpace > 0 ? context.Data.Space : null;
            var waiting = settings.MaxQueued > 0 ? context.Queues.Counts().Waiting() : 0;
            _reading = PressureReading.Of(settings, space, waiting, Commits.Look());
            Enter(_reading.After(_stage));
        }
        finally
        {
            Interlocked.Exchange(ref _looking, 0);
        }
    }

    private void Enter(PressureStage stage)
    {
        var before = _stage;
        if (stage == before)
            return;
        _stage = stage;
        context.Gauges.Overload = (long)stage;
        if (before == PressureStage.Calm)
        {
            context.Gauges.Add(Stat.Overloads);
            LogBegun(_log, stage == PressureStage.Slowing ? "slowed" : "refused", _reading.Words);
            _entered.Set();
        }
        else if (stage == PressureStage.Calm)
        {
            LogOver(_log, _reading.Words);
        }
        else
        {
            LogChanged(_log, stage == PressureStage.Slowing ? "slowed" : "refused", _reading.Words);
        }
    }

    [LoggerMessage(1105, LogLevel.Warning, "overload: mail is {How} from now on: {Figures}")]
    private static partial void LogBegun(ILogger log, string how, string figures);

    [LoggerMessage(1106, LogLevel.Information, "overload: mail is {How} now: {Figures}")]
    private static partial void LogChanged(ILogger log, string how, string figures);

    [LoggerMessage(1107, LogLevel.Warning, "overload is over: {Figures}")]
    private static partial void LogOver(ILogger log, string figures);
}
