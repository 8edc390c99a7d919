namespace Tell.Tests.Mta.Lives;

/// <summary>What a life is judged by beyond "exactly one end": each line is a promise of a part of the MTA that can be judged only when that part is there.</summary>
internal static class LifeExpectations
{
    /// <summary>NOTIFY without FAILURE: nobody is told of a failure (RFC 3461 4.1).</summary>
    public static readonly bool NotifyIsObeyed = true;

    /// <summary>NOTIFY with SUCCESS: one report delivered or relayed for each recipient, unless a host that knows DSN answers for it (RFC 3461 5.2).</summary>
    public static readonly bool SuccessIsTold = true;

    /// <summary>Relayed mail that fails is reported (SMTPMTA_RelayFailures=report): what is dead in the end is a report, or has nobody to report to.</summary>
    public static readonly bool OnlyReportsDie = true;
}
