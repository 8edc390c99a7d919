namespace Tell.Documents.Sqlite;

/// <summary>The statements on contents of one connection.</summary>
internal sealed class ContentTable(Connection connection)
{
    private readonly Statement _insert = connection.Prepare("INSERT INTO content(id, size, octets) VALUES(?1, ?2, ?3)");
    private readonly Statement _insertPieced = connection.Prepare("INSERT INTO content(id, size) VALUES(?1, ?2)");
    private readonly Statement _delete = connection.Prepare("DELETE FROM content WHERE id = ?1");
    private readonly Statement _find = connection.Prepare("SELECT size, octets IS NULL FROM content WHERE id = ?1");
    private readonly Statement _octets = connection.Prepare("SELECT octets FROM content WHERE id = ?1");
    private readonly Statement _extra = connection.Prepare("SELECT extra FROM shared WHERE content = ?1");
    private readonly Statement _setExtra = connection.Prepare(
        "INSERT INTO shared(content, extra) VALUES(?1, ?2) ON CONFLICT(content) DO UPDATE SET extra = excluded.extra");
    private readonly Statement _deleteExtra = connection.Prepare("DELETE FROM shared WHERE content = ?1");
    private readonly Statement _insertPiece = connection.Prepare("INSERT INTO piece(content, seq, octets) VALUES(?1, ?2, ?3)");
    private readonly Statement _piece = connection.Prepare("SELECT octets FROM piece WHERE content = ?1 AND seq = ?2");
    private readonly Statement _deletePieces = connection.Prepare("DELETE FROM piece WHERE content = ?1");
    private readonly Statement _begin = connection.Prepare("INSERT OR IGNORE INTO unfinished(content) VALUES(?1)");
    private readonly Statement _finish = connection.Prepare("DELETE FROM unfinished WHERE content = ?1");

    /// <summary>Puts a small content.</summary>
    public void Insert(long id, ReadOnlySpan<byte> octets) => _insert.Bind(1, id).Bind(2, octets.Length).Bind(3, octets).Run();

    /// <summary>Makes the pieces that are there a content.</summary>
    public void InsertPieced(long id, long size)
    {
        _insertPieced.Bind(1, id).Bind(2, size).Run();
        _finish.Bind(1, id).Run();
    }

    /// <summary>Puts one piece of a content that is not finished.</summary>
    public void InsertPiece(long id, int seq, ReadOnlySpan<byte> octets)
    {
        if (seq == 0)
            _begin.Bind(1, id).Run();
        _insertPiece.Bind(1, id).Bind(2, seq).Bind(3, octets).Run();
    }

    /// <summary>Whether there is such a content, and whether it lies in pieces.</summary>
    public bool Find(long id, out bool pieced)
    {
        using var rows = _find.Bind(1, id).Read();
        var found = _find.Step();
        pieced = found && _find.Long(1) != 0;
        return found;
    }

    /// <summary>The octets of a small content; null where it lies in pieces or is not there.</summary>
    public byte[]? Octets(long id)
    {
        using var rows = _octets.Bind(1, id).Read();
        return _octets.Step() && !_octets.IsNull(0) ? _octets.Blob(0).ToArray() : null;
    }

    /// <summary>A piece; null where there is none.</summary>
    public byte[]? Piece(long id, int seq)
    {
        using var rows = _piece.Bind(1, id).Bind(2, seq).Read();
        return _piece.Step() ? _piece.Blob(0).ToArray() : null;
    }

    /// <summary>How many documents point at a content beyond the first.</summary>
    public long Extra(long id)
    {
        using var rows = _extra.Bind(1, id).Read();
        return _extra.Step() ? _extra.Long(0) : 0;
    }

    /// <summary>Sets how many documents point at a content beyond the first.</summary>
    public void SetExtra(long id, long extra)
    {
        if (extra > 0)
            _setExtra.Bind(1, id).Bind(2, extra).Run();
        else
            _deleteExtra.Bind(1, id).Run();
    }

    /// <summary>Removes a content.</summary>
    public void Delete(long id, bool pieced)
    {
        _delete.Bind(1, id).Run();
        if (pieced)
            _deletePieces.Bind(1, id).Run();
    }

    /// <summary>Removes the pieces of a content that was never finished.</summary>
    public void DeleteUnfinished(long id)
    {
        _deletePieces.Bind(1, id).Run();
        _finish.Bind(1, id).Run();
    }

    /// <summary>Removes all contents that were never finished: for the start, when nobody can be writing them.</summary>
    public void DeleteAllUnfinished() =>
        connection.Execute("BEGIN IMMEDIATE; DELETE FROM piece WHERE content IN (SELECT content FROM unfinished); DELETE FROM unfinished; COMMIT");

    /// <summary>The largest id; 0 where there is none.</summary>
    public long LastId() => connection.Number("SELECT max(id) FROM content");
}
