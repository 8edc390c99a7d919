namespace Tell.Documents;

/// <summary>What the values of an item are.</summary>
public enum ItemKind : byte
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Numbers.</summary>
    Number,

    /// <summary>Points in time, with offset.</summary>
    Time,

    /// <summary>Text with a media type.</summary>
    RichText,

    /// <summary>A MIME part in stored content.</summary>
    MimePart,

    /// <summary>A file in stored content.</summary>
    Attachment,
}
