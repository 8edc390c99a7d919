using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Tell.Documents.Sqlite;

/// <summary>What takes part in each transaction beside the operations: what is written last, and what memory holds of the file.</summary>
internal interface IParticipant
{
    /// <summary>Writes what was gathered from all operations, just before the commit.</summary>
    void BeforeCommit();

    /// <summary>The transaction is on stable storage: memory follows.</summary>
    void Committed();

    /// <summary>Nothing has changed: memory goes back to what the file says.</summary>
    void RolledBack();
}

/// <summary>
/// Serves a batch on one connection: reads at once, then all writes in one transaction. Callers are answered after COMMIT has returned.
/// Where the batch fails it is rolled back and each operation tried in a transaction of its own, so that a poisonous one fails alone.
/// </summary>
internal sealed partial class GroupCommit
{
    // Pages of the write-ahead log after which it is copied into the file: 16 MB. Below it, pages that change often are copied less
    // often; above it, a copy stalls commits for longer than the gain is worth.
    private const int CheckpointPages = 4096;

    private readonly Connection _connection;
    private readonly IParticipant _participant;
    private readonly ILogger _logger;
    private readonly Statement _begin, _commit;
    private readonly DiskSpace _space;
    private readonly List<Operation> _writes = [];
    private int _checkpointed;

    public GroupCommit(Connection connection, IParticipant participant, ILogger logger)
    {
        (_connection, _participant, _logger) = (connection, participant, logger);
        _space = new DiskSpace(connection.Path, () => connection.Number("PRAGMA freelist_count"));
        _begin = connection.Prepare("BEGIN IMMEDIATE");
        _commit = connection.Prepare("COMMIT");
    }

    /// <summary>The octets of the file that held nothing at the last look. Read from any thread.</summary>
    public long Reusable => _space.Reusable;

    /// <summary>Serves a batch; each operation has its answer then.</summary>
    public void Serve(IEnumerable<Operation> batch)
    {
        List<Operation>? alone = null;
        _space.Look(_connection.PagesWritten);
        foreach (var operation in batch)
        {
            if (operation.Kind == OperationKind.Read)
                Answer(operation);
            else if (operation.Kind == OperationKind.Grow && _space.IsLow)
                operation.Fail(Ladder.Full(_connection.Path));
            else if (operation.Kind is OperationKind.Write or OperationKind.Grow)
                _writes.Add(operation);
            else
                (alone ??= []).Add(operation);
        }
        if (_writes.Count > 0)
        {
            Write();
            _writes.Clear();
            CheckpointIfLong();
        }
        alone?.ForEach(Answer);
    }

    private void Write()
    {
        var failure = Try(_writes);
        if (failure is null || _writes.Count == 1 && failure is not StoreException { Fault: StoreFault.Full })
        {
            Answer(_writes, failure);
            return;
        }
        // On a full disk the log can be used from its start again once it has been copied into the file.
        if (failure is StoreException { Fault: StoreFault.Full })
            Checkpoint(raw.SQLITE_CHECKPOINT_RESTART);
        foreach (var operation in _writes)
            Answer([operation], Try([operation]));
    }

    // The ladder of the writing thread: whatever an operation or the commit throws goes to the callers, after the rollback.
    private Exception? Try(List<Operation> operations)
    {
        try
        {
            _begin.Run();
            foreach (var operation in operations)
                operation.Run();
            _participant.BeforeCommit();
            _commit.Run();
        }
        catch (Exception failure)
        {
            RollBack();
            return failure;
        }
        _participant.Committed();
        return null;
    }

    private void RollBack()
    {
        try
        {
            // SQLite ends the transaction itself on some errors.
            if (_connection.InTransaction)
                _connection.Execute("ROLLBACK");
        }
        catch (StoreException failure)
        {
            // The next BEGIN fails on it and says so to its callers.
            LogRollbackFailed(_logger, _connection.Path, failure.Message);
        }
        _participant.RolledBack();
    }

    private static void Answer(List<Operation> operations, Exception? failure)
    {
        foreach (var operation in operations)
        {
            if (failure is null)
                operation.Succeed();
            else
                operation.Fail(failure);
        }
    }

    private static void Answer(Operation operation)
    {
        try
        {
            operation.Run();
        }
        catch (Exception failure)
        {
            operation.Fail(failure);
            return;
        }
        operation.Succeed();
    }

    private void CheckpointIfLong()
    {
        var pages = _connection.PagesWritten - _checkpointed;
        if (_space.IsShortFor(pages * 4096L))
            Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        else if (pages > CheckpointPages)
            Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
    }

    // A checkpoint that fails loses nothing: the log keeps what it has, and the next one tries again.
    private void Checkpoint(int mode)
    {
        try
        {
            _checkpointed = _connection.PagesWritten;
            _connection.Checkpoint(mode);
        }
        catch (StoreException failure)
        {
            LogCheckpointFailed(_logger, _connection.Path, failure.Message);
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "The write-ahead log of {Path} could not be copied into it: {Reason}")]
    private static partial void LogCheckpointFailed(ILogger logger, string path, string reason);

    [LoggerMessage(2102, LogLevel.Error, "A transaction on {Path} could not be rolled back: {Reason}")]
    private static partial void LogRollbackFailed(ILogger logger, string path, string reason);
}
