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
        """,
        // What age counts from, what was told and released; an index of the finished that begins with the state; accounts; fingerprints. "seq" grows, so that
        // a new fingerprint goes to the end of its table and what has expired leaves from its beginning: no message dirties a page of its own for it.
        $"""
        ALTER TABLE document ADD COLUMN notices INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE document ADD COLUMN releases INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE document ADD COLUMN began INTEGER;
        DROP INDEX finished;
        CREATE INDEX finished ON document(queue, state) WHERE due IS NULL AND (state = 3 OR state = 2 AND children = 0);
        CREATE INDEX aged ON document(queue, began) WHERE began IS NOT NULL AND due IS NOT NULL;
        CREATE TABLE fingerprint(seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, id INTEGER NOT NULL, tail INTEGER NOT NULL, until INTEGER NOT NULL);
        CREATE TABLE traffic(kind INTEGER NOT NULL, name TEXT NOT NULL, last INTEGER NOT NULL, {string.Join(", ", TrafficTable.Sums.Select(sum => sum + " INTEGER NOT NULL"))},
            PRIMARY KEY(kind, name)) WITHOUT ROWID;
        """);
}
