using Tell.Documents;

namespace Tell.Mta.Security.TlsRpt;

/// <summary>The sessions of one UTC day with one domain under one policy. Not safe for concurrent use: its book guards it.</summary>
public sealed class TlsTally(DateOnly day, TlsPolicy policy)
{
    /// <summary>So many kinds of failure are told apart; more count in the sum alone.</summary>
    public const int MostDetails = 100;

    private readonly Dictionary<TlsFailureDetail, long> _details = [];

    /// <summary>The day, UTC.</summary>
    public DateOnly Day { get; } = day;

    /// <summary>The policy.</summary>
    public TlsPolicy Policy { get; } = policy;

    /// <summary>The document that keeps it; none before it was stored.</summary>
    public Unid Id { get; set; }

    /// <summary>Sessions that the policy was content with.</summary>
    public long Successes { get; private set; }

    /// <summary>Sessions that failed, or would have had the policy been enforced.</summary>
    public long Failures { get; private set; }

    /// <summary>How often what failed.</summary>
    public IReadOnlyDictionary<TlsFailureDetail, long> Details => _details;

    /// <summary>True where it has changed since it was stored.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Counts sessions that were well.</summary>
    public void Succeeded(long sessions = 1) => (Successes, IsChanged) = (Successes + sessions, true);

    /// <summary>Counts sessions that failed.</summary>
    public void Failed(TlsFailureDetail detail, long sessions = 1)
    {
        (Failures, IsChanged) = (Failures + sessions, true);
        if (_details.TryGetValue(detail, out var known))
            _details[detail] = known + sessions;
        else if (_details.Count < MostDetails)
            _details.Add(detail, sessions);
    }

    /// <summary>Takes in failures whose details are not known any more.</summary>
    public void FailedOtherwise(long sessions) => Failures += sessions;
}
