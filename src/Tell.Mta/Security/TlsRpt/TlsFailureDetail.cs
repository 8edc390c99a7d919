namespace Tell.Mta.Security.TlsRpt;

/// <summary>What failures are counted together by (RFC 8460 4.4, failure-details); "" for what is not known.</summary>
/// <param name="Result">The result type.</param>
/// <param name="SendingIp">Our address.</param>
/// <param name="Mx">The host.</param>
/// <param name="ReceivingIp">Its address.</param>
/// <param name="Reason">More of the cause.</param>
public readonly record struct TlsFailureDetail(string Result, string SendingIp, string Mx, string ReceivingIp, string Reason);
