using System.Collections.Immutable;

namespace Tell.Documents.Sqlite;

/// <summary>The statements on documents and attempts of one connection. No statement reads more rows than it gives, but for views with filters.</summary>
internal sealed class DocumentTable(Connection connection)
{
    internal const string Columns =
        "id, tail, queue, state, due, fence, children, attempts, form, destination, parent, parent_tail, content, size, reason, detail, notices, releases, began";

    /// <summary>The place of "began" among the columns.</summary>
    internal const int BeganColumn = 18;

    internal const string WaitingSql =
        "SELECT id FROM document INDEXED BY waiting WHERE queue = ?1 AND destination = ?2 AND rank = ?3 AND due <= ?4 ORDER BY due, id";

    internal const string LaterSql =
        "SELECT id FROM document INDEXED BY waiting WHERE queue = ?1 AND destination = ?2 AND rank = ?3 AND due > ?4 ORDER BY due, id";

    internal const string NextLaneSql =
        "SELECT destination FROM document INDEXED BY waiting WHERE queue = ?1 AND destination > ?2 AND due IS NOT NULL ORDER BY destination LIMIT 1";

    internal const string FirstLaneSql =
        "SELECT destination FROM document INDEXED BY waiting WHERE queue = ?1 AND due IS NOT NULL ORDER BY destination LIMIT 1";

    internal const string EarliestSql =
        "SELECT id, due FROM document INDEXED BY waiting WHERE queue = ?1 AND destination = ?2 AND rank = ?3 AND due IS NOT NULL ORDER BY due, id";

    internal const string FinishedSql =
        "SELECT id FROM document INDEXED BY finished WHERE queue = ?1 AND state = ?2 AND due IS NULL AND (state = 3 OR state = 2 AND children = 0) AND id > ?3 ORDER BY id LIMIT ?4";

    private readonly Statement _insert = connection.Prepare(
        $"INSERT INTO document({Columns}, rank) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)");
    private readonly Statement _update = connection.Prepare(
        "UPDATE document SET state = ?2, due = ?3, fence = ?4, attempts = ?5, reason = ?6 WHERE id = ?1");
    private readonly Statement _updateDetail = connection.Prepare("UPDATE document SET rank = ?2, detail = ?3 WHERE id = ?1");
    private readonly Statement _updateCourse = connection.Prepare("UPDATE document SET destination = ?2, notices = ?3, releases = ?4, began = ?5 WHERE id = ?1");
    private readonly Statement _updateChildren = connection.Prepare("UPDATE document SET children = ?2 WHERE id = ?1");
    private readonly Statement _updateDue = connection.Prepare("UPDATE document SET due = ?2 WHERE id = ?1");
    private readonly Statement _delete = connection.Prepare("DELETE FROM document WHERE id = ?1");
    private readonly Statement _get = connection.Prepare($"SELECT {Columns} FROM document WHERE id = ?1");
    private readonly Statement _waiting = connection.Prepare(WaitingSql);
    private readonly Statement _later = connection.Prepare(LaterSql);
    private readonly Statement _finished = connection.Prepare(FinishedSql);
    private readonly Statement _firstLane = connection.Prepare(FirstLaneSql);
    private readonly Statement _nextLane = connection.Prepare(NextLaneSql);
    private readonly Statement _earliest = connection.Prepare(EarliestSql);
    private readonly Statement _view = connection.Prepare(
        $"SELECT {Columns} FROM document NOT INDEXED WHERE id > ?1 AND (?2 IS NULL OR queue = ?2) AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR destination = ?4) ORDER BY id");
    private readonly Statement _viewChildren = connection.Prepare(
        $"SELECT {Columns} FROM document INDEXED BY child WHERE parent = ?5 AND id > ?1 AND (?2 IS NULL OR queue = ?2) AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR destination = ?4) ORDER BY id");
    private readonly Statement _insertAttempt = connection.Prepare("INSERT INTO attempt(document, seq, detail) VALUES(?1, ?2, ?3)");
    private readonly Statement _attempts = connection.Prepare("SELECT detail FROM attempt WHERE document = ?1 ORDER BY seq");
    private readonly Statement _deleteAttempts = connection.Prepare("DELETE FROM attempt WHERE document = ?1");

