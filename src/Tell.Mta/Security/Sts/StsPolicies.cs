using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Routing.Dns;

namespace Tell.Mta.Security.Sts;

/// <summary>
/// The MTA-STS policies of the domains that we send to (RFC 8461 5.1): fetched when a record announces one, kept in a database of their own, used until their
/// max_age has passed even where neither record nor policy can be had any more, and fetched again when the id changes and once a day.
/// Whoever asks for a domain waits for its policy, at most a minute; nobody waits for the policy of another. Safe for concurrent use.
/// </summary>
public sealed partial class StsPolicies : IAsyncDisposable
{
    private const int MostKept = 20_000;

    // Not NAMES: each change of that makes the address book be read again, and policies change all day.
    private const string Database = "policies";

    // After a policy could not be fetched its domain is left alone for so long (RFC 8461 3.3 wants five minutes at the least).
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan RefreshAfter = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Dictionary<string, Lazy<Task<StsEntry?>>> _fetching = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, DateTimeOffset> _leftAlone = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _life = new();
    private readonly MtaContext _context;
    private readonly Action<string, TlsFailure> _failed;
    private readonly StsFetch _fetch;
    private readonly ILogger _log;
    private Dictionary<string, StsEntry>? _entries;

    /// <summary>The policies of one MTA; what cannot be fetched is told to <paramref name="failed"/>, for the reports.</summary>
    public StsPolicies(MtaContext context, Action<string, TlsFailure> failed)
    {
        (_context, _failed) = (context, failed);
        _fetch = new StsFetch(context);
        _log = context.Loggers.CreateLogger("SMTPMTA sts");
    }

    /// <summary>The policy in force for a domain; null for none.</summary>
    /// <exception cref="StoreException">Those that are kept cannot be read.</exception>
    public async ValueTask<StsPolicy?> FindAsync(string domain, CancellationToken cancellation)
    {
        var entries = await EntriesAsync(cancellation);
        var texts = await _context.Resolver.TextsAsync($"_mta-sts.{domain}", cancellation);
        var announced = texts.Status == DnsStatus.Found ? StsRecord.Id(texts.Records) : null;
        var now = _context.Now;
        Lazy<Task<StsEntry?>>? fetching;
        StsEntry? live;
        lock (_gate)
        {
            live = entries.GetValueOrDefault(domain) is { } kept && kept.Expires > now ? kept : null;
            // RFC 8461 5.1, 10.2: a record that is gone, or is kept from us, does not end a policy that we have.
            if (announced is null || (live is not null && live.PolicyId == announced && now < live.Fetched + RefreshAfter))
                return live?.Policy;
            if (_leftAlone.TryGetValue(domain, out var until) && now < until)
                return live?.Policy;
            if (!_fetching.TryGetValue(domain, out fetching))
                _fetching.Add(domain, fetching = new Lazy<Task<StsEntry?>>(() => RenewAsync(domain, announced)));
        }
        return (await fetching.Value.WaitAsync(cancellation))?.Policy ?? live?.Policy;
    }

    /// <summary>Gives up what is being fetched.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<StsEntry?>[] fetching;
        lock (_gate)
            fetching = [.. _fetching.Values.Select(fetch => fetch.Value)];
        _life.Cancel();
        foreach (var fetch in fetching)
        {
            try
            {
                await fetch;
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    private async Task<StsEntry?> RenewAsync(string domain, string announced)
    {
        try
        {
            var (policy, failure) = await _fetch.GetAsync(domain, _life.Token);
            if (policy is null)
            {
                LogNotFetched(_log, domain, failure!.Text);
                _failed(domain, failure);
                Leave(domain);
                return null;
            }
            return await KeepAsync(domain, announced, policy);
        }
        finally
        {
            lock (_gate)
                _fetching.Remove(domain);
        }
    }

    private async ValueTask<StsEntry> KeepAsync(string domain, string announced, StsPolicy policy)
    {
        var kept = await _context.Data.OpenAsync(Database, _life.Token);
        StsEntry entry;
        lock (_gate)
        {
            entry = new StsEntry(_entries?.GetValueOrDefault(domain)?.Id ?? kept.NewId(), domain, announced, policy, _context.Now);
            _entries![domain] = entry;
            _leftAlone.Remove(domain);
            // Those that were not refreshed for the longest make room; their documents stay until they expire.
            if (_entries.Count > MostKept)
                _entries.Remove(_entries.Values.MinBy(other => other.Fetched)!.Domain);
        }
        LogFetched(_log, domain, policy.Mode, policy.MxPatterns.Length, entry.Expires);
        try
        {
            await kept.PutAsync([entry.ToDocument()], CancellationToken.None);
        }
        catch (StoreException fault)
        {
            // It is in force all the same; after a restart it is fetched again.
            LogNotKept(_log, fault, domain);
        }
        return entry;
    }

    private void Leave(string domain)
    {
        lock (_gate)
        {
            foreach (var (over, _) in _leftAlone.Where(left => left.Value <= _context.Now).ToArray())
                _leftAlone.Remove(over);
            _leftAlone[domain] = _context.Now + RetryAfter;
        }
    }

    // What is kept is read once, and what has expired is removed there.
    private async ValueTask<Dictionary<string, StsEntry>> EntriesAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _entries) is { } read)
            return read;
        // Without the token: see AddInController.OrderAsync.
        await _reading.WaitAsync(CancellationToken.None);
        try
        {
            return _entries ??= await ReadAsync(await _context.Data.OpenAsync(Database, cancellation), cancellation);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async ValueTask<Dictionary<string, StsEntry>> ReadAsync(IDatabase kept, CancellationToken cancellation)
    {
        var entries = new Dictionary<string, StsEntry>(StringComparer.OrdinalIgnoreCase);
        await foreach (var document in kept.DocumentsAsync(Forms.StsPolicy, cancellation))
        {
            if (StsEntry.Of(document) is { } entry && entry.Expires > _context.Now)
                entries[entry.Domain] = entry;
            else
                await kept.DeleteAsync(document.Id, cancellation);
        }
        return entries;
    }

    [LoggerMessage(1411, LogLevel.Information, "{Domain}: MTA-STS policy fetched: {Mode}, {Patterns} mx, until {Expires:u}")]
    private static partial void LogFetched(ILogger log, string domain, StsMode mode, int patterns, DateTimeOffset expires);

    [LoggerMessage(1412, LogLevel.Warning, "{Domain}: its MTA-STS policy cannot be had: {Reason}")]
    private static partial void LogNotFetched(ILogger log, string domain, string reason);

    [LoggerMessage(1413, LogLevel.Error, "{Domain}: its MTA-STS policy cannot be stored")]
    private static partial void LogNotKept(ILogger log, StoreException fault, string domain);
}
