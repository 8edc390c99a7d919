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

    /// <summary>The entity ends.</summary>
    End,
}
