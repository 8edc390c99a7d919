using Tell.Mail;

namespace Tell.Mta.Routing;

/// <summary>
/// The lanes of SMTPOBWQ in which reports travel: "report:" and the domain. They have sessions of their own, so that backscatter cannot hold up mail for
/// the same domain (seed 001, notificationchannel).
/// </summary>
public static class ReportLane
{
    /// <summary>What such a lane begins with; no domain has a colon.</summary>
    public const string Prefix = "report:";

    /// <summary>The lane for reports to a domain.</summary>
    public static string Of(Domain domain) => Prefix + domain.Name;

    /// <summary>True where a lane is one for reports.</summary>
    public static bool Is(string lane) => lane.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The lane that mail for the same domain takes; the lane itself where it is none for reports.</summary>
    public static string MailLane(string lane) => Is(lane) ? lane[Prefix.Length..] : lane;
}
