namespace Tell.Mta.LocalDelivery;

/// <summary>What came of filing a Memo.</summary>
internal readonly record struct Filing
{
    /// <summary>Null where it is filed; else since when the mail file has no room for it.</summary>
    public DateTimeOffset? FullSince { get; private init; }

    /// <summary>Why not, one line for an operator; null where it is filed.</summary>
    public string? Reason { get; private init; }

    /// <summary>True where something in it could not be read.</summary>
    public bool HasItemizeError { get; private init; }

    /// <summary>It lies in the mail file.</summary>
    public static Filing Done(bool itemizeError) => new() { HasItemizeError = itemizeError };

    /// <summary>The mail file is full.</summary>
    public static Filing Full(DateTimeOffset since, string reason) => new() { FullSince = since, Reason = reason };
}
