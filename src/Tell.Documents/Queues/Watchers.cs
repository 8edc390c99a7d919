namespace Tell.Documents;

/// <summary>Who listens to which queue. Safe to call from any thread; telling takes no lock.</summary>
internal sealed class Watchers
{
    private readonly Lock _gate = new();
    private Watcher[] _watchers = [];

    private sealed class Watcher(Watchers owner, WorkQueue queue, Action<QueueHint> hint) : IDisposable
    {
        public void Offer(QueueHint news)
        {
            if (news.Queue == queue)
                hint(news);
        }

        public void Dispose()
        {
            lock (owner._gate)
                owner._watchers = [.. owner._watchers.Where(w => w != this)];
        }
    }

    /// <summary>Calls back for each hint of a queue until disposed.</summary>
    public IDisposable Add(WorkQueue queue, Action<QueueHint> hint)
    {
        var watcher = new Watcher(this, queue, hint);
        lock (_gate)
            _watchers = [.. _watchers, watcher];
        return watcher;
    }

    /// <summary>Passes hints on.</summary>
    public void Tell(List<QueueHint> hints)
    {
        var watchers = Volatile.Read(ref _watchers);
        if (watchers.Length == 0)
            return;
        foreach (var hint in hints)
        {
            foreach (var watcher in watchers)
                watcher.Offer(hint);
        }
    }

    /// <summary>The hint that a document in its new state gives; null for none.</summary>
    public static QueueHint? HintOf(Document document)
    {
        if (document.Due is { } due)
            return new QueueHint(document.Queue!.Value, QueueHintKind.Waiting, document.Destination, due);
        return Transition.IsFinished(document)
            ? new QueueHint(document.Queue!.Value, QueueHintKind.Finished, document.Destination, default)
            : null;
    }
}
