#pragma warning disable
using System.Collections.Immutable; using System.Net; using Tell.Smtp.Network;
namespace Tell.Mta.Routing.Dns;
public enum DnsStatus { Found, NoData, NoDomain, Failed }
public sealed record DnsAnswer<T>(DnsStatus Status, ImmutableArray<T> Records, string Text);
public sealed record MxRecord(int Preference, string Host);
public static class SystemServers { public static IEnumerable<IPEndPoint> Read() => []; }
public sealed class Resolver(INetwork n, TimeProvider t, Random r, IReadOnlyList<IPEndPoint> s)
{
 public ValueTask<DnsAnswer<MxRecord>> MailExchangersAsync(string d, CancellationToken ct) => default;
 public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string d, CancellationToken ct) => default;
}
