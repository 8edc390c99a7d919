namespace Tell.Mta.Operations;

/// <summary>How messages of a mail file are written for other programs.</summary>
public enum MailExportFormat : byte
{
    /// <summary>A folder with one file for each message, as it goes over the wire (RFC 5322).</summary>
    Eml,

    /// <summary>One file with all messages, lines with LF, From_ lines between them (RFC 4155) and lines that look like one quoted, so that they can be told apart again (mboxrd).</summary>
    Mbox,

    /// <summary>A Maildir.</summary>
    Maildir,
}
