using Tell.Mail;

namespace Tell.Mta.Reports;

/// <summary>
/// SMTPMTA_ReportsPerRecipient: when the next report may leave for an address, so that no hour has more than the limit. Forgets in a restart. Its memory is
/// bounded: where too many addresses have reports waiting, those whose turn is nearest are forgotten first. Not safe for concurrent use.
/// </summary>
internal sealed class ReportSlots(TimeProvider time)
{
    private const int MostAddresses = 10_000;

    private readonly Dictionary<Mailbox, DateTimeOffset> _ends = [];

    /// <summary>Takes the next slot of an address; not later than now where the report may leave at once. 0 is no limit.</summary>
    public DateTimeOffset Take(Mailbox address, int limit)
    {
        var now = time.GetUtcNow();
        if (limit == 0)
            return now;
        if (_ends.Count >= MostAddresses && !_ends.ContainsKey(address))
            Forget(now);
        var end = _ends.GetValueOrDefault(address);
        var slot = Flow.OfHour(limit).Take(ref end, now);
        _ends[address] = end;
        return slot;
    }

    /// <summary>A slot is not needed after all.</summary>
    public void Return(Mailbox address, int limit)
    {
        if (limit > 0 && _ends.TryGetValue(address, out var end))
            _ends[address] = end - Flow.OfHour(limit).Step;
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
