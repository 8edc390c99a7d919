namespace Tell.Smtp.Server;

/// <summary>
/// What happens to a message that holds a CR without its LF, an LF without its CR (RFC 5321 2.3.8 forbids both), or a NUL (RFC 5322 2.2
/// has none). None of them ever ends the data, and none is ever passed on, but in BINARYMIME, which has no lines.
/// </summary>
public enum BareNewlines : byte
{
    /// <summary>Each newline becomes CR LF and NUL goes: scripts and devices that send bare LF get their mail through. The default.</summary>
    Normalise,

    /// <summary>The message is read to its end and refused with 550 5.6.11: for sites that would rather not touch what is signed.</summary>
    Refuse,
}
