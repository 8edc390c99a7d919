namespace Tell.Mta.Routing.Dns;

/// <summary>The record types that are read here (RFC 1035 3.2.2, RFC 3596, RFC 6698, RFC 6891).</summary>
internal enum DnsType : ushort
{
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,
    Opt = 41,
    Tlsa = 52,
}
