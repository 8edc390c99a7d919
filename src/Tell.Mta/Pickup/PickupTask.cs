using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Controller;
using Tell.Mta.Files;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;

namespace Tell.Mta.Pickup;

/// <summary>
/// SMTPMTA pickup: sends the files of a folder, each exactly once, wherever the process dies: a file is renamed, its documents are put and held, it is deleted, they
/// are released; each step is on stable storage before the next, and after a crash the steps say how far it had come. What cannot be sent is put aside with the
/// reason; what fails for now is tried again, and nothing waits for it.
/// </summary>
public sealed partial class PickupTask : ServerTask
{
    // A file that was written to just now may be written to again.
    // Files that go through the steps side by side share transactions and the waits for the disk; a Memo is whole in memory meanwhile.
    private const int MostAtOnce = 32, MostOctetsAtOnce = 1 << 20;

    private static readonly TimeSpan StillWarm = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(1);

    private readonly PickupHold _hold;
    private readonly PickupReader _reader;
    private readonly ConcurrentDictionary<string, (TimeSpan Pause, DateTimeOffset Next)> _troubles = new(StringComparer.Ordinal);
    private readonly Lock _reporting = new();
    private (string Path, IDisposable Lock)? _open;
    private string _lastTrouble = "";
    private bool _reported;
    private string _doing = "Idle";

    internal PickupTask(MtaContext context)
        : base("SMTPMTA pickup", context)
    {
        _hold = new PickupHold(context);
        _reader = new PickupReader(context);
    }

    /// <inheritdoc/>
    protected override string Doing => Context.Settings.PickupDirectory.Length == 0 ? "Off" : _doing;

