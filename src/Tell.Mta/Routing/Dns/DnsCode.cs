namespace Tell.Mta.Routing.Dns;

/// <summary>Response codes (RFC 1035 4.1.1), under the names that operators know.</summary>
internal static class DnsCode
{
    public const int NoError = 0;
    public const int FormErr = 1;
    public const int NxDomain = 3;
    public const int NotImp = 4;

    /// <summary>"SERVFAIL"; "RCODE 11" where there is no name.</summary>
    public static string Name(int code) => code switch
    {
        NoError => "NOERROR",
        FormErr => "FORMERR",
        2 => "SERVFAIL",
        NxDomain => "NXDOMAIN",
        NotImp => "NOTIMP",
        5 => "REFUSED",
        9 => "NOTAUTH",
        16 => "BADVERS",
        _ => $"RCODE {code}",
    };
}
