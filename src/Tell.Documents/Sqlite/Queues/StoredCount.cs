namespace Tell.Documents.Sqlite;

/// <summary>Counts what lies in the lanes of a queue, some rows at a time: each document once, in the order of the ids.</summary>
internal sealed class StoredCount(Connection connection)
{
    // The rows of one step: a few milliseconds, after which other questions have their turn.
    private const int Step = 1000;

    // The detail is text in a blob, which SQLite's functions take for its own binary JSON unless it is told.
    internal const string Sql = """
        SELECT id, destination, coalesce(size, 0),
            CASE WHEN queue = ?1 AND due IS NOT NULL THEN coalesce(json_array_length(CAST(detail AS TEXT), '$.envelope.to'), 0) END
        FROM document NOT INDEXED WHERE id > ?2 ORDER BY id LIMIT ?3
        """;

    private readonly Statement _rows = connection.Prepare(Sql);

    /// <summary>Adds the rows after that id to the lanes; returns the last id, or null where there are no more.</summary>
    public long? Add(WorkQueue queue, long after, Dictionary<string, StoredMail> lanes)
    {
        using var rows = _rows.Bind(1, (long)queue).Bind(2, after).Bind(3, Step).Read();
        long? last = null;
        while (_rows.Step())
        {
            last = _rows.Long(0);
            if (_rows.LongOrNull(3) is not { } recipients)
                continue;
            var lane = _rows.Text(1);
            var sum = lanes.GetValueOrDefault(lane);
            lanes[lane] = new StoredMail(lane, sum.Messages + 1, sum.Recipients + recipients, sum.Octets + _rows.Long(2));
        }
        return last;
    }
}
