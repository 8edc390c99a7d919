namespace Tell.Mta;

/// <summary>The reasons of messages that are held because they go in circles, whichever room found it: which circle, and what to do.</summary>
public static class LoopWords
{
    private const string Begin = "Loop: ";

    /// <summary>"Loop: it has 41 Received fields ... When the circle is mended, QUEUE RELEASE lets it go on."</summary>
    public static string Of(string suspicion) => $"{Begin}{suspicion}. When the circle is mended, QUEUE RELEASE lets it go on";

    /// <summary>True for such a reason.</summary>
    public static bool Is(string? reason) => reason is not null && reason.StartsWith(Begin, StringComparison.Ordinal);
}