    /// <summary>Inserts a document with the attempts that it brings.</summary>
    public void Insert(Document document, ReadOnlySpan<byte> detail)
    {
        _insert.Bind(1, (long)document.Id.High).Bind(2, unchecked((long)document.Id.Low))
            .Bind(3, (long)document.Queue!.Value).Bind(4, (long)document.State).Bind(5, document.Due?.ToUnixTimeMilliseconds())
            .Bind(6, 0).Bind(7, document.Children).Bind(8, document.AttemptCount).Bind(9, document.Form).Bind(10, document.Destination)
            .Bind(11, (long?)document.Parent?.High).Bind(12, unchecked((long?)document.Parent?.Low))
            .Bind(13, document.Content?.Id).Bind(14, document.Content?.Size).Bind(15, document.Reason).Bind(16, detail)
            .Bind(17, document.Notices).Bind(18, document.Releases).Bind(19, document.Began?.ToUnixTimeMilliseconds())
            .Bind(20, Transition.Rank(document)).Run();
        for (var i = 0; i < document.Attempts.Length; i++)
            InsertAttempt(document.Id, document.AttemptCount - document.Attempts.Length + i, document.Attempts[i]);
    }

    /// <summary>Writes what a settlement changes.</summary>
    public void Update(Document document, long fence) =>
        _update.Bind(1, (long)document.Id.High).Bind(2, (long)document.State).Bind(3, document.Due?.ToUnixTimeMilliseconds())
            .Bind(4, fence).Bind(5, document.AttemptCount).Bind(6, document.Reason).Run();

    /// <summary>Writes the envelope anew.</summary>
    public void UpdateDetail(Document document) =>
        _updateDetail.Bind(1, (long)document.Id.High).Bind(2, Transition.Rank(document)).Bind(3, DetailWriter.Write(document)).Run();

    /// <summary>Writes the lane, and what was told and released of the document.</summary>
    public void UpdateCourse(Document document) =>
        _updateCourse.Bind(1, (long)document.Id.High).Bind(2, document.Destination).Bind(3, document.Notices).Bind(4, document.Releases)
            .Bind(5, document.Began?.ToUnixTimeMilliseconds()).Run();

    /// <summary>Writes the count of unfinished children.</summary>
    public void UpdateChildren(long id, int children) => _updateChildren.Bind(1, id).Bind(2, children).Run();

    /// <summary>Writes the due time.</summary>
    public void UpdateDue(long id, long due) => _updateDue.Bind(1, id).Bind(2, due).Run();

    /// <summary>Deletes a document and its attempts.</summary>
    public void Delete(Document document)
    {
        _delete.Bind(1, (long)document.Id.High).Run();
        if (document.AttemptCount > 0)
            _deleteAttempts.Bind(1, (long)document.Id.High).Run();
    }

    /// <summary>Adds an attempt.</summary>
    public void InsertAttempt(Unid document, int seq, Attempt attempt) =>
        _insertAttempt.Bind(1, (long)document.High).Bind(2, seq).Bind(3, DetailWriter.Write(attempt)).Run();

    /// <summary>The document with its fence, without attempts; null where there is none.</summary>
    public StoredDocument? Get(long id)
    {
        using var rows = _get.Bind(1, id).Read();
        return _get.Step() ? Row(_get) : null;
    }

    /// <summary>The attempts of a document, oldest first.</summary>
    public ImmutableArray<Attempt> Attempts(Document document)
    {
        if (document.AttemptCount == 0)
            return [];
        using var rows = _attempts.Bind(1, (long)document.Id.High).Read();
        var attempts = ImmutableArray.CreateBuilder<Attempt>(document.AttemptCount);
        while (_attempts.Step())
            attempts.Add(DetailReader.ReadAttempt(_attempts.Blob(0)));
        return attempts.DrainToImmutable();
    }

    /// <summary>The waiting documents of a lane and rank that are due, passing over those that are taken.</summary>
    public void Waiting(WorkQueue queue, string destination, int rank, DateTimeOffset now, Leases leases, int most, List<long> found) =>
        Collect(_waiting.Bind(1, (long)queue).Bind(2, destination).Bind(3, rank).Bind(4, now.ToUnixTimeMilliseconds()), leases, most, found);

