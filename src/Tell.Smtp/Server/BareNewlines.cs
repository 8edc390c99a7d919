namespace Tell.Smtp.Server;

/// <summary>
/// What happens to a message that holds a CR without its LF, or an LF without its CR (RFC 5321 2.3.8 forbids both). Neither ever ends
/// the data, and neither is ever passed on.
/// </summary>
public enum BareNewlines : byte
{
    /// <summary>Each becomes CR LF: scripts and devices that send bare LF get their mail through. The default.</summary>
    Normalise,

    /// <summary>The message is read to its end and refused with 550 5.6.11: for sites that would rather not touch what is signed.</summary>
    Refuse,
}
