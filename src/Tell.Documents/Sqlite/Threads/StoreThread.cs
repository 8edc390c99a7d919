namespace Tell.Documents.Sqlite;

/// <summary>
/// A dedicated thread on which blocking store work happens. It takes whatever waits as one batch and serves it, then takes what has come
/// meanwhile: the slower the disk, the larger the batches. At most <see cref="Limit"/> operations wait; further callers wait outside.
/// </summary>
internal sealed class StoreThread
{
    /// <summary>How many operations may wait. Each holds at most a few pieces of content, so this also bounds memory.</summary>
    public const int Limit = 512;

    private readonly object _gate = new();
    private readonly SemaphoreSlim _room = new(Limit);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<List<Operation>> _serve;
    private List<Operation> _waiting = [];
    private bool _idle;
    private bool _closed;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The name that debuggers show.</param>
    /// <param name="serve">Serves a batch; every operation has its answer when it returns. Must not throw.</param>
    public StoreThread(string name, Action<List<Operation>> serve)
    {
        _serve = serve;
        new Thread(Loop) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>Queues a call. Once it is queued it is carried out, whatever becomes of the token.</summary>
    public ValueTask<T> CallAsync<T>(object? owner, OperationKind kind, Func<T> body, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var operation = new Operation<T>(owner, kind, body);
        if (!_room.Wait(0, CancellationToken.None))
            return CallLaterAsync(operation, cancellation);
        Queue(operation);
        return new ValueTask<T>(operation.Answer);
    }

    /// <summary>Serves what waits, refuses what comes later, and completes when the thread has ended.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
        return _ended.Task;
    }

    private async ValueTask<T> CallLaterAsync<T>(Operation<T> operation, CancellationToken cancellation)
    {
        await _room.WaitAsync(cancellation);
        Queue(operation);
        return await operation.Answer;
    }

    private void Queue(Operation operation)
    {
        lock (_gate)
        {
            if (_closed)
            {
                _room.Release();
                throw new ObjectDisposedException(nameof(StoreThread), "The store is closed.");
            }
            _waiting.Add(operation);
            if (_idle)
                Monitor.Pulse(_gate);
        }
    }

    private void Loop()
    {
        var batch = new List<Operation>();
        while (Next(ref batch))
        {
            _room.Release(batch.Count);
            _serve(batch);
            var busy = batch.Count > 1;
            batch.Clear();
            // Those that were just answered, and are ready to run, have their next calls in the next batch: larger batches cost less for each. Where nobody is, nothing is lost.
            if (busy)
                Thread.Yield();
        }
        _ended.SetResult();
    }

    private bool Next(ref List<Operation> batch)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closed)
                    return false;
                _idle = true;
                Monitor.Wait(_gate);
                _idle = false;
            }
            (batch, _waiting) = (_waiting, batch);
            return true;
        }
    }
}
