namespace Tell.Documents;

/// <summary>Which documents to show. What is null does not restrict.</summary>
public sealed record QueueView
{
    /// <summary>The queue.</summary>
    public WorkQueue? Queue { get; init; }

    /// <summary>The state.</summary>
    public DocumentState? State { get; init; }

    /// <summary>The destination.</summary>
    public string? Destination { get; init; }

    /// <summary>The parent.</summary>
    public Unid? Parent { get; init; }

    /// <summary>Only documents after this one, in the order of their ids.</summary>
    public Unid? After { get; init; }

    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = 1000;
}
