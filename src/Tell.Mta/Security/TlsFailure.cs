using Tell.Smtp.Tls;

namespace Tell.Mta.Security;

/// <summary>A failure as reports count it.</summary>
/// <param name="Result">The result type (RFC 8460 4.3): "certificate-expired".</param>
/// <param name="Text">One line, fit for the log and for the history of a document.</param>
/// <param name="Reason">More of the cause for the report (failure-reason-code); "" for none.</param>
public sealed record TlsFailure(string Result, string Text, string Reason = "")
{
    /// <summary>What is not better known (RFC 8460 4.3.3).</summary>
    public const string General = "validation-failure";

    /// <summary>No TLS offered (4.3.1).</summary>
    public const string NotSupported = "starttls-not-supported";

    /// <summary>TLSA records that could not be had or trusted (4.3.2.1).</summary>
    public const string DnssecInvalid = "dnssec-invalid";

    /// <summary>An MTA-STS policy that could not be fetched, could not be read, or came with a wrong certificate (4.3.2.2).</summary>
    public const string StsFetch = "sts-policy-fetch-error", StsInvalid = "sts-policy-invalid", StsWebPki = "sts-webpki-invalid";

    /// <summary>The failure of a session.</summary>
    public static TlsFailure Of(TlsFault fault) => new(fault.Kind switch
    {
        TlsFaultKind.NotSupported => NotSupported,
        TlsFaultKind.HostMismatch => "certificate-host-mismatch",
        TlsFaultKind.NotTrusted => "certificate-not-trusted",
        TlsFaultKind.Expired => "certificate-expired",
        TlsFaultKind.TlsaInvalid => "tlsa-invalid",
        _ => General,
    }, fault.Text);
}
