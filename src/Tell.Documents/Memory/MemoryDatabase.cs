namespace Tell.Documents.Memory;

/// <summary>A database in memory: the specification that the SQLite engine is tested against. Completes every verb synchronously.</summary>
internal sealed class MemoryDatabase(string title, TimeProvider time, Random random) : IDatabase
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Unid, Document> _documents = [];
    private readonly SortedSet<Unid> _all = [];
    private readonly Dictionary<string, SortedSet<Unid>> _forms = new(StringComparer.Ordinal);
    private readonly MemoryContents _contents = new();
    private readonly UnidSource _ids = new(time, random);
    private long _version = 1, _size;
    private bool _closed;

    public string Title => title;

    public long Version => Interlocked.Read(ref _version);

    /// <summary>Opens it again: contents that were being written are gone. Nothing happens where it is open, unless a process has ended.</summary>
    internal void Reopen(bool processEnded)
    {
        lock (_gate)
        {
            if (_closed || processEnded)
                _contents.AbandonAll();
            _closed = false;
        }
    }

    public Unid NewId() => _ids.Next();

    public IContentWriter NewContent() => new MemoryContentWriter(
        octets => Do(() =>
        {
            var content = new Content((long)_ids.Next().High, octets.Length);
            _contents.Add(content.Id, octets);
            return content;
        }),
        content =>
        {
            lock (_gate)
                _contents.Abandon(content.Id);
        });

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(Content content, CancellationToken cancellation) =>
        MemoryContents.Pieces(() => Do(() => _contents.Find(content.Id)) ?? throw MemoryContents.Gone(content), cancellation);

    public ValueTask PutAsync(IReadOnlyList<Document> documents, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var kept = documents.Select(Filed.Accept).ToArray();
        Do(() =>
        {
            _contents.Check(kept);
            foreach (var document in kept)
            {
                _contents.Refer(document);
                Remove(document.Id);
                Add(document);
            }
            _version++;
            return true;
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask<Document?> GetAsync(Unid id, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() => _documents.GetValueOrDefault(id)));
    }

    public ValueTask<IReadOnlyList<Document>> ViewAsync(string? form, Unid? after, int most, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do<IReadOnlyList<Document>>(() => [.. Ids(form, after).Take(most).Select(id => _documents[id])]));
    }

    public ValueTask<bool> DeleteAsync(Unid id, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() =>
        {
            if (!Remove(id))
                return false;
            _version++;
            return true;
        }));
    }

    public ValueTask<long> CountAsync(string? form, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() => (long)Set(form).Count));
    }

    public ValueTask<long> SizeAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Do(() => _size));
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
            _closed = true;
        return ValueTask.CompletedTask;
    }

    private SortedSet<Unid> Set(string? form) => form is null ? _all : _forms.GetValueOrDefault(form) ?? [];

    // A page costs what it holds and not what lies before it.
    private IEnumerable<Unid> Ids(string? form, Unid? after)
    {
        var ids = Set(form);
        if (after is not { } last)
            return ids;
        return ids.Count == 0 || ids.Max.CompareTo(last) <= 0 ? [] : ids.GetViewBetween(last, ids.Max).SkipWhile(id => id == last);
    }

    private void Add(Document document)
    {
        _documents.Add(document.Id, document);
        _all.Add(document.Id);
        if (!_forms.TryGetValue(document.Form, out var ids))
            _forms.Add(document.Form, ids = []);
        ids.Add(document.Id);
        _size += Filed.Size(document);
    }

    private bool Remove(Unid id)
    {
        if (!_documents.Remove(id, out var document))
            return false;
        _contents.Release(document);
        _all.Remove(id);
        _forms[document.Form].Remove(id);
        _size -= Filed.Size(document);
        return true;
    }

    private T Do<T>(Func<T> verb)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return verb();
        }
    }
}
