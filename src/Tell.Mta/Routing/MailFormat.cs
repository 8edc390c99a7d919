namespace Tell.Mta.Routing;

/// <summary>In which form incoming mail is filed (facts: lotus 5.4, "format preference for incoming mail").</summary>
public enum MailFormat : byte
{
    /// <summary>The message as it came, with the items of its header.</summary>
    Mime,

    /// <summary>Items: text, HTML and attachments. The message itself is kept only where something in it could not be read.</summary>
    Converted,

    /// <summary>Both.</summary>
    Both,
}
