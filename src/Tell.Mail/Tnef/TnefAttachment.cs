namespace Tell.Mail;

/// <summary>A file in a TNEF stream.</summary>
/// <param name="Name">Its name, the long one where there is one, without a path; "" for none.</param>
/// <param name="Octets">Its content; of a message within the message that one's TNEF stream.</param>
public sealed record TnefAttachment(string Name, ReadOnlyMemory<byte> Octets)
{
    /// <summary>Its type as the sender says it (PidTagAttachMimeTag), "image/png"; null where the sender does not.</summary>
    public string? MediaType { get; init; }

    /// <summary>The id by which the HTML body names it (PidTagAttachContentId); null for none.</summary>
    public string? ContentId { get; init; }

    /// <summary>The message that it is; null for a file, and where messages stand deeper in each other than is read.</summary>
    public TnefMessage? Message { get; init; }
}
