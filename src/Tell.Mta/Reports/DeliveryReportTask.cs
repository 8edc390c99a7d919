using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Controller;
using Tell.Mta.Statistics;

namespace Tell.Mta.Reports;

/// <summary>
/// SMTPMTA drt: cleans up after everyone. A round goes through the Outbound Work Queue with SMTP.BOX first, then the Inbound Work Queue
/// with MAIL.BOX, looks at what has reached an age at which something is due, and ends with the statistics (seed 002). It wakes when work is
/// finished and when something may be due, and looks for itself every SMTPMTA_DrtPollSeconds.
/// </summary>
public sealed partial class DeliveryReportTask(MtaContext context) : ServerTask("SMTPMTA drt", context)
{
    // Finished documents harm nobody for a moment, and a round costs the same for one as for many.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(1);

    private readonly DeadRetrier _retrier = new(context);
    private Reporter? _reporter;
    private FinishedSweep? _sweep;
    private AgeWatch? _ages;
    private DateTimeOffset _polls;
    private string _doing = "Idle";

    /// <inheritdoc/>
    protected override string Doing => _doing;

    private Reporter Reporter => _reporter ??= new Reporter(Context);

    private FinishedSweep Sweep => _sweep ??= new FinishedSweep(Context, Reporter, Log);

    private AgeWatch Ages => _ages ??= new AgeWatch(Context, Reporter, Log);

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stop)
    {
        using var outbound = Watch(WorkQueue.Outbound);
        using var parents = Watch(WorkQueue.SmtpBox);
        using var inbound = Watch(WorkQueue.Inbound);
        using var mailBox = Watch(WorkQueue.MailBox);
        // Also after a round that failed: what it had heard of is forgotten.
        _polls = Context.Now;
        var pause = FirstPause;
        for (var woken = false;;)
        {
            try
            {
                await RoundAsync(stop);
                // What was counted with no mail to go with is on stable storage at the latest now.
                if (!woken)
                    await Context.Queues.ChangeCountersAsync([], stop);
                pause = FirstPause;
            }
            // The ladder of this task: the environment failed, and no round is better than another one later. Hints do not shorten that.
            catch (StoreException fault)
            {
                LogStumbled(Log, pause.TotalSeconds, fault.Message);
                _doing = "Waits for the store";
                await Task.Delay(pause, Context.Time, stop);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                _polls = Context.Now;
                continue;
            }
            woken = await Wake.WaitAsync(NextRound(), stop);
            if (woken)
                await Pause(stop);
        }
    }

    private async Task RoundAsync(CancellationToken cancellation)
    {
        if (Context.Now >= _polls)
        {
            Sweep.News.NoteAll();
            _polls = Context.Now + TimeSpan.FromSeconds(Context.Settings.DrtPollSeconds);
        }
        var trouble = await Sweep.RoundAsync(
            queue => _doing = queue is WorkQueue.Outbound or WorkQueue.SmtpBox ? "Outbound Work Queue" : "Inbound Work Queue", cancellation);
        _doing = "Ages";
        trouble = await Ages.LookAsync(cancellation) ?? trouble;
        await _retrier.RoundAsync(cancellation);
        _doing = "Statistics";
        Context.Gauges.Add(Stat.DrtPolls);
        _doing = Sweep.Waiting == 0 ? "Idle" : Sweep.Waiting == 1 ? "1 report waits" : $"{Sweep.Waiting} reports wait";
        if (trouble is not null)
            throw trouble;
    }

    private DateTimeOffset NextRound()
    {
        var next = Ages.Next < _polls ? Ages.Next : _polls;
        return Sweep.Next < next ? Sweep.Next.Value : next;
    }

    private IDisposable Watch(WorkQueue queue) => Context.Queues.Watch(queue, hint =>
    {
        if (hint.Kind != QueueHintKind.Finished)
            return;
        Sweep.News.Note(hint.Queue);
        Wake.Set();
    });

    private Task Pause(CancellationToken stop) => Task.Delay(Gather, Context.Time, stop);

    [LoggerMessage(1207, LogLevel.Warning, "the store failed; what is left is tried again in {Seconds} s: {Reason}")]
    private static partial void LogStumbled(ILogger log, double seconds, string reason);
}
