namespace Tell.Mta.Configuration;

/// <summary>What becomes of a message whose final reply never came (RFC 1047; facts: sun-cisco C4, Possible Delivery).</summary>
public enum InDoubtPolicy : byte
{
    /// <summary>Sent again: the peer may have it twice.</summary>
    Retry,

    /// <summary>Held until an operator decides.</summary>
    Hold,

    /// <summary>Taken to be there: it may be lost.</summary>
    Delivered,
}
