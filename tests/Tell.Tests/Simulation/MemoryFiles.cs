using System.Runtime.CompilerServices;
using System.Text;
using Tell.Mta.Files;

namespace Tell.Tests.Simulation;

/// <summary>
/// A disk in memory, on a clock that only the test moves. Each call completes at once and is durable, so that a power cut falls between two calls or into
/// a write; <see cref="Reopen"/> is the disk as the next process finds it.
/// </summary>
internal sealed class MemoryFiles : IFiles
{
    private readonly TimeProvider _time;
    private readonly SortedDictionary<string, (byte[] Octets, DateTimeOffset Written)> _files;
    private readonly HashSet<string> _folders;
    private readonly HashSet<string> _locks = [];
    private bool _closed;

    public MemoryFiles(TimeProvider time) => (_time, _files, _folders) = (time, new(StringComparer.Ordinal), ["/"]);

    private MemoryFiles(MemoryFiles old) => (_time, _files, _folders) = (old._time, old._files, old._folders);

    /// <summary>Called before each call with its verb ("list", "read", "write", "piece", "move", "delete", "folder", "lock") and its path; what it gives is thrown.</summary>
    public Func<string, string, Exception?> Before { get; set; } = (_, _) => null;

    /// <summary>How many octets still find room; writes beyond fail as on a full disk, and leave nothing.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>The paths of all files, in order.</summary>
    public IReadOnlyList<string> Paths => [.. _files.Keys];

    /// <summary>A file as text.</summary>
    public string this[string path] => Encoding.UTF8.GetString(_files[path].Octets);

    /// <summary>The octets of a file.</summary>
    public byte[] Octets(string path) => _files[path].Octets;

    /// <summary>Puts a file there as another program would, whole, written now or at some other time.</summary>
    public void Put(string path, byte[] octets, DateTimeOffset? written = null)
    {
        for (var folder = Path.GetDirectoryName(path)!; _folders.Add(folder);)
            folder = Path.GetDirectoryName(folder)!;
        _files[path] = (octets, written ?? _time.GetUtcNow());
    }

    /// <summary>The same with text.</summary>
    public void Put(string path, string text, DateTimeOffset? written = null) => Put(path, Encoding.UTF8.GetBytes(text), written);

    /// <summary>Deletes a file as another program would.</summary>
    public void Remove(string path) => _files.Remove(path);

    /// <summary>The disk for a new process; this object is closed.</summary>
    public MemoryFiles Reopen()
    {
        _closed = true;
        return new MemoryFiles(this);
    }

    public ValueTask<IReadOnlyList<FoundFile>> ListAsync(string folder, CancellationToken cancellation)
    {
        Enter("list", folder, cancellation);
        return ValueTask.FromResult<IReadOnlyList<FoundFile>>(
            [.. _files.Where(file => Path.GetDirectoryName(file.Key) == folder).Select(file => new FoundFile(Path.GetFileName(file.Key), file.Value.Octets.Length, file.Value.Written))]);
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Enter("read", path, cancellation);
        var octets = _files.TryGetValue(path, out var file) ? file.Octets : throw new FileNotFoundException($"{path} is not there.", path);
        var piece = new byte[64 * 1024];
        for (var from = 0; from < octets.Length; from += piece.Length)
        {
            await Task.CompletedTask;
            var length = Math.Min(piece.Length, octets.Length - from);
            octets.AsSpan(from, length).CopyTo(piece);
            yield return piece.AsMemory(0, length);
        }
    }

    public async ValueTask WriteAsync(string path, IAsyncEnumerable<ReadOnlyMemory<byte>> octets, CancellationToken cancellation)
    {
        Enter("write", path, cancellation);
        RequireFree(path);
        _files[path] = ([], _time.GetUtcNow());
        try
        {
            await foreach (var piece in octets.WithCancellation(cancellation))
            {
                Enter("piece", path, cancellation);
                if (piece.Length > Room)
                    throw new IOException($"{path}: no space left on the disk.");
                Room -= piece.Length;
                _files[path] = ([.. _files[path].Octets, .. piece.Span], _time.GetUtcNow());
            }
        }
        catch when (!_closed)
        {
            _files.Remove(path);
            throw;
        }
    }

    public ValueTask MoveAsync(string from, string to, CancellationToken cancellation)
    {
        Enter("move", from, cancellation);
        if (!_files.TryGetValue(from, out var file))
            throw new FileNotFoundException($"{from} is not there.", from);
        RequireFree(to);
        _files.Remove(from);
        _files[to] = file;
        return ValueTask.CompletedTask;
    }

    public ValueTask DeleteAsync(string path, CancellationToken cancellation)
    {
        Enter("delete", path, cancellation);
        _files.Remove(path);
        return ValueTask.CompletedTask;
    }

    public ValueTask MakeFolderAsync(string path, CancellationToken cancellation)
    {
        Enter("folder", path, cancellation);
        while (_folders.Add(path))
            path = Path.GetDirectoryName(path)!;
        return ValueTask.CompletedTask;
    }

    public ValueTask<IDisposable> LockAsync(string path, CancellationToken cancellation)
    {
        Enter("lock", path, cancellation);
        return _locks.Add(path) ? ValueTask.FromResult<IDisposable>(new Unlock(_locks, path)) : throw new IOException($"{path}: somebody else has it.");
    }

    private sealed class Unlock(HashSet<string> locks, string path) : IDisposable
    {
        public void Dispose() => locks.Remove(path);
    }

    private void Enter(string verb, string path, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_closed, this);
        if (Before(verb, path) is { } fault)
            throw fault;
        ObjectDisposedException.ThrowIf(_closed, this);
    }

    private void RequireFree(string path)
    {
        if (_files.ContainsKey(path))
            throw new IOException($"{path} exists already.");
        if (!_folders.Contains(Path.GetDirectoryName(path)!))
            throw new DirectoryNotFoundException($"{Path.GetDirectoryName(path)} is not there.");
    }
}
