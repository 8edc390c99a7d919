namespace Tell.Documents.Memory;

internal sealed partial class MemoryQueueStore
{
    public ValueTask<IReadOnlyList<Lease>> ReadAgedAsync(WorkQueue queue, DateTimeOffset after, DateTimeOffset until, int most, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do<IReadOnlyList<Lease>>(() =>
        {
            var now = Now;
            var aged = _rows.Values
                .Where(r => r.Document.Queue == queue && r.Document.Due is not null && r.Document.AgeFrom > after && r.Document.AgeFrom <= until)
                .OrderBy(r => r.Document.AgeFrom).ThenBy(r => r.Document.Id).ToList();
            var last = aged.Take(most).LastOrDefault()?.Document.AgeFrom;
            return [.. aged.TakeWhile(r => r.Document.AgeFrom <= last).Select(r => new Lease(r.Shown(now), r.Fence))];
        }));
    }

    public ValueTask<IReadOnlyList<Lease>> ReadFinishedAsync(WorkQueue queue, DocumentState state, Unid? after, int most, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do<IReadOnlyList<Lease>>(() =>
            [.. _rows.Values.Where(r => r.Document.Queue == queue && r.Document.State == state && (after is null || r.Document.Id.CompareTo(after.Value) > 0)
                && Transition.IsFinished(r.Document)).Take(most).Select(r => new Lease(state == DocumentState.Failure ? r.Document : Bare(r.Document), r.Fence))]));
    }

    public ValueTask<Document?> GetAsync(Unid id, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() => _rows.GetValueOrDefault(id)?.Shown(Now)));
    }

    public ValueTask<Lease?> ReadLeaseAsync(Unid id, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() => _rows.TryGetValue(id, out var row) ? new Lease(row.Document, row.Fence) : null));
    }

    public ValueTask<IReadOnlyList<Document>> ViewAsync(QueueView view, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do<IReadOnlyList<Document>>(() =>
        {
            var now = Now;
            return [.. _rows.Values.Select(r => r.Shown(now))
                .Where(d => (view.Queue is null || d.Queue == view.Queue) && (view.State is null || d.State == view.State)
                    && (view.Destination is null || d.Destination == view.Destination) && (view.Parent is null || d.Parent == view.Parent)
                    && (view.After is null || d.Id.CompareTo(view.After.Value) > 0))
                .Take(view.Limit).Select(Bare)];
        }));
    }

    public ValueTask<IReadOnlyList<Lane>> LanesAsync(WorkQueue queue, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do<IReadOnlyList<Lane>>(() =>
        {
            var now = Now;
            return [.. _rows.Values.Where(r => r.Document.Queue == queue && r.IsWaiting(now)).GroupBy(r => r.Document.Destination)
                .Select(lane => new Lane(lane.Key, lane.Min(r => r.Document.Due!.Value)))];
        }));
    }

    public ValueTask<DateTimeOffset?> NextDueAsync(WorkQueue queue, string destination, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() =>
        {
            var now = Now;
            return _rows.Values.Where(r => r.Document.Queue == queue && r.Document.Destination == destination && r.IsWaiting(now)).Min(r => r.Document.Due);
        }));
    }

    public IReadOnlyList<QueueCount> Counts() => Do<IReadOnlyList<QueueCount>>(() =>
    {
        var now = Now;
        return [.. _rows.Values.Select(r => r.Shown(now)).GroupBy(d => (d.Queue!.Value, d.State))
            .Select(g => new QueueCount(g.Key.Value, g.Key.State, g.LongCount())).OrderBy(c => c.Queue).ThenBy(c => c.State)];
    });
}
