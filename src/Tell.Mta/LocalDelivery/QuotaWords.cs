namespace Tell.Mta.LocalDelivery;

/// <summary>What senders are told of a full mail file; how full it is, is not their business.</summary>
internal static class QuotaWords
{
    /// <summary>For now.</summary>
    public const string Full = "Mailbox full";

    /// <summary>For good.</summary>
    public const string GivenBack = "The mailbox is full, and has been for so long that mail for it does not wait any more";
}
