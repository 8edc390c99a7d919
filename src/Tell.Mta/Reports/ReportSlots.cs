using Tell.Mail;

namespace Tell.Mta.Reports;

/// <summary>
/// When the next report may leave for an address (SMTPMTA_ReportsPerRecipient): a tenth of an hour's reports at once, the others spread evenly, so that no hour has
/// more than the limit. Forgets in a restart. Its memory is bounded: where too many addresses have reports waiting, those whose turn is nearest are forgotten first.
/// Not safe for concurrent use.
/// </summary>
internal sealed class ReportSlots(TimeProvider time)
{
    private const int MostAddresses = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    // The time at which an address would have had all its reports at an even pace (generic cell rate algorithm).
    private readonly Dictionary<Mailbox, DateTimeOffset> _ends = [];

    /// <summary>Takes the next slot of an address; not later than now where the report may leave at once. 0 is no limit.</summary>
    public DateTimeOffset Take(Mailbox address, int limit)
    {
        var now = time.GetUtcNow();
        if (limit == 0)
            return now;
        var (burst, step) = Shape(limit);
        if (!_ends.TryGetValue(address, out var end) || end < now)
            end = now;
        if (_ends.Count >= MostAddresses && !_ends.ContainsKey(address))
            Forget(now);
        _ends[address] = end + step;
        return end - step * (burst - 1);
    }

    /// <summary>A slot is not needed after all.</summary>
    public void Return(Mailbox address, int limit)
    {
        if (limit > 0 && _ends.TryGetValue(address, out var end))
            _ends[address] = end - Shape(limit).Step;
    }

    private static (int Burst, TimeSpan Step) Shape(int limit)
    {
        var burst = Math.Max(1, limit / 10);
        return (burst, Window / Math.Max(1, limit - burst));
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var over in _ends.Where(one => one.Value <= now).Select(one => one.Key).ToArray())
            _ends.Remove(over);
        if (_ends.Count < MostAddresses)
            return;
        foreach (var near in _ends.OrderBy(one => one.Value).Take(MostAddresses / 10).Select(one => one.Key).ToArray())
            _ends.Remove(near);
    }
}
