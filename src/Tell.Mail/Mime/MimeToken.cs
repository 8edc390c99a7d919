namespace Tell.Mail;

/// <summary>What <see cref="MimeReader"/> has read.</summary>
public enum MimeToken : byte
{
    /// <summary>Nothing yet, or nothing more.</summary>
    None,

    /// <summary>An entity begins; its header is known.</summary>
    Begin,

    /// <summary>Octets of a leaf, decoded.</summary>
    Content,

    /// <summary>
    /// Octets of a multipart before its first boundary, as they are (RFC 2046 5.1.1: to be ignored). Where no boundary opens a part they are all that there is, and
    /// <see cref="MimeEntity.IsMultipart"/> is false at its End.
    /// </summary>
    Preamble,

    /// <summary>The entity ends.</summary>
    End,
}
