namespace Tell.Mta.Files;

/// <summary>
/// The one thread on which the disk is waited for: fsync and slow disks hold it up, never a thread of the pool. It is started by the first call, serves
/// calls in their order, and ends when it is closed.
/// </summary>
internal sealed class DiskThread(string name)
{
    private readonly object _gate = new();
    private readonly Queue<Action> _waiting = [];
    private bool _started, _closed;

    /// <summary>Carries out a call; it completes on the caller's scheduler. Once it is queued it is carried out, whatever becomes of the token.</summary>
    public Task<T> CallAsync<T>(Func<T> call, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _waiting.Enqueue(() => Answer(answer, call));
            if (!_started)
                new Thread(Loop) { Name = name, IsBackground = true }.Start();
            _started = true;
            Monitor.Pulse(_gate);
        }
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

    // Whatever a call throws is its caller's.
    private static void Answer<T>(TaskCompletionSource<T> answer, Func<T> call)
    {
        try
        {
            answer.SetResult(call());
        }
        catch (Exception fault)
        {
            answer.SetException(fault);
        }
    }

    private void Loop()
    {
        while (Next() is { } call)
            call();
    }

    private Action? Next()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closed)
                    return null;
                Monitor.Wait(_gate);
            }
            return _waiting.Dequeue();
        }
    }
}
