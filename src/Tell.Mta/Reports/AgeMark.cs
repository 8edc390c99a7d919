namespace Tell.Mta.Reports;

/// <summary>How far the documents of a queue were looked at for having reached an age.</summary>
/// <param name="age">The age.</param>
internal sealed class AgeMark(TimeSpan age)
{
    /// <summary>The age.</summary>
    public TimeSpan Age => age;

    /// <summary>All whose age counts from then or before were looked at when they had reached it.</summary>
    public DateTimeOffset Seen { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>Before that time no document reaches it.</summary>
    public DateTimeOffset Next { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Where everything older is being looked at for the first time: since when; else null.</summary>
    public DateTimeOffset? Begun { get; set; }

    /// <summary>True until everything was looked at once.</summary>
    public bool IsNew => Seen == DateTimeOffset.UnixEpoch;
}
