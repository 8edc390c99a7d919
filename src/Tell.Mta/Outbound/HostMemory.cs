using System.Collections.Immutable;
using System.Net;
using Tell.Mta.Routing;

namespace Tell.Mta.Outbound;

/// <summary>
/// Hosts that could not be used lately: after too many failures in a row a host is skipped for a while, wherever it is an exchanger, so
/// that mail does not wait for its time limit again and again. Never are all hosts skipped. Bounded; safe for concurrent use.
/// </summary>
internal sealed class HostMemory(TimeProvider time)
{
    /// <summary>The failures in a row after which a host is skipped.</summary>
    public const int TooMany = 3;

    /// <summary>How long it is skipped after the last of them.</summary>
    public static readonly TimeSpan Skipped = TimeSpan.FromMinutes(10);

    private const int Most = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<EndPoint, (int Failures, DateTimeOffset Last)> _failed = [];

    /// <summary>The host could not be used.</summary>
    public void Failed(EndPoint host)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (_failed.Count >= Most && !_failed.ContainsKey(host))
                Forget(now);
            _failed[host] = (_failed.GetValueOrDefault(host).Failures + 1, now);
        }
    }

    /// <summary>The host is as good as any.</summary>
    public void Answered(EndPoint host)
    {
        lock (_gate)
            _failed.Remove(host);
    }

    /// <summary>True where the host is skipped now.</summary>
    public bool IsSkipped(EndPoint host)
    {
        lock (_gate)
            return _failed.TryGetValue(host, out var known) && known.Failures >= TooMany && known.Last + Skipped > time.GetUtcNow();
    }

    /// <summary>Of hosts in the order of preference those to try, in that order: all that are not skipped; else the one that failed least.</summary>
    public ImmutableArray<MailHost> Choose(ImmutableArray<MailHost> hosts)
    {
        lock (_gate)
        {
            if (_failed.Count == 0)
                return hosts;
        }
        ImmutableArray<MailHost> good = [.. hosts.Where(host => !IsSkipped(host.Endpoint))];
        if (!good.IsEmpty || hosts.IsEmpty)
            return good;
        lock (_gate)
            return [hosts.MinBy(host => _failed.GetValueOrDefault(host.Endpoint))];
    }

    // What has served its time goes; where that is not enough, everything: to try a bad host once more costs a time limit, and memory is bounded.
    private void Forget(DateTimeOffset now)
    {
        foreach (var (host, known) in _failed)
        {
            if (known.Last + Skipped <= now)
                _failed.Remove(host);
        }
        if (_failed.Count >= Most)
            _failed.Clear();
    }
}
