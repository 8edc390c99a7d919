namespace Tell.Documents.Sqlite;

/// <summary>When an operation runs, relative to the others that were waiting with it.</summary>
internal enum OperationKind : byte
{
    /// <summary>Reads the file and changes only memory: before the writes, and done without waiting for their commit.</summary>
    Read,

    /// <summary>Writes: in one transaction with the others; done when that is on stable storage.</summary>
    Write,

    /// <summary>A write that takes in something new: refused where the disk is nearly full, before it has failed.</summary>
    Grow,

    /// <summary>Works on the whole file: alone, outside any transaction.</summary>
    Alone,
}

/// <summary>A call that waits for its engine's thread.</summary>
internal abstract class Operation(object? owner, OperationKind kind)
{
    /// <summary>Whose call it is; operations of one owner keep their order within their kind.</summary>
    public object? Owner => owner;

    /// <summary>When it runs.</summary>
    public OperationKind Kind => kind;

    /// <summary>Does the work, on the engine's thread. May be called again after a transaction was rolled back.</summary>
    public abstract void Run();

    /// <summary>Gives the caller what <see cref="Run"/> found. The caller goes on elsewhere.</summary>
    public abstract void Succeed();

    /// <summary>Gives the caller the exception.</summary>
    public abstract void Fail(Exception failure);
}

/// <summary>A call with an answer.</summary>
internal sealed class Operation<T>(object? owner, OperationKind kind, Func<T> body) : Operation(owner, kind)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _found = default!;

    /// <summary>Completes with the answer.</summary>
    public Task<T> Answer => _answer.Task;

    public override void Run() => _found = body();

    public override void Succeed() => _answer.TrySetResult(_found);

    public override void Fail(Exception failure) => _answer.TrySetException(failure);
}
