namespace Tell.Mail;

/// <summary>What a message shows by a part.</summary>
public enum PartRole : byte
{
    /// <summary>Nothing of its own: a multipart, a part of an enclosed message, or a file and nothing more.</summary>
    None,

    /// <summary>The text: the first text/plain that is no attachment.</summary>
    Text,

    /// <summary>Text that follows the first, such as the footer of a mailing list.</summary>
    MoreText,

    /// <summary>The HTML; of the alternatives of one multipart/alternative the last (RFC 2046 5.1.4).</summary>
    Html,

    /// <summary>Something else that is shown: a picture, a calendar entry, one more HTML.</summary>
    Shown,
}
