namespace Tell.Documents.Sqlite;

/// <summary>
/// Finds documents by the time from which their age counts: those that count from when they were made lie in the order of their ids, the others in an
/// index of their own, and the two are read side by side. Reads no row outside of the range.
/// </summary>
internal sealed class AgedDocuments(Connection connection)
{
    internal const string MadeSql =
        $"SELECT {DocumentTable.Columns} FROM document NOT INDEXED WHERE queue = ?1 AND id >= ?2 AND id < ?3 AND due IS NOT NULL AND began IS NULL ORDER BY id";

    internal const string BegunSql =
        $"SELECT {DocumentTable.Columns} FROM document INDEXED BY aged WHERE queue = ?1 AND began >= ?2 AND began < ?3 AND due IS NOT NULL ORDER BY began, id";

    private readonly Statement _made = connection.Prepare(MadeSql);
    private readonly Statement _begun = connection.Prepare(BegunSql);

    /// <summary>
    /// The documents of a queue that wait or are taken, whose age counts from a time later than <paramref name="after"/> and not later than
    /// <paramref name="until"/>, in the order of those times; at most so many, and those that have the same time as the last.
    /// </summary>
    public List<StoredDocument> Read(WorkQueue queue, DateTimeOffset after, DateTimeOffset until, int most)
    {
        var found = new List<StoredDocument>();
        if (most <= 0)
            return found;
        // Ages count from whole milliseconds, so what is later than a time begins with the millisecond after the one that it is in.
        var (first, end) = (after.ToUnixTimeMilliseconds() + 1, until.ToUnixTimeMilliseconds() + 1);
        using var made = _made.Bind(1, (long)queue).Bind(2, first << Unid.SequenceBits).Bind(3, end << Unid.SequenceBits).Read();
        using var begun = _begun.Bind(1, (long)queue).Bind(2, first).Bind(3, end).Read();
        var (moreMade, moreBegun) = (_made.Step(), _begun.Step());
        for (var last = long.MinValue; moreMade || moreBegun;)
        {
            var isMade = moreMade && (!moreBegun || Place(_made, true).CompareTo(Place(_begun, false)) < 0);
            var row = isMade ? _made : _begun;
            var time = Place(row, isMade).Time;
            if (found.Count >= most && time > last)
                break;
            found.Add(DocumentTable.Row(row));
            last = time;
            if (isMade)
                moreMade = _made.Step();
            else
                moreBegun = _begun.Step();
        }
        return found;
    }

    private static (long Time, long Id) Place(Statement row, bool isMade) =>
        (isMade ? row.Long(0) >> Unid.SequenceBits : row.Long(DocumentTable.BeganColumn), row.Long(0));
}