    /// <summary>The waiting documents of a lane and rank that are not due, passing over those that are taken.</summary>
    public void Later(WorkQueue queue, string destination, int rank, DateTimeOffset now, Leases leases, int most, List<long> found) =>
        Collect(_later.Bind(1, (long)queue).Bind(2, destination).Bind(3, rank).Bind(4, now.ToUnixTimeMilliseconds()), leases, most, found);

    /// <summary>The finished documents of a queue in that state, oldest first.</summary>
    public List<long> Finished(WorkQueue queue, DocumentState state, Unid? after, int most)
    {
        using var rows = _finished.Bind(1, (long)queue).Bind(2, (long)state).Bind(3, (long)(after?.High ?? 0)).Bind(4, Math.Max(0, most)).Read();
        var found = new List<long>();
        while (_finished.Step())
            found.Add(_finished.Long(0));
        return found;
    }

    /// <summary>The lane after another (null: the first) that has rows in the waiting index, taken or not; null where there is none.</summary>
    public string? LaneAfter(WorkQueue queue, string? lane)
    {
        var statement = lane is null ? _firstLane.Bind(1, (long)queue) : _nextLane.Bind(1, (long)queue).Bind(2, lane);
        using var rows = statement.Read();
        return statement.Step() ? statement.Text(0) : null;
    }

    /// <summary>When the first document of a lane that nobody has can be taken; null where all are taken.</summary>
    public DateTimeOffset? Earliest(WorkQueue queue, string destination, Leases leases)
    {
        long? earliest = null;
        for (var rank = 0; rank <= 2; rank++)
        {
            using var rows = _earliest.Bind(1, (long)queue).Bind(2, destination).Bind(3, rank).Read();
            while (_earliest.Step())
            {
                if (leases.IsTaken(_earliest.Long(0)))
                    continue;
                earliest = Math.Min(earliest ?? long.MaxValue, _earliest.Long(1));
                break;
            }
        }
        return earliest is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due) : null;
    }

    /// <summary>Documents in the order of their ids, as their rows have them; enumerate to the end or dispose.</summary>
    public IEnumerable<Document> View(QueueView view, DocumentState? state)
    {
        var statement = view.Parent is null ? _view : _viewChildren.Bind(5, (long)view.Parent.Value.High);
        statement.Bind(1, (long)(view.After?.High ?? 0)).Bind(2, (long?)view.Queue).Bind(3, (long?)state).Bind(4, view.Destination);
        try
        {
            while (statement.Step())
                yield return Row(statement).Document;
        }
        finally
        {
            statement.Reset();
        }
    }

    private static void Collect(Statement statement, Leases leases, int most, List<long> found)
    {
        using var rows = statement.Read();
        while (found.Count < most && statement.Step())
        {
            var id = statement.Long(0);
            if (!leases.IsTaken(id))
                found.Add(id);
        }
    }

    /// <summary>The document of a row that has all the columns.</summary>
    internal static StoredDocument Row(Statement row) => new(
        DetailReader.Read(
            new Document
            {
                Id = new Unid((ulong)row.Long(0), unchecked((ulong)row.Long(1))),
                Queue = (WorkQueue)row.Long(2),
                State = (DocumentState)row.Long(3),
                Due = row.LongOrNull(4) is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due) : null,
                Children = (int)row.Long(6),
                AttemptCount = (int)row.Long(7),
                Form = row.Text(8),
                Destination = row.Text(9),
                Parent = row.IsNull(10) ? null : new Unid((ulong)row.Long(10), unchecked((ulong)row.Long(11))),
                Content = row.IsNull(12) ? null : new Content(row.Long(12), row.Long(13)),
                Reason = row.TextOrNull(14),
                Notices = (int)row.Long(16),
                Releases = (int)row.Long(17),
                Began = row.LongOrNull(BeganColumn) is { } began ? DateTimeOffset.FromUnixTimeMilliseconds(began) : null,
            },
            row.Blob(15)),
        row.Long(5));
}
