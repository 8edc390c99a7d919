namespace Tell.Mail;

/// <summary>Takes a message as it stands, octet for octet, from a <see cref="RawWalk"/>.</summary>
internal interface IRawParts
{
    /// <summary>An entity begins with its header. Parts of a multipart and the message in a message/rfc822 follow.</summary>
    void Begin(in RawPart part);

    /// <summary>Octets of a leaf, not decoded.</summary>
    void Content(ReadOnlySpan<byte> octets);

    /// <summary>A leaf ends.</summary>
    void End();

    /// <summary>
    /// Octets of no entity: a delimiter with the line end before it, or what stands before and after the parts of a multipart. Where the last delimiter is missing it has
    /// only the line end, and no octets where that is missing, too.
    /// </summary>
    void Outside(ReadOnlySpan<byte> octets, bool isDelimiter);

    /// <summary>A multipart ends in which no part was found: all that it holds was outside.</summary>
    void Partless();

    /// <summary>There were more entities than the limits allow: what is outside may be some.</summary>
    void Beyond();
}
