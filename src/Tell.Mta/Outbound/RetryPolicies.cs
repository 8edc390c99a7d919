using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Mta.Outbound;

/// <summary>The policies in force for mail of each priority to one destination, or to local mail files.</summary>
/// <param name="Normal">For normal priority.</param>
/// <param name="High">For high priority.</param>
/// <param name="Low">For low priority.</param>
/// <param name="ReportTo">Who is told in the place of senders; null for the senders.</param>
public sealed record RetryPolicies(RetryPolicy Normal, RetryPolicy High, RetryPolicy Low, Mailbox? ReportTo)
{
    /// <summary>The policy for a priority.</summary>
    public RetryPolicy this[Priority priority] => priority switch
    {
        Priority.High => High,
        Priority.Low => Low,
        _ => Normal,
    };

    /// <summary>The ages at which anything happens.</summary>
    public IEnumerable<TimeSpan> Ages => new[] { Normal, High, Low }.SelectMany(policy => policy.Warnings.Append(policy.ExpireAfter));

    /// <summary>What layers say, the first that says anything for each value; the last says all but <see cref="ReportTo"/>.</summary>
    internal static RetryPolicies Of(IEnumerable<(string From, BounceProfile Terms)> layers)
    {
        ImmutableArray<BounceProfile> all = [.. layers.Select(layer => layer.Terms)];
        return new RetryPolicies(One(Priority.Normal), One(Priority.High), One(Priority.Low), First(terms => terms.ReportTo));

        RetryPolicy One(Priority priority) => new(
            First(terms => terms.RetryIntervals.Of(priority))!.Value,
            First(terms => terms.ExpireAfter.Of(priority))!.Value,
            First(terms => terms.Warnings.Of(priority))!.Value,
            First(terms => terms.MostAttempts)!.Value);

        T? First<T>(Func<BounceProfile, T?> value) => all.Select(value).FirstOrDefault(said => said is not null);
    }
}
