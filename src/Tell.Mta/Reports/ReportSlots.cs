using Tell.Mail;

namespace Tell.Mta.Reports;

/// <summary>
/// SMTPMTA_ReportsPerRecipient: when the next report may leave for an address, so that no hour has more than the limit. Forgets in a restart. Its memory is
/// bounded: where too many addresses have reports waiting, those whose turn is nearest are forgotten first. Not safe for concurrent use.
/// </summary>
internal sealed class ReportSlots(TimeProvider time)
{
    private const int MostAddresses = 10_000;

    private readonly Dictionary<Mailbox, (DateTimeOffset End, bool Waits)> _ends = [];

    /// <summary>Takes the next slot of an address; not later than now where the report may leave at once. 0 is no limit.</summary>
    /// <param name="address">The address.</param>
    /// <param name="limit">So many in an hour.</param>
    /// <param name="begins">True where this is the first that waits, since all that was let through had left.</param>
    public DateTimeOffset Take(Mailbox address, int limit, out bool begins)
    {
        var now = time.GetUtcNow();
        begins = false;
        if (limit == 0)
            return now;
        if (_ends.Count >= MostAddresses && !_ends.ContainsKey(address))
            Forget(now);
        var (end, waits) = _ends.GetValueOrDefault(address);
        waits &= end > now;
        var slot = Flow.OfHour(limit).Take(ref end, now);
        begins = !waits && slot > now;
        _ends[address] = (end, waits || begins);
        return slot;
    }

    /// <summary>A slot is not needed after all.</summary>
    public void Return(Mailbox address, int limit)
    {
        if (limit > 0 && _ends.TryGetValue(address, out var known))
            _ends[address] = known with { End = known.End - Flow.OfHour(limit).Step };
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var over in _ends.Where(one => one.Value.End <= now).Select(one => one.Key).ToArray())
            _ends.Remove(over);
        if (_ends.Count < MostAddresses)
            return;
        foreach (var near in _ends.OrderBy(one => one.Value.End).Take(MostAddresses / 10).Select(one => one.Key).ToArray())
            _ends.Remove(near);
    }
}
