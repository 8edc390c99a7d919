namespace Tell.Mta.Routing.Dns;

/// <summary>A mail exchanger (RFC 5321 5.1).</summary>
/// <param name="Preference">Lower is tried first.</param>
/// <param name="Host">The host, lower case, without the final dot; "." alone with preference 0 says that the domain takes no mail (RFC 7505).</param>
public sealed record MxRecord(int Preference, string Host);
