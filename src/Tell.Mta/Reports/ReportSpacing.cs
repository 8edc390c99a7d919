namespace Tell.Mta.Reports;

/// <summary>
/// Of a message whose recipients fail one after another, what fails soon after a report waits for the next one: a second at first, then longer, never more than
/// half a minute. Forgets in a restart; bounded. Not safe for concurrent use.
/// </summary>
internal sealed class ReportSpacing
{
    private const int Most = 10_000;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(30);

    private readonly Dictionary<MessageKey, (DateTimeOffset Until, TimeSpan Step)> _known = [];

    /// <summary>Until when a message waits for its next report; null for not at all.</summary>
    public DateTimeOffset? RestsUntil(MessageKey key, DateTimeOffset now) =>
        _known.TryGetValue(key, out var known) && known.Until > now ? known.Until : null;

    /// <summary>It is reported.</summary>
    public void Reported(MessageKey key, DateTimeOffset now)
    {
        var isKnown = _known.TryGetValue(key, out var known);
        // Several reports at one moment are one.
        if (isKnown && known.Until - known.Step == now)
            return;
        var step = isKnown && now < known.Until + Longest ? known.Step * 2 : First;
        if (step > Longest)
            step = Longest;
        if (_known.Count >= Most)
            Forget(now);
        _known[key] = (now + step, step);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var over in _known.Where(one => one.Value.Until + Longest <= now).Select(one => one.Key).ToArray())
            _known.Remove(over);
        if (_known.Count >= Most)
            _known.Clear();
    }
}
