namespace Tell.Mta.Files;

/// <summary>
/// The files that are not ours alone: pickup folders and Maildirs. The machine's disk, or a simulator's. Each change is on stable storage when it
/// completes, the names of files included; those of many callers at a time share the wait for it. Failures are <see cref="IOException"/>, whose message names the path.
/// </summary>
public interface IFiles
{
    /// <summary>The plain files of a folder, by name; empty where there is no such folder. Links and folders are left out.</summary>
    ValueTask<IReadOnlyList<FoundFile>> ListAsync(string folder, CancellationToken cancellation);

    /// <summary>The octets of a file, in pieces of at most 64 KiB; each piece is valid until the next is asked for.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken cancellation);

    /// <summary>Writes a new file, readable for its owner only; one that exists is never written over.</summary>
    ValueTask WriteAsync(string path, IAsyncEnumerable<ReadOnlyMemory<byte>> octets, CancellationToken cancellation);

    /// <summary>Renames a file within one file system; a file that has that name already is never written over.</summary>
    ValueTask MoveAsync(string from, string to, CancellationToken cancellation);

    /// <summary>Deletes a file; nothing where there is none.</summary>
    ValueTask DeleteAsync(string path, CancellationToken cancellation);

    /// <summary>Makes a folder and those above it, for their owner only; nothing where it exists.</summary>
    ValueTask MakeFolderAsync(string path, CancellationToken cancellation);

    /// <summary>Locks a file, made where it is missing, against every other process until the answer is disposed or the process ends, however it ends.</summary>
    /// <exception cref="IOException">Somebody else has locked it, or it cannot be made.</exception>
    ValueTask<IDisposable> LockAsync(string path, CancellationToken cancellation);
}
