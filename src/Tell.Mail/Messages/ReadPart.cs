namespace Tell.Mail;

/// <summary>A part of a message as <see cref="MessageReader"/> shows it: a leaf, a multipart, an enclosed message, or a file that was found inside a leaf.</summary>
public sealed class ReadPart
{
    internal ReadPart(ReadPart? parent, ReadPart? within, string section, MediaType type) => (Parent, Within, Section, ContentType) = (parent, within, section, type);

    /// <summary>Its number as IMAP counts (RFC 9051 6.4.5), enclosed messages included: "2.1"; "" for the message itself. What was found inside a leaf has the number of that.</summary>
    public string Section { get; }

    /// <summary>Its media type; that of what was found inside a leaf is application/octet-stream where nothing is said.</summary>
    public MediaType ContentType { get; }

    /// <summary>The multipart that it is in; null where it is the whole of a message.</summary>
    public ReadPart? Parent { get; }

    /// <summary>The enclosed message that it belongs to; null for the message that is read.</summary>
    public ReadPart? Within { get; }

    /// <summary>The leaf inside which it was found, by uuencode or TNEF; null for a part of MIME.</summary>
    public ReadPart? Source { get; internal init; }

    /// <summary>The file name as it was given: it may hold a path. Null for none.</summary>
    public string? Name { get; internal init; }

    /// <summary>Content-ID without angle brackets; null for none.</summary>
    public string? ContentId { get; internal init; }

    /// <summary>"inline", "attachment" or another word, lower case; null where none is said.</summary>
    public string? Disposition { get; internal init; }

    /// <summary>How its octets were written.</summary>
    public TransferEncoding Encoding { get; internal init; }

    /// <summary>True where it has parts of its own; false from its End on where none came: it is a leaf then, and its content what stands where they should.</summary>
    public bool IsMultipart { get; internal set; }

    /// <summary>True for a message/rfc822 that is read into: its octets are given, and between them its parts.</summary>
    public bool IsEnclosure { get; internal set; }

    /// <summary>True for a leaf of MIME: no multipart, no message that is read into, nothing that was found inside a leaf.</summary>
    public bool IsLeaf => !IsMultipart && !IsEnclosure && Source is null;

    /// <summary>What the message shows by it.</summary>
    public PartRole Role { get; internal set; }

    /// <summary>
    /// True for a file of the message: an attachment, whatever has a file name, an enclosed message, and what is no text and not shown inline. A text with a name is a file and may
    /// be the text of the message too.
    /// </summary>
    public bool IsFile { get; internal init; }

    /// <summary>True where the HTML of a multipart/related shows it, by its <see cref="ContentId"/>.</summary>
    public bool IsRelated { get; internal init; }

    /// <summary>The octets so far, decoded; at its End all.</summary>
    public long Size { get; internal set; }

    /// <summary>How many multiparts and messages it lies in.</summary>
    public int Depth => Parent is not null ? Parent.Depth + 1 : Within is not null ? Within.Depth + 1 : 0;

    /// <summary>"2.1 text/plain".</summary>
    public override string ToString() => Section.Length == 0 ? ContentType.Essence : $"{Section} {ContentType}";
}
