using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Controller;

/// <summary>
/// A task that empties one lane of one work queue: takes what is due, finds out for each document how it goes on, and settles them
/// together. A document that makes the work itself fail is tried again a few times and then marked dead, so that it stops itself
/// and never its queue (invariant 6).
/// </summary>
public abstract partial class QueueTask(string title, MtaContext context, WorkQueue queue) : ServerTask(title, context)
{
    private const int Batch = 100;

    // What the items of taken and of made documents may hold together, in characters, before they are settled: senders decide how long a header is.
    private const long BatchWeight = 2 << 20;

    /// <summary>After so many attempts that ended in a fault of ours, a document is dead.</summary>
    internal const int PoisonAttempts = 5;

    private static readonly TimeSpan LeaseLength = TimeSpan.FromMinutes(30), Poll = TimeSpan.FromMinutes(1);

    // What is taken, and what was worked out of it and could not be settled, because the store failed. Both outlive the loop: the leases are still ours.
    private readonly Queue<Lease> _taken = [];
    private List<Settlement>? _worked;
    private int _most = Batch;

    // False only where every waiting document is known to be due: spares the flow a question for each batch.
    private volatile bool _someLater;

    /// <summary>How one taken document goes on.</summary>
    protected abstract ValueTask<Settlement> WorkAsync(Lease lease, CancellationToken stop);

    /// <summary>Called when settlements are on stable storage: the place for the log.</summary>
    protected virtual void Settled(Settlement settlement)
    {
    }

    /// <summary>Called after each batch, when all of it is on stable storage or was somebody else's by then.</summary>
    protected virtual ValueTask SettledAllAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stop)
    {
        using var watch = Context.Queues.Watch(queue, hint =>
        {
            if (hint.Kind != QueueHintKind.Waiting)
                return;
            if (hint.Due > Context.Now)
                _someLater = true;
            Wake.Set();
        });
        _someLater = true;
        while (true)
        {
            if (_worked is null)
            {
                if (_taken.Count == 0 && !await TakeAsync(stop))
                {
                    await Wake.WaitAsync(await NextDueAsync(stop), stop);
                    continue;
                }
                _worked = await WorkAsync(stop);
            }
            await SettleAsync(_worked);
            _worked = null;
            await SettledAllAsync();
        }
    }

    private async ValueTask<DateTimeOffset> NextDueAsync(CancellationToken stop)
    {
        var poll = Context.Now + Poll;
        if (!_someLater)
            return poll;
        _someLater = false;
        if (await Context.Queues.NextDueAsync(queue, "", stop) is not { } due)
            return poll;
        _someLater = true;
        return due < poll ? due : poll;
    }

    // False where nothing is due. Where documents are heavy fewer are taken the next time.
    private async ValueTask<bool> TakeAsync(CancellationToken stop)
    {
        var leases = await Context.Queues.TakeAsync(queue, "", _most, LeaseLength, stop);
        foreach (var lease in leases)
            _taken.Enqueue(lease);
        if (leases.Count == 0)
            return false;
        var each = leases.Sum(lease => Weight(lease.Document)) / leases.Count;
        _most = (int)Math.Clamp(BatchWeight / Math.Max(each, 1), 1, Math.Min(Batch, 2 * _most));
        return true;
    }

    private async ValueTask<List<Settlement>> WorkAsync(CancellationToken stop)
    {
        var worked = new List<Settlement>(_taken.Count);
        for (long weight = 0; weight < BatchWeight && _taken.TryDequeue(out var lease);)
        {
            // Stopped in the middle: the rest goes back as it was.
            var settlement = stop.IsCancellationRequested ? Settlement.Released(lease) : await TryAsync(lease, stop);
            weight += settlement.Created.Sum(Weight);
            worked.Add(settlement);
        }
        return worked;
    }

    private static long Weight(Document document)
    {
        var weight = 0L;
        foreach (var item in document.Items)
        {
            foreach (var text in item.Texts)
                weight += text.Length;
        }
        return weight;
    }

    // Not the stop token: what has been worked out is settled, or the work would be done twice.
    private async ValueTask SettleAsync(IReadOnlyList<Settlement> worked)
    {
        try
        {
            var done = await Context.Queues.SettleAsync(worked, CancellationToken.None);
            for (var i = 0; i < worked.Count; i++)
            {
                if (done[i])
                    Settled(worked[i]);
            }
        }
        // One settlement that cannot be fails the verb whole: each alone, so that only the poisonous one fails.
        catch (ArgumentException) when (worked.Count > 1)
        {
            foreach (var settlement in worked)
                await SettleAsync([settlement]);
        }
        catch (ArgumentException fault)
        {
            await Context.Queues.SettleAsync([await PoisonedAsync(worked[0].Lease, fault)], CancellationToken.None);
        }
    }

    // The ladder of conversion: the environment failed or we are wrong, so the document is deferred, and parked after a few times.
    private async ValueTask<Settlement> TryAsync(Lease lease, CancellationToken stop)
    {
        try
        {
            return await WorkAsync(lease, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Settlement.Released(lease);
        }
        // Memory that others use now is there later: no document dies of that.
        catch (Exception fault) when (fault is StoreException or OutOfMemoryException)
        {
            LogDeferred(Log, fault, lease.Document.Id);
            return Settlement.Deferred(lease, Context.Now + Poll, Line.Clean(fault.Message).Text);
        }
        catch (Exception fault)
        {
            return await PoisonedAsync(lease, fault);
        }
    }

    private async ValueTask<Settlement> PoisonedAsync(Lease lease, Exception fault)
    {
        var count = await FaultsAsync(lease.Document) + 1;
        LogPoison(Log, fault, lease.Document.Id, count, PoisonAttempts);
        var reason = $"{Title} failed on it: {Line.Clean(fault.Message)}";
        return count >= PoisonAttempts
            ? Settlement.Dead(lease, reason) with { Attempt = Failed(fault), Counters = [new(Statistics.Stat.Dead, 1)] }
            : Settlement.Deferred(lease, Context.Now + Poll, reason) with { Attempt = Failed(fault) };
    }

    // The attempts that ended in a fault of ours: a mail file that was full is nothing that a document dies of.
    private async ValueTask<int> FaultsAsync(Document document)
    {
        if (document.AttemptCount == 0)
            return 0;
        try
        {
            return (await Context.Queues.GetAsync(document.Id, CancellationToken.None))?.Attempts.Count(attempt => attempt.Phase == Title) ?? 0;
        }
        catch (StoreException)
        {
            // Unknown is temporary: the next fault counts again.
            return 0;
        }
    }

    private Attempt Failed(Exception fault) => new() { Time = Context.Now, Phase = Title, Text = Line.Clean(fault.Message).Text };

    [LoggerMessage(1011, LogLevel.Warning, "document {Unid} deferred: the store failed, or memory is short")]
    private static partial void LogDeferred(ILogger log, Exception fault, Unid unid);

    [LoggerMessage(1012, LogLevel.Error, "document {Unid} cannot be worked on (attempt {Attempt} of {Most})")]
    private static partial void LogPoison(ILogger log, Exception fault, Unid unid, int attempt, int most);
}
