namespace Tell.Mta.Outbound;

/// <summary>Whoever can make waiting mail due: the Outbound Session Controller, as far as others need it.</summary>
internal interface IDeliverNow
{
    /// <summary>Waiting mail for a destination (a domain, or a next hop's name; null: for all) is due now. Returns how many documents were not.</summary>
    ValueTask<int> DeliverNowAsync(string? destination, CancellationToken cancellation);
}
