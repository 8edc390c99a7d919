namespace Tell.Documents.Sqlite;

internal sealed partial class Schema
{
    /// <summary>names.db and mail files: documents that wait for nothing.</summary>
    public static Schema Databases { get; } = new(0x54454C44,
        $"""
        {ContentTables}
        CREATE TABLE document(id INTEGER PRIMARY KEY, tail INTEGER NOT NULL, form TEXT NOT NULL, content INTEGER, size INTEGER, detail BLOB NOT NULL);
        CREATE INDEX form ON document(form);
        """,
        // The octets of all documents; without a row where nobody has counted them yet.
        """
        CREATE TABLE total(one INTEGER PRIMARY KEY CHECK(one = 1), octets INTEGER NOT NULL);
        INSERT INTO total SELECT 1, 0 WHERE NOT EXISTS(SELECT 1 FROM document);
        """);
}
