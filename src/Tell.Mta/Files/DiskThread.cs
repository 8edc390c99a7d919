namespace Tell.Mta.Files;

/// <summary>
/// The one thread on which the disk is waited for: fsync and slow disks hold it up, never a thread of the pool. It is started by the first call, serves
/// calls in their order, and ends when it is closed. Changes that wait at the same time share one <paramref name="sync"/> for each folder.
/// </summary>
internal sealed class DiskThread(string name, Action<string> sync)
{
    // What a batch has at most: the first of its changes waits for the last.
    private const int MostCalls = 64;

    private readonly object _gate = new();
    private readonly Queue<Action> _waiting = [];
    private readonly List<(string[] Folders, TaskCompletionSource Answer)> _changed = [];
    private bool _started, _closed;

    /// <summary>Carries out a call; it completes on the caller's scheduler. Once it is queued it is carried out, whatever becomes of the token.</summary>
    public Task<T> CallAsync<T>(Func<T> call, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(
            () =>
            {
                // Whatever a call throws is its caller's.
                try
                {
                    answer.SetResult(call());
                }
                catch (Exception fault)
                {
                    answer.SetException(fault);
                }
            },
            cancellation);
        return answer.Task;
    }

    /// <summary>The same for a call that changes names: it gives the folders that they are in, and completes when these are on stable storage.</summary>
    public Task ChangeAsync(Func<string[]> change, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(
            () =>
            {
                try
                {
                    _changed.Add((change(), answer));
                }
                catch (Exception fault)
                {
                    answer.SetException(fault);
                }
            },
            cancellation);
        return answer.Task;
    }

    /// <summary>Serves what waits and ends; later calls are refused.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Add(Action call, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _waiting.Enqueue(call);
            if (!_started)
                new Thread(Loop) { Name = name, IsBackground = true }.Start();
            _started = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Loop()
    {
        var batch = new List<Action>(MostCalls);
        while (Next(batch))
        {
            foreach (var call in batch)
                call();
            Sync();
        }
    }

    private void Sync()
    {
        var synced = new Dictionary<string, Exception?>(StringComparer.Ordinal);
        foreach (var folder in _changed.SelectMany(change => change.Folders))
        {
            if (synced.ContainsKey(folder))
                continue;
            try
            {
                sync(folder);
                synced[folder] = null;
            }
            catch (Exception fault)
            {
                synced[folder] = fault;
            }
        }
        foreach (var (folders, answer) in _changed)
        {
            if (folders.Select(folder => synced[folder]).FirstOrDefault(fault => fault is not null) is { } fault)
                answer.SetException(fault);
            else
                answer.SetResult();
        }
        _changed.Clear();
    }

    private bool Next(List<Action> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closed)
                    return false;
                Monitor.Wait(_gate);
            }
            while (batch.Count < MostCalls && _waiting.TryDequeue(out var call))
                batch.Add(call);
            return true;
        }
    }
}
