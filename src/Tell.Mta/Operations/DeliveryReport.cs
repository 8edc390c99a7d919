namespace Tell.Mta.Operations;

/// <summary>What the author of a Memo wants to be told of its delivery (facts: lotus 7.3). The item DeliveryReport holds the first letter; absent is Basic.</summary>
public enum DeliveryReport : byte
{
    /// <summary>Failures only.</summary>
    Basic,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>Success too.</summary>
    Confirm,

    /// <summary>Success too, with the way that the message took.</summary>
    Trace,
}
