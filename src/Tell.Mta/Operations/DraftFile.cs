namespace Tell.Mta.Operations;

/// <summary>A file to attach.</summary>
/// <param name="Name">Its name, without a path.</param>
/// <param name="MediaType">Its media type, for example "application/pdf".</param>
/// <param name="Octets">Its octets.</param>
public sealed record DraftFile(string Name, string MediaType, ReadOnlyMemory<byte> Octets)
{
    /// <summary>The Content-ID by which the HTML shows it, without angle brackets; null for a file of its own.</summary>
    public string? ContentId { get; init; }
}
