namespace Tell.Mta.Statistics;

/// <summary>What rates are kept of (facts: sun-cisco C6).</summary>
public enum RateKind
{
    /// <summary>Messages accepted by SMTP and Memos handed over.</summary>
    Received,

    /// <summary>Their recipients.</summary>
    ReceivedRecipients,

    /// <summary>Attempts that ended in a temporary failure.</summary>
    SoftBounced,

    /// <summary>Recipients that are done: delivered, given up, or removed by an operator.</summary>
    Completed,

    /// <summary>Recipients given up.</summary>
    HardBounced,

    /// <summary>Recipients handed to their next hop, or filed.</summary>
    Delivered,
}
