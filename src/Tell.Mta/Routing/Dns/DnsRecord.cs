using System.Net;

namespace Tell.Mta.Routing.Dns;

/// <summary>A resource record as far as it is read here: what its type has, and null or 0 for the rest.</summary>
/// <param name="Name">The owner, lower case, without the final dot.</param>
/// <param name="Type">The type.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="Address">Of A and AAAA.</param>
/// <param name="Host">Of CNAME and MX.</param>
/// <param name="Number">The preference of MX; the minimum of SOA.</param>
/// <param name="Data">The octets of TLSA; of TXT all its strings put together (RFC 7208 3.3).</param>
internal sealed record DnsRecord(string Name, DnsType Type, uint Ttl, IPAddress? Address = null, string? Host = null, uint Number = 0, byte[]? Data = null);
