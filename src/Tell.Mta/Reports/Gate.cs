namespace Tell.Mta.Reports;

/// <summary>
/// When the next round makes reports: a moment after there is something to report, so that what happens to one message at one moment is told in one report.
/// </summary>
internal sealed class Gate
{
    private static readonly TimeSpan Gather = TimeSpan.FromSeconds(1);

    private DateTimeOffset? _opens;

    /// <summary>When it opens; null where nothing waits before it.</summary>
    public DateTimeOffset? Opens => _opens;

    /// <summary>True in a round that makes reports.</summary>
    public bool IsOpen(DateTimeOffset now) => _opens <= now;

    /// <summary>Something waits before it.</summary>
    public void Knock(DateTimeOffset now) => _opens ??= now + Gather;

    /// <summary>A round went through.</summary>
    public void Close() => _opens = null;

    /// <summary>Some of what waits can go at that time.</summary>
    public void OpenAt(DateTimeOffset time) => _opens = time < (_opens ?? DateTimeOffset.MaxValue) ? time : _opens;
}
