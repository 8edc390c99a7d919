using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Logging;
using Tell.Mta.Outbound;

namespace Tell.Mta.Reports;

/// <summary>
/// Looks at what waits in SMTPOBWQ and MAIL.BOX when it reaches an age at which something is due: a warning, or its end. A document is read when it
/// reaches an age that a policy in force names, and not otherwise: a million that wait cost nothing meanwhile. After a restart, and once a day, all
/// that are older than the first of the ages are read once. Warning and mark are one transaction: killed in between, the sender is told once.
/// </summary>
internal sealed partial class AgeWatch(MtaContext context, Reporter reporter, ILogger log)
{
    private const int Page = 500;

    // One look reads no more than that, so that what is finished does not wait for long.
    private const int MostPages = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1), Day = TimeSpan.FromDays(1);

    // The times of documents are whole milliseconds.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly AgeJudge _judge = new(context);
    private readonly DeadlineSearch _search = new(context);
    private readonly AgeMarks[] _queues = [new(WorkQueue.Outbound), new(WorkQueue.MailBox)];
    private DateTimeOffset _pausedUntil = DateTimeOffset.MinValue;

    /// <summary>When something may be due next.</summary>
    public DateTimeOffset Next
    {
        get
        {
            var next = _queues.Min(queue => queue.Next);
            if (context.Deadlines.Next is { } deadline && deadline < next)
                next = deadline;
            if (_search.IsUnderWay)
                next = DateTimeOffset.MinValue;
            return next > _pausedUntil ? next : _pausedUntil;
        }
    }

    /// <summary>Does what is due. Returns the fault of the store that left something undone; it is tried again in a minute.</summary>
    public async ValueTask<StoreException?> LookAsync(CancellationToken cancellation)
    {
        var now = context.Now;
        foreach (var queue in _queues)
        {
            if (queue.Keep(context.Profiles.AgesOf(queue.Queue)))
                queue.Anew = now + Day;
        }
        if (Next > now)
            return null;
        try
        {
            await _search.LookAsync(now, cancellation);
            await DeadlinesAsync(now, cancellation);
            foreach (var queue in _queues)
                await LookAsync(queue, now, cancellation);
            return null;
        }
        catch (StoreException fault)
        {
            _pausedUntil = now + Pause;
            return fault;
        }
    }

    private async ValueTask DeadlinesAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var due = context.Deadlines.TakeDue(now, Page);
        try
        {
            foreach (var from in due.Distinct())
            {
                foreach (var queue in _queues)
                {
                    var page = await context.Queues.ReadAgedAsync(queue.Queue, from - Moment, from, Page, cancellation);
                    // Too many are taken for now: those that were judged are judged again, which says nothing twice.
                    if (!await JudgeAsync(queue, page, now, cancellation))
                        context.Deadlines.PutBack([from], now + Pause);
                }
            }
        }
        // Also where the task is stopped in the middle: these times are known nowhere else.
        catch
        {
            context.Deadlines.PutBack(due, now + Pause);
            throw;
        }
    }

    private async ValueTask LookAsync(AgeMarks queue, DateTimeOffset now, CancellationToken cancellation)
    {
        // A document may come to wait that is older than its queue knows: a part of another, or one that was released.
        if (queue.Anew <= now)
        {
            queue.Begin();
            queue.Anew = now + Day;
        }
        if (queue.Again <= now)
            await AgainAsync(queue, now, cancellation);
        var pages = 0;
        foreach (var mark in queue.Marks.Where(mark => mark.Next <= now))
        {
            if (mark.IsNew)
                mark.Begun = now;
            var until = Before(now, mark.Age);
            while (mark.Seen < until)
            {
                var page = await context.Queues.ReadAgedAsync(queue.Queue, mark.Seen, until, Page, cancellation);
                if (!await JudgeAsync(queue, page, now, cancellation))
                {
                    // Too many are taken for now: they are read again, and those behind them.
                    mark.Next = now + Pause;
                    return;
                }
                mark.Seen = page.Count < Page ? until : page[^1].Document.AgeFrom;
                if (++pages >= MostPages && mark.Seen < until)
                    return;
            }
            var next = await context.Queues.ReadAgedAsync(queue.Queue, mark.Seen, now, 1, cancellation);
            mark.Next = After(next.Count > 0 ? next[0].Document.AgeFrom : now, mark.Age);
            if (mark.Begun is { } begun)
                Skip(queue, begun);
            mark.Begun = null;
        }
    }

    // Those that are still taken wait on.
    private async ValueTask AgainAsync(AgeMarks queue, DateTimeOffset now, CancellationToken cancellation)
    {
        var free = new List<Lease>();
        foreach (var id in queue.Taken.ToArray())
        {
            // The lease shows the document as it was before somebody took it, and would be as good as theirs: whether it is taken is seen after it.
            var lease = await context.Queues.ReadLeaseAsync(id, cancellation);
            if (lease is not null && await context.Queues.GetAsync(id, cancellation) is { State: DocumentState.LockedForXmit })
                continue;
            queue.Forget(id);
            if (lease is { Document.Due: not null })
                free.Add(lease);
        }
        queue.Again = queue.Taken.Count > 0 ? now + Pause : DateTimeOffset.MaxValue;
        await JudgeAsync(queue, free, now, cancellation);
    }

    // False where nothing was done, because more are taken than can be remembered.
    private async ValueTask<bool> JudgeAsync(AgeMarks queue, IReadOnlyList<Lease> page, DateTimeOffset now, CancellationToken cancellation)
    {
        var over = new List<Settlement>();
        var late = new Dictionary<Unid, ReportCase>();
        foreach (var lease in page)
        {
            if (IsTaken(lease.Document))
            {
                if (!Remember(queue, lease.Document.Id, now))
                    return false;
            }
            else if (_judge.Over(lease, now) is { } ended)
            {
                over.Add(ended);
            }
            else if (_judge.Late(lease, now) is { } warning)
            {
                late[lease.Document.Id] = warning;
            }
        }
        if (over.Count + late.Count == 0)
            return true;
        try
        {
            return await SettleAsync(queue, [.. over, .. await WarningsAsync([.. late.Values], cancellation)], late, now);
        }
        finally
        {
            await reporter.ReleaseAsync();
        }
    }

    // False where more were lost than can be remembered.
    private async ValueTask<bool> SettleAsync(AgeMarks queue, IReadOnlyList<Settlement> settlements, Dictionary<Unid, ReportCase> late, DateTimeOffset now)
    {
        IReadOnlyList<bool> done;
        try
        {
            // Not the token: what has been worked out is settled, or the work would be done twice.
            done = await context.Queues.SettleAsync(settlements, CancellationToken.None);
        }
        // One settlement that cannot be fails the verb whole: each alone, so that only the poisonous one fails.
        catch (ArgumentException) when (settlements.Count > 1)
        {
            var all = true;
            foreach (var settlement in settlements)
                all &= await SettleAsync(queue, [settlement], late, now);
            return all;
        }
        catch (ArgumentException fault) when (settlements.Count == 1)
        {
            reporter.Undo(settlements[0]);
            LogNotWarned(log, fault, settlements[0].Lease.Document.Id, 1 + settlements[0].Others.Length);
            return true;
        }
        catch (StoreException)
        {
            foreach (var settlement in settlements)
                reporter.Undo(settlement);
            throw;
        }
        var remembered = true;
        for (var i = 0; i < done.Count; i++)
        {
            if (done[i])
            {
                Told(settlements[i], late);
                continue;
            }
            reporter.Undo(settlements[i]);
            // Those that fell with it were perhaps not taken at all.
            foreach (var one in settlements[i].Others.Prepend(settlements[i]))
                remembered &= Remember(queue, one.Lease.Document.Id, now);
        }
        return remembered;
    }

    // We are wrong: who should have been warned is not, and nothing else stops for that.
    private async ValueTask<IReadOnlyList<Settlement>> WarningsAsync(IReadOnlyList<ReportCase> late, CancellationToken cancellation)
    {
        if (late.Count == 0)
            return [];
        try
        {
            return await reporter.ReportAsync(late, cancellation);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or StoreException))
        {
            LogNotWarned(log, fault, late[0].Document.Id, late.Count);
            return [];
        }
    }

    private void Told(Settlement settlement, Dictionary<Unid, ReportCase> late)
    {
        foreach (var one in settlement.Others.Prepend(settlement))
        {
            if (!late.TryGetValue(one.Lease.Document.Id, out var warning))
            {
                TransferFacts.Write(context.Transfers, one);
                continue;
            }
            foreach (var recipient in warning.Recipients)
                context.Transfers.Delayed(warning.Document, recipient, warning.RetryUntil!.Value);
            foreach (var report in one.Created)
            {
                context.Transfers.Reported(warning.Document, report);
                context.Transfers.Queued(report, warning.Document.Id);
            }
        }
    }

    private static bool Remember(AgeMarks queue, Unid id, DateTimeOffset now)
    {
        if (!queue.Remember(id))
            return false;
        if (queue.Again == DateTimeOffset.MaxValue)
            queue.Again = now + Pause;
        return true;
    }

    // All that is older than the first of the new ages was read since then, and each document was judged by all ages.
    private static void Skip(AgeMarks queue, DateTimeOffset begun)
    {
        foreach (var other in queue.Marks.Where(mark => mark.IsNew))
            other.Seen = Before(begun, other.Age);
    }

    private static bool IsTaken(Document document) => document.State == DocumentState.LockedForXmit || document.Due is null;

    private static DateTimeOffset Before(DateTimeOffset now, TimeSpan age) => age < now - DateTimeOffset.UnixEpoch ? now - age : DateTimeOffset.UnixEpoch;

    private static DateTimeOffset After(DateTimeOffset from, TimeSpan age) => age < DateTimeOffset.MaxValue - from ? from + age : DateTimeOffset.MaxValue;

    [LoggerMessage(1204, LogLevel.Error, "no delay report could be built for document {Unid} and {Count} in all; their senders are not warned")]
    private static partial void LogNotWarned(ILogger log, Exception fault, Unid unid, int count);
}
