using Microsoft.Extensions.Logging.Abstractions;
using Tell.Documents;
using Tell.Documents.Memory;
using Tell.Documents.Sqlite;

namespace Tell.Tests.Documents;

/// <summary>Where a data directory lives between openings: what the contract suites need of an engine.</summary>
public interface IPlace : IAsyncDisposable
{
    /// <summary>Opens it; what was open ends as a process ends.</summary>
    Task<IDataDirectory> OpenAsync(TimeProvider time);
}

/// <summary>In memory.</summary>
public sealed class MemoryPlace : IPlace
{
    private MemoryDataDirectory? _directory;

    public async Task<IDataDirectory> OpenAsync(TimeProvider time)
    {
        // A clean end, as on the disk: what was counted is written.
        if (_directory is not null)
            await _directory.Queues.DisposeAsync();
        return _directory = _directory is null ? new MemoryDataDirectory(time, new Random(7)) : _directory.Reopen();
    }

    public ValueTask DisposeAsync() => _directory?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>In a directory of its own on the disk.</summary>
public sealed class SqlitePlace : IPlace
{
    private SqliteDataDirectory? _directory;

    /// <summary>The directory.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("tell-documents-").FullName;

    public async Task<IDataDirectory> OpenAsync(TimeProvider time)
    {
        await CloseAsync();
        return _directory = await SqliteDataDirectory.OpenAsync(Path, time, new Random(7), NullLogger.Instance, CancellationToken.None);
    }

    public async Task CloseAsync()
    {
        if (_directory is not null)
            await _directory.DisposeAsync();
        _directory = null;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(Path, recursive: true);
    }
}
