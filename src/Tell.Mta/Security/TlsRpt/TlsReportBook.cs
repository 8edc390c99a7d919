using System.Net;
using Tell.Documents;

namespace Tell.Mta.Security.TlsRpt;

/// <summary>
/// The results of outbound sessions by day, domain and policy, until they are reported (RFC 8460). Memory is bounded: so many tallies, so
/// many kinds of failure in each; what comes beyond is not counted. Safe for concurrent use.
/// </summary>
public sealed class TlsReportBook
{
    /// <summary>The most tallies.</summary>
    public const int MostTallies = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(DateOnly Day, string Domain, string Policy), TlsTally> _tallies = [];

    /// <summary>Counts a session: null for one that the policy was content with.</summary>
    public void Add(DateOnly day, TlsPolicy policy, TlsFailure? failure, string mx, IPAddress? theirs, IPAddress? ours)
    {
        lock (_gate)
        {
            var key = Key(day, policy);
            if (!_tallies.TryGetValue(key, out var tally))
            {
                if (_tallies.Count >= MostTallies)
                    return;
                _tallies.Add(key, tally = new TlsTally(day, policy));
            }
            if (failure is null)
                tally.Succeeded();
            else
                tally.Failed(new TlsFailureDetail(failure.Result, ours?.ToString() ?? "", mx, theirs?.ToString() ?? "", failure.Reason));
        }
    }

    /// <summary>The domains that have something to report of the days before a day, each day and domain once.</summary>
    public IReadOnlyList<(DateOnly Day, string Domain)> Before(DateOnly day)
    {
        lock (_gate)
            return [.. _tallies.Keys.Where(key => key.Day < day).Select(key => (key.Day, key.Domain)).Distinct().Order()];
    }

    /// <summary>The tallies of one day and domain. Nothing is counted into a day that is over, so they may be read.</summary>
    public IReadOnlyList<TlsTally> Of(DateOnly day, string domain)
    {
        lock (_gate)
            return [.. _tallies.Values.Where(tally => tally.Day == day && tally.Policy.Domain == domain).OrderBy(tally => tally.Policy.Type)];
    }

    /// <summary>The documents of what has changed since the last time, with ids for those that have none.</summary>
    internal IReadOnlyList<Document> Changed(Func<Unid> newId)
    {
        lock (_gate)
        {
            var changed = _tallies.Values.Where(tally => tally.IsChanged).ToArray();
            foreach (var tally in changed)
            {
                if (tally.Id.IsNone)
                    tally.Id = newId();
                tally.IsChanged = false;
            }
            return [.. changed.Select(TlsTallyDocument.Of)];
        }
    }

    /// <summary>What could not be stored counts as changed again.</summary>
    internal void NotStored(IReadOnlyList<Document> documents)
    {
        lock (_gate)
        {
            var ids = documents.Select(document => document.Id).ToHashSet();
            foreach (var tally in _tallies.Values.Where(tally => ids.Contains(tally.Id)))
                tally.IsChanged = true;
        }
    }

    /// <summary>Takes in a stored tally. Where this run has counted under the same policy already, the two become one.</summary>
    internal void Restore(TlsTally stored)
    {
        lock (_gate)
        {
            if (!_tallies.Remove(Key(stored.Day, stored.Policy), out var counted))
                counted = new TlsTally(stored.Day, stored.Policy);
            stored.Succeeded(counted.Successes);
            foreach (var (detail, sessions) in counted.Details)
                stored.Failed(detail, sessions);
            stored.FailedOtherwise(counted.Failures - counted.Details.Values.Sum());
            stored.IsChanged = counted.IsChanged;
            _tallies.Add(Key(stored.Day, stored.Policy), stored);
        }
    }

    /// <summary>Forgets the tallies of one day and domain; their ids, of those that were stored.</summary>
    internal IReadOnlyList<Unid> Remove(DateOnly day, string domain)
    {
        lock (_gate)
        {
            var gone = _tallies.Where(pair => pair.Key.Day == day && pair.Key.Domain == domain).ToArray();
            foreach (var (key, _) in gone)
                _tallies.Remove(key);
            return [.. gone.Select(pair => pair.Value.Id).Where(id => !id.IsNone)];
        }
    }

    // A policy that changes in the middle of a day has two tallies: the text tells them apart.
    private static (DateOnly, string, string) Key(DateOnly day, TlsPolicy policy) =>
        (day, policy.Domain, $"{policy.Type} {string.Join('\n', policy.Strings)}");
}
