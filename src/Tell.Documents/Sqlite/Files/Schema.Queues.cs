namespace Tell.Documents.Sqlite;

internal sealed partial class Schema
{
    /// <summary>
    /// queues.db. A document's id is the upper half of its UNID, so rows lie in the order of time; due is null where the document cannot
    /// be taken, and only what can be taken is in the index "waiting".
    /// </summary>
    public static Schema Queues { get; } = new(0x54454C51,
        $"""
        {ContentTables}
        CREATE TABLE document(
            id INTEGER PRIMARY KEY, tail INTEGER NOT NULL, queue INTEGER NOT NULL, state INTEGER NOT NULL, rank INTEGER NOT NULL,
            due INTEGER, fence INTEGER NOT NULL, children INTEGER NOT NULL, attempts INTEGER NOT NULL,
            form TEXT NOT NULL, destination TEXT NOT NULL, parent INTEGER, parent_tail INTEGER,
            content INTEGER, size INTEGER, reason TEXT, detail BLOB NOT NULL);
        CREATE INDEX waiting ON document(queue, destination, rank, due) WHERE due IS NOT NULL;
        CREATE INDEX finished ON document(queue) WHERE due IS NULL AND (state = 3 OR state = 2 AND children = 0);
        CREATE INDEX child ON document(parent) WHERE parent IS NOT NULL;
        CREATE TABLE attempt(document INTEGER NOT NULL, seq INTEGER NOT NULL, detail BLOB NOT NULL, PRIMARY KEY(document, seq)) WITHOUT ROWID;
        CREATE TABLE counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE opening(one INTEGER PRIMARY KEY CHECK(one = 1), number INTEGER NOT NULL);
        INSERT INTO opening VALUES(1, 0);
        """);
}