    private IFiles Files => Context.Files;

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var settings = Context.Settings;
                var folder = settings.PickupDirectory.Length == 0 ? null : new PickupFolder(Files, Path.GetFullPath(settings.PickupDirectory, settings.Directory));
                await PollAsync(folder, stop);
                await Wake.WaitAsync(folder is null ? null : Context.Now + TimeSpan.FromSeconds(settings.PickupPollSeconds), stop);
            }
        }
        finally
        {
            Close();
        }
    }

    // The ladder of the folder as a whole: it, or the store, may be back at the next poll.
    private async ValueTask PollAsync(PickupFolder? folder, CancellationToken stop)
    {
        _reported = false;
        try
        {
            await _hold.FindAsync(stop);
            foreach (var file in _hold.Files.ToArray())
                await TryAsync(file, () => _hold.ReleaseAsync(file, Files, stop));
            if (folder is null)
                return;
            await OpenAsync(folder, stop);
            var found = await folder.ListAsync(stop);
            if (found.Where(file => PickupFolder.IsTaken(file.Name, out _, out _)).ToArray() is { Length: > 0 } taken)
            {
                foreach (var file in taken)
                    await TryAsync(file.Name, () => RecoverAsync(folder, file.Name, stop));
                found = await folder.ListAsync(stop);
            }
            var offered = found.Where(file => PickupFolder.IsOffered(file.Name)).ToList();
            Forget(offered);
            foreach (var some in Batches(offered.Where(IsDue).OrderBy(file => file.Written).ThenBy(file => file.Name, StringComparer.Ordinal)))
            {
                _doing = "Sending";
                await Task.WhenAll(some.Select(file => TryAsync(file.Name, () => SendAsync(folder, file, stop)).AsTask()));
                stop.ThrowIfCancellationRequested();
            }
        }
        catch (Exception fault) when (fault is IOException or StoreException)
        {
            Report(fault);
        }
        finally
        {
            _doing = "Idle";
        }
        if (!_reported && _troubles.Count == 0)
            _lastTrouble = "";
    }

    private async ValueTask OpenAsync(PickupFolder folder, CancellationToken stop)
    {
        if (_open?.Path == folder.Path)
            return;
        Close();
        _open = (folder.Path, await folder.OpenAsync(stop));
    }

    private void Close()
    {
        _open?.Lock.Dispose();
        _open = null;
    }

    private static IEnumerable<List<FoundFile>> Batches(IEnumerable<FoundFile> files)
    {
        var batch = new List<FoundFile>();
        var octets = 0L;
        foreach (var file in files)
        {
            if (batch.Count == MostAtOnce || batch.Count > 0 && octets + file.Size > MostOctetsAtOnce)
            {
                yield return batch;
                (batch, octets) = ([], 0);
            }
            batch.Add(file);
            octets += file.Size;
        }
        if (batch.Count > 0)
            yield return batch;
    }

    // The ladder of one file: the environment failed, so it is tried again after a growing pause, and the others go on. So they do where
    // it is our fault: the task ends by it, and begins with the others.
    private async ValueTask TryAsync(string file, Func<ValueTask> work)
    {
        try
        {
            await work();
            _troubles.TryRemove(file, out _);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            var pause = _troubles.TryGetValue(file, out var before) ? before.Pause * 2 : TimeSpan.FromSeconds(Context.Settings.PickupPollSeconds);
            pause = pause < LongestPause ? pause : LongestPause;
            _troubles[file] = (pause, Context.Now + pause);
            if (fault is not (IOException or StoreException))
                throw;
            Report(fault);
        }
    }

    private async ValueTask SendAsync(PickupFolder folder, FoundFile file, CancellationToken stop)
    {
        var (id, name) = (Context.Queues.NewId(), file.Name);
        if (PickupFolder.Refusal(name) is { } refusal)
        {
            await RejectAsync(folder, name, name, id, [refusal], stop);
            return;
        }
        var taken = PickupFolder.TakenName(name, id);
        var path = Path.Combine(folder.Path, taken);
        await folder.TakeAsync(name, taken, stop);
        // If we die here, the file is found as taken with no document, and gets its name back.
        var writers = new List<IContentWriter>();
        var put = false;
        try
        {
            var (documents, problems) = await _reader.ReadAsync(folder, taken, file.Size, id, path, writers, stop);
            if (documents is null)
            {
                await RejectAsync(folder, taken, name, id, problems, stop);
                return;
            }
            documents = [.. documents.Select(document => PickupHold.Held(document, path))];
            await Context.Queues.PutAsync(documents, [.. MemoSubmission.SubmittedOf(documents), new(Stat.PickedUp, 1)], CancellationToken.None);
            put = true;
            // If we die here, the documents are held and the file is there: the next start deletes it and releases them.
            _hold.Add(path, documents.Select(document => document.Id));
            foreach (var document in documents)
                Context.Transfers.Queued(document, null);
        }
        catch (StoreException) when (!put)
        {
            await RecoverAsync(folder, taken, CancellationToken.None);
            throw;
        }
        finally
        {
            foreach (var writer in writers)
                await writer.DisposeAsync();
        }
        await _hold.ReleaseAsync(path, Files, stop);
    }

    private async ValueTask RejectAsync(PickupFolder folder, string current, string name, Unid id, IReadOnlyList<string> problems, CancellationToken stop)
    {
        var aside = await folder.RejectAsync(current, name, id, problems, stop);
        LogBad(Log, aside, folder.BadPath, problems[0]);
        Context.Gauges.Add(Stat.PickedUpBad);
    }

    // What the store has says how far a taken file had come.
    private async ValueTask RecoverAsync(PickupFolder folder, string taken, CancellationToken stop)
    {
        var path = Path.Combine(folder.Path, taken);
        if (_hold.Has(path) || !PickupFolder.IsTaken(taken, out var name, out var id))
            return;
        if (await Context.Queues.GetAsync(id, stop) is not { } document)
            await folder.ReturnAsync(taken, name, Context.Queues.NewId(), stop);
        else if (!PickupHold.IsOf(document, path))
            await RejectAsync(folder, taken, taken, Context.Queues.NewId(), ["its name is that of a taken file, but it is none: give it another one"], stop);
        else if (PickupHold.IsWaiting(document))
            _hold.Lose();
        else
            await Files.DeleteAsync(path, stop);
    }

    // A clock that is far off is no reason never to take a file.
    private bool IsDue(FoundFile file) =>
        (Context.Now - file.Written).Duration() >= StillWarm && !(_troubles.TryGetValue(file.Name, out var trouble) && trouble.Next > Context.Now);

    private void Forget(IEnumerable<FoundFile> there)
    {
        if (_troubles.Count == 0)
            return;
        var names = there.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _troubles.Keys.Where(name => !names.Contains(name) && !_hold.Has(name)).ToArray())
            _troubles.TryRemove(gone, out _);
    }

    // Each kind of trouble once, until a poll has none: not for each file at each poll.
    private void Report(Exception fault)
    {
        var kind = $"{fault.GetType().Name} {(fault as StoreException)?.Fault} {fault.HResult}";
        lock (_reporting)
        {
            _reported = true;
            if (kind == _lastTrouble)
                return;
            _lastTrouble = kind;
        }
        LogTrouble(Log, fault);
    }

    [LoggerMessage(1901, LogLevel.Warning, "{File} was put into {Folder}: {Reason}")]
    private static partial void LogBad(ILogger log, string file, string folder, string reason);

    [LoggerMessage(1902, LogLevel.Error, "files wait: the pickup folder or the store cannot be used; it is tried again")]
    private static partial void LogTrouble(ILogger log, Exception fault);
}
