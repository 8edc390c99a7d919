namespace Tell.Mta.Operations;

/// <summary>How full a mail file is.</summary>
/// <param name="User">The last part of its name.</param>
/// <param name="Used">The octets that it holds.</param>
/// <param name="Quota">The octets that it may hold; null for no limit.</param>
/// <param name="OverSince">Since when it has had no room for a message; null where it has.</param>
/// <param name="Problem">Why it could not be measured; null where it could.</param>
public sealed record QuotaStatus(string User, long Used, long? Quota, DateTimeOffset? OverSince, string? Problem = null)
{
    /// <summary>How much of the quota is used; null for no limit.</summary>
    public double? Percent => Quota is > 0 ? 100.0 * Used / Quota : null;
}
