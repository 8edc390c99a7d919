using Microsoft.Extensions.Logging;

namespace Tell.Documents.Sqlite;

/// <summary>The open file of a database: connection, statements and verbs. Used by its database's thread only.</summary>
internal sealed class DatabaseFile : IParticipant, IDisposable
{
    private const int Page = 500;

    private const string Columns = "id, tail, form, content, size, detail";

    private readonly Connection _connection;
    private readonly Contents _contents;
    private readonly Action _changed;
    private readonly GroupCommit _commit;
    private readonly Statement _put, _get, _view, _viewForm, _delete, _count, _countForm, _total, _setTotal;
    private bool _dirty;

    // Null where the file has no word of it: one of an older program, whose documents nobody has counted yet.
    private long? _octets;

    /// <summary>Opens the file, makes it where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="contents">What its database holds of contents.</param>
    /// <param name="first">True where this process opens it for the first time: nobody is writing a content then.</param>
    /// <param name="changed">Called after each commit that changed documents.</param>
    /// <param name="logger">Gets what goes wrong beside the calls.</param>
    public DatabaseFile(string path, Contents contents, bool first, Action changed, ILogger logger)
    {
        (_contents, _changed) = (contents, changed);
        _connection = StoreFile.OpenWriter(path, Schema.Databases, check: false);
        ContentTable = new ContentTable(_connection);
        _commit = new GroupCommit(_connection, this, logger);
        _put = _connection.Prepare(
            $"INSERT INTO document({Columns}) VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(id) DO UPDATE SET form = ?3, content = ?4, size = ?5, detail = ?6");
        _get = _connection.Prepare($"SELECT {Columns} FROM document WHERE id = ?1");
        _view = _connection.Prepare($"SELECT {Columns} FROM document WHERE id > ?1 ORDER BY id LIMIT ?2");
        _viewForm = _connection.Prepare($"SELECT {Columns} FROM document INDEXED BY form WHERE form = ?3 AND id > ?1 ORDER BY id LIMIT ?2");
        _delete = _connection.Prepare("DELETE FROM document WHERE id = ?1");
        _count = _connection.Prepare("SELECT count(*) FROM document");
        _countForm = _connection.Prepare("SELECT count(*) FROM document WHERE form = ?1");
        _total = _connection.Prepare("SELECT octets FROM total");
        _setTotal = _connection.Prepare("INSERT INTO total(one, octets) VALUES(1, ?1) ON CONFLICT(one) DO UPDATE SET octets = ?1");
        _octets = Total();
        if (first)
            ContentTable.DeleteAllUnfinished();
    }

    /// <summary>The statements on contents.</summary>
    public ContentTable ContentTable { get; }

    /// <summary>The largest id that is in use; 0 where there is none.</summary>
    public ulong LastId() => (ulong)Math.Max(_connection.Number("SELECT max(id) FROM document"), ContentTable.LastId());

    /// <summary>Serves a batch.</summary>
    public void Serve(IEnumerable<Operation> batch) => _commit.Serve(batch);

    /// <summary>Puts documents, each in the place of one with its id.</summary>
    public void Put(Document[] documents, byte[][] details)
    {
        for (var i = 0; i < documents.Length; i++)
        {
            var document = documents[i];
            // The new one first: contents that both point at must not be gone in between.
            foreach (var content in Transition.ContentsOf(document))
                _contents.Refer(ContentTable, content.Id);
            if (Get(document.Id) is { } old)
                Release(old);
            _octets += Filed.Size(document);
            _put.Bind(1, (long)document.Id.High).Bind(2, unchecked((long)document.Id.Low)).Bind(3, document.Form)
                .Bind(4, document.Content?.Id).Bind(5, document.Content?.Size).Bind(6, details[i]).Run();
        }
        _dirty = true;
    }

    /// <summary>The document; null where there is none.</summary>
    public Document? Get(Unid id)
    {
        using var rows = _get.Bind(1, (long)id.High).Read();
        return _get.Step() && Row(_get) is var document && document.Id == id ? document : null;
    }

    /// <summary>Documents in the order of their ids.</summary>
    public IReadOnlyList<Document> View(string? form, Unid? after, int most)
    {
        var statement = form is null ? _view : _viewForm.Bind(3, form);
        using var rows = statement.Bind(1, (long)(after?.High ?? 0)).Bind(2, Math.Max(0, most)).Read();
        var found = new List<Document>();
        while (statement.Step())
            found.Add(Row(statement));
        return found;
    }

    /// <summary>Deletes a document; false where there is none.</summary>
    public bool Delete(Unid id)
    {
        if (Get(id) is not { } document)
            return false;
        _delete.Bind(1, (long)id.High).Run();
        Release(document);
        _dirty = true;
        return true;
    }

    /// <summary>How many documents there are.</summary>
    public long Count(string? form)
    {
        var statement = form is null ? _count : _countForm.Bind(1, form);
        using var rows = statement.Read();
        return statement.Step() ? statement.Long(0) : 0;
    }

    /// <summary>The octets of all documents.</summary>
    public long Size()
    {
        if (_octets is { } known)
            return known;
        var counted = 0L;
        Unid? after = null;
        while (View(null, after, Page) is [.., var last] page)
        {
            foreach (var document in page)
                counted += Filed.Size(document);
            after = last.Id;
        }
        _octets = counted;
        return counted;
    }

    public void BeforeCommit()
    {
        if (_dirty && _octets is { } octets)
            _setTotal.Bind(1, octets).Run();
    }

    public void Committed()
    {
        _contents.Committed();
        if (_dirty)
            _changed();
        _dirty = false;
    }

    public void RolledBack()
    {
        _contents.RolledBack();
        _octets = Total();
        _dirty = false;
    }

    public void Dispose() => _connection.Dispose();

    private void Release(Document document)
    {
        foreach (var content in Transition.ContentsOf(document))
            _contents.Release(ContentTable, content.Id);
        _octets -= Filed.Size(document);
    }

    private long? Total()
    {
        using var rows = _total.Read();
        return _total.Step() ? _total.Long(0) : null;
    }

    private static Document Row(Statement row) => DetailReader.Read(
        new Document
        {
            Id = new Unid((ulong)row.Long(0), unchecked((ulong)row.Long(1))),
            Form = row.Text(2),
            Content = row.IsNull(3) ? null : new Content(row.Long(3), row.Long(4)),
        },
        row.Blob(5));
}
