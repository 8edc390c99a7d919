namespace Tell.Documents.Sqlite;

/// <summary>
/// The layout of a kind of file as numbered steps; a file's user_version says how many it has had. Steps are only ever added at the end.
/// </summary>
internal sealed partial class Schema
{
    private readonly int _application;
    private readonly string[] _steps;

    private Schema(int application, params string[] steps) => (_application, _steps) = (application, steps);

    /// <summary>Applies the steps that the file lacks, each in a transaction of its own.</summary>
    /// <exception cref="StoreException">TooNew: the file has had more steps. Damaged: it is a database, but not of this kind.</exception>
    public void Apply(Connection connection)
    {
        var application = connection.Number("PRAGMA application_id");
        var version = connection.Number("PRAGMA user_version");
        if (application != _application && (application != 0 || connection.Number("SELECT count(*) FROM sqlite_schema") > 0))
            throw Ladder.Damaged(connection.Path, "it is a database of another program or another kind");
        if (version > _steps.Length)
        {
            throw new StoreException(StoreFault.TooNew,
                $"{connection.Path} has schema {version}; this program knows schemas up to {_steps.Length}. Start the newer program that wrote it.");
        }
        for (; version < _steps.Length; version++)
        {
            connection.Execute("BEGIN IMMEDIATE");
            connection.Execute(_steps[version]);
            connection.Execute($"PRAGMA application_id={_application}; PRAGMA user_version={version + 1}; COMMIT");
        }
    }

    // Small contents lie in their row; those above 64 KiB in pieces. "shared" counts the documents that point at a content beyond the
    // first, so that the common content, which has one, costs no second row. "unfinished" names contents that no document points at yet.
    private const string ContentTables = """
        CREATE TABLE content(id INTEGER PRIMARY KEY, size INTEGER NOT NULL, octets BLOB);
        CREATE TABLE shared(content INTEGER PRIMARY KEY, extra INTEGER NOT NULL);
        CREATE TABLE piece(id INTEGER PRIMARY KEY, content INTEGER NOT NULL, seq INTEGER NOT NULL, octets BLOB NOT NULL);
        CREATE UNIQUE INDEX piece_of ON piece(content, seq);
        CREATE TABLE unfinished(content INTEGER PRIMARY KEY);
        """;
}
