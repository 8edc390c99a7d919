namespace Tell.Mta.Reports;

/// <summary>What happened to one message in a round: cases of one kind.</summary>
/// <param name="Key">The message, and the kind.</param>
internal sealed record ReportGroup(MessageKey Key)
{
    /// <summary>The cases, in the order in which they were found; at least one.</summary>
    public List<ReportCase> Cases { get; } = [];

    /// <summary>How many recipients they have.</summary>
    public int Recipients { get; private set; }

    /// <summary>One more.</summary>
    public void Add(ReportCase one)
    {
        Cases.Add(one);
        Recipients += one.Recipients.Length;
    }
}
