using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Controller;
using Tell.Mta.Files;
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
    private static readonly TimeSpan StillWarm = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(1);

    private readonly PickupHold _hold;
    private readonly PickupReader _reader;
    private readonly Dictionary<string, (TimeSpan Pause, DateTimeOffset Next)> _troubles = new(StringComparer.Ordinal);
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
        while (true)
        {
            var settings = Context.Settings;
            var folder = settings.PickupDirectory.Length == 0 ? null : new PickupFolder(Files, Path.GetFullPath(settings.PickupDirectory, settings.Directory));
            await PollAsync(folder, stop);
            await Wake.WaitAsync(folder is null ? null : Context.Now + TimeSpan.FromSeconds(settings.PickupPollSeconds), stop);
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
            await folder.MakeAsync(stop);
            foreach (var file in await folder.ListAsync(stop))
            {
                if (PickupFolder.IsTaken(file.Name, out var name, out var id))
                    await TryAsync(file.Name, () => RecoverAsync(folder, file.Name, name, id, stop));
            }
            var offered = (await folder.ListAsync(stop)).Where(file => PickupFolder.IsOffered(file.Name)).ToList();
            Forget(offered);
            foreach (var file in offered.OrderBy(file => file.Written).ThenBy(file => file.Name, StringComparer.Ordinal))
            {
                if (IsWarm(file) || _troubles.TryGetValue(file.Name, out var trouble) && trouble.Next > Context.Now)
                    continue;
                _doing = "Sending";
                await TryAsync(file.Name, () => SendAsync(folder, file, stop));
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

    // The ladder of one file: the environment failed, so it is tried again after a growing pause, and the others go on.
    private async ValueTask TryAsync(string file, Func<ValueTask> work)
    {
        try
        {
            await work();
            _troubles.Remove(file);
        }
        catch (Exception fault) when (fault is IOException or StoreException)
        {
            var pause = _troubles.TryGetValue(file, out var before) ? before.Pause * 2 : TimeSpan.FromSeconds(Context.Settings.PickupPollSeconds);
            pause = pause < LongestPause ? pause : LongestPause;
            _troubles[file] = (pause, Context.Now + pause);
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
            await Context.Queues.PutAsync(documents, [new(Stat.Submitted, 1), new(Stat.PickedUp, 1)], CancellationToken.None);
            put = true;
            // If we die here, the documents are held and the file is there: the next start deletes it and releases them.
            _hold.Add(path, documents.Select(document => document.Id));
            foreach (var document in documents)
                Context.Transfers.Queued(document, null);
        }
        catch (StoreException) when (!put)
        {
            await folder.ReturnAsync(taken, name, id, CancellationToken.None);
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

    private async ValueTask RecoverAsync(PickupFolder folder, string taken, string name, Unid id, CancellationToken stop)
    {
        var path = Path.Combine(folder.Path, taken);
        if (await Context.Queues.GetAsync(id, stop) is not { } document)
            await folder.ReturnAsync(taken, name, Context.Queues.NewId(), stop);
        else if (PickupHold.IsOf(document, path))
            await Files.DeleteAsync(path, stop);
        else
            await RejectAsync(folder, taken, taken, Context.Queues.NewId(), ["its name is that of a taken file, but it is none: give it another one"], stop);
    }

    // A clock that is far off is no reason never to take a file.
    private bool IsWarm(FoundFile file) => (Context.Now - file.Written).Duration() < StillWarm;

    private void Forget(IEnumerable<FoundFile> there)
    {
        if (_troubles.Count == 0)
            return;
        var names = there.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _troubles.Keys.Where(name => !names.Contains(name) && !_hold.Files.Contains(name)).ToArray())
            _troubles.Remove(gone);
    }

    // Each kind of trouble once, until a poll has none: not for each file at each poll.
    private void Report(Exception fault)
    {
        _reported = true;
        var kind = $"{fault.GetType().Name} {(fault as StoreException)?.Fault} {fault.HResult}";
        if (kind == _lastTrouble)
            return;
        _lastTrouble = kind;
        LogTrouble(Log, fault);
    }

    [LoggerMessage(1901, LogLevel.Warning, "{File} was put into {Folder}: {Reason}")]
    private static partial void LogBad(ILogger log, string file, string folder, string reason);

    [LoggerMessage(1902, LogLevel.Error, "files wait: the pickup folder or the store cannot be used; it is tried again")]
    private static partial void LogTrouble(ILogger log, Exception fault);
}
