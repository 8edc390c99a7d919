using Tell.Mta.Configuration;
using Tell.Mta.Routing;

namespace Tell.Mta.LocalDelivery;

/// <summary>How much a mail file may hold, in octets.</summary>
/// <param name="Quota">What it may hold; null for no limit.</param>
/// <param name="Warning">From when on its user is warned; null for never.</param>
internal readonly record struct MailFileLimits(long? Quota, long? Warning)
{
    /// <summary>What the Person document says, else the settings. A number that is not above zero is no limit.</summary>
    public static MailFileLimits Of(LocalUser user, MtaSettings settings)
    {
        var quota = Above(user.Quota ?? settings.DefaultQuota);
        var percent = settings.QuotaWarningPercent;
        return new MailFileLimits(quota, user.QuotaWarning is { } own ? Above(own) : percent > 0 && quota is { } most ? (long)(most * (percent / 100.0)) : null);
    }

    /// <summary>True where nothing has to be measured.</summary>
    public bool IsNone => Quota is null && Warning is null;

    private static long? Above(long octets) => octets > 0 ? octets : null;
}
