namespace Tell.Documents.Sqlite;

/// <summary>A content whose writer is open: complete or not, in the file or not.</summary>
internal sealed class StagedContent(long id)
{
    /// <summary>The id.</summary>
    public long Id => id;

    /// <summary>All octets of a small content, once it is complete; null for one that is written in pieces.</summary>
    public byte[]? Octets { get; set; }

    /// <summary>The number of octets; -1 until it is complete.</summary>
    public long Size { get; set; } = -1;

    /// <summary>True from when a document points at it. Changed by the engine's thread only.</summary>
    public bool Stored { get; set; }

    /// <summary>Writes pieces, on the engine's thread.</summary>
    public bool WritePieces(ContentTable table, int first, ReadOnlyMemory<byte> octets)
    {
        for (var at = 0; at < octets.Length; at += SqliteContentWriter.PieceSize)
            table.InsertPiece(id, first++, octets.Span[at..Math.Min(octets.Length, at + SqliteContentWriter.PieceSize)]);
        return true;
    }

    /// <summary>Removes the pieces that no document points at, on the engine's thread. Where the disk refuses, the next start does it.</summary>
    public bool DeletePieces(ContentTable table)
    {
        if (Stored)
            return false;
        table.DeleteUnfinished(id);
        return true;
    }
}
