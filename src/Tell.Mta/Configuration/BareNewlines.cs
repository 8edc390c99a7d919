namespace Tell.Mta.Configuration;

/// <summary>What becomes of a CR or LF that stands alone in a message on its way in. Neither choice lets it end the message.</summary>
public enum BareNewlines : byte
{
    /// <summary>It is turned into CRLF.</summary>
    Normalise,

    /// <summary>The message is refused.</summary>
    Refuse,
}
