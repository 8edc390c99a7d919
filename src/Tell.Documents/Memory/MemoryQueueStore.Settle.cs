using System.Collections.Immutable;

namespace Tell.Documents.Memory;

internal sealed partial class MemoryQueueStore
{
    private readonly List<Action> _undo = [];

    public ValueTask<IReadOnlyList<bool>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var hints = new List<QueueHint>();
        var settled = Do<IReadOnlyList<bool>>(() =>
        {
            Transition.Check(settlements);
            // What cannot be created is refused whether or not a lease was lost.
            foreach (var document in settlements.SelectMany(settlement => Some(settlement.Others).Prepend(settlement)).SelectMany(settlement => Some(settlement.Created)))
                Transition.Accept(document, Now);
            _undo.Clear();
            try
            {
                var carried = settlements.Select(settlement => Settle([settlement, .. Some(settlement.Others)], hints)).ToList();
                TellStored();
                return carried;
            }
            catch (ArgumentException)
            {
                // One settlement that cannot be fails the verb whole.
                for (var i = _undo.Count - 1; i >= 0; i--)
                    _undo[i]();
                _counted.Clear();
                throw;
            }
        });
        _watch.Tell(hints);
        return ValueTask.FromResult(settled);
    }

    private bool Owns(Lease lease, out MemoryRow row) => _rows.TryGetValue(lease.Document.Id, out row!) && row.Fence == lease.Fence;

    // All of them or none; what is created comes first, what is removed goes last.
    private bool Settle(IReadOnlyList<Settlement> settlements, List<QueueHint> hints)
    {
        if (!settlements.All(settlement => Owns(settlement.Lease, out _)))
            return false;
        foreach (var settlement in settlements)
        {
            var row = _rows[settlement.Lease.Document.Id];
            Keep(row);
            row.LeasedUntil = null;
            row.Fence = ++_fence;
            Create([.. Some(settlement.Created).Select(d => Transition.Accept(d, Now))], row.Document.Parent, hints);
        }
        foreach (var settlement in settlements.Where(settlement => settlement.Kind != SettlementKind.Removed))
        {
            var row = _rows[settlement.Lease.Document.Id];
            row.Document = Transition.Settle(row.Document, settlement);
            if (settlement.Attempt is not null)
                row.Document = row.Document with { Attempts = row.Document.Attempts.Add(settlement.Attempt) };
            if (Watchers.HintOf(row.Document) is { } hint)
                hints.Add(hint);
        }
        foreach (var settlement in settlements)
        {
            // Its last child may have taken it along.
            if (settlement.Kind == SettlementKind.Removed && _rows.TryGetValue(settlement.Lease.Document.Id, out var row))
                Remove(row.Document);
            _bookkeeper?.Settle(settlement, Now, this);
            Count(Some(settlement.Counters), []);
        }
        return true;
    }

    private static ImmutableArray<T> Some<T>(ImmutableArray<T> array) => array.IsDefault ? [] : array;

    private void Check(IReadOnlyCollection<Document> documents, Unid? orphansOf)
    {
        var news = new HashSet<Unid>();
        foreach (var document in documents)
        {
            if (_rows.ContainsKey(document.Id) || !news.Add(document.Id))
                throw new ArgumentException($"Document {document.Id} is in the store already.");
        }
        foreach (var document in documents)
        {
            // The parent of an orphan was removed by an operator; what its orphan creates is an orphan too.
            if (document.Parent is { } parent && !_rows.ContainsKey(parent) && !news.Contains(parent) && parent != orphansOf)
                throw new ArgumentException($"Document {document.Id} has a parent, {parent}, that is not in the store.");
        }
        _contents.Check(documents);
    }

    private void Create(IReadOnlyList<Document> documents, Unid? orphansOf, List<QueueHint> hints)
    {
        Check(documents, orphansOf);
        foreach (var document in documents)
        {
            _rows.Add(document.Id, new MemoryRow(document));
            _undo.Add(() => _rows.Remove(document.Id));
            _undo.Add(_contents.Refer(document));
        }
        foreach (var document in documents)
        {
            if (document.Parent is { } parent && _rows.TryGetValue(parent, out var row))
            {
                Keep(row);
                row.Document = row.Document with { Children = row.Document.Children + 1 };
            }
        }
        hints.AddRange(documents.Select(d => Watchers.HintOf(_rows[d.Id].Document)).OfType<QueueHint>());
    }

    private void Remove(Document document)
    {
        if (_rows.Remove(document.Id, out var removed))
            _undo.Add(() => _rows.Add(document.Id, removed));
        _undo.Add(_contents.Release(document));
        if (document.Parent is not { } id || !_rows.TryGetValue(id, out var parent))
            return;
        Keep(parent);
        parent.Document = parent.Document with { Children = Math.Max(0, parent.Document.Children - 1) };
        if (parent.Document.Children == 0)
            Remove(parent.Document);
    }

    private void Keep(MemoryRow row)
    {
        var (document, fence, until) = (row.Document, row.Fence, row.LeasedUntil);
        _undo.Add(() => (row.Document, row.Fence, row.LeasedUntil) = (document, fence, until));
    }
}
