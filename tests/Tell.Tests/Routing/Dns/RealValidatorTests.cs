using Microsoft.Extensions.Logging.Abstractions;
using Tell.Mta.Routing.Dns;
using Tell.Smtp.Network;
using Tell.Tests.Tools;

namespace Tell.Tests.Routing.Dns;

/// <summary>AD from a real unbound that validates a zone of ours, signed by ldns and served by a real nsd.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RealValidatorTests
{
    private const string Digest = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    [ToolFact("nsd", "unbound", "ldns-keygen", "ldns-signzone")]
    public async Task What_a_real_validator_says_is_believed_and_what_is_bogus_has_failed()
    {
        var (signed, anchor) = await SignAsync("example.test", $"""
            $ORIGIN example.test.
            $TTL 3600
            @ IN SOA ns root 1 3600 600 86400 300
            @ IN NS ns
            @ IN MX 10 mx
            ns IN A 127.0.0.1
            mx IN A 192.0.2.1
            mx IN AAAA 2001:db8::1
            alias IN CNAME mx
            _25._tcp.mx IN TLSA 3 1 1 {Digest}
            _25._tcp.bad IN TLSA 3 1 1 {Digest.Replace("1f", "ff", StringComparison.Ordinal)}
            _mta-sts IN TXT "v=STSv1; " "id=1;"
            away IN CNAME mx.plain.test.

            """);
        using var secure = new NameServerProcess("example.test", signed.Replace("1a1b1c1d1eff", "1a1b1c1d1e00", StringComparison.Ordinal));
        using var insecure = new NameServerProcess("plain.test", """
            $ORIGIN plain.test.
            $TTL 3600
            @ IN SOA ns root 1 3600 600 86400 300
            @ IN NS ns
            ns IN A 127.0.0.1
            @ IN MX 10 mx
            mx IN A 192.0.2.2

            """);
        using var validator = new ValidatorProcess(anchor, ("example.test", secure.Endpoint), ("plain.test", insecure.Endpoint));
        var options = new ResolverOptions { Timeout = TimeSpan.FromSeconds(2), TrustAd = true, MixedCase = true, FailureTtl = TimeSpan.Zero };
        await using var resolver = new Resolver(new SocketNetwork(TimeProvider.System, NullLogger.Instance), TimeProvider.System, new Random(53), [validator.Endpoint], options);
        await Patience.UntilAsync("an answer of unbound", Patience.ForAProgram,
            async () => (await resolver.MailExchangersAsync("plain.test", default)).Status == DnsStatus.Found, () => validator.Log);

        Assert.False((await resolver.MailExchangersAsync("plain.test", default)).Secure);
        Assert.True((await resolver.MailExchangersAsync("example.test", default)).Secure, validator.Log);
        var addresses = await resolver.AddressesAsync("alias.example.test", default);
        Assert.Equal((2, true, "mx.example.test"), (addresses.Records.Length, addresses.Secure, addresses.Name));
        // One link of the chain is not signed.
        Assert.Equal((DnsStatus.Found, false), (await resolver.AddressesAsync("away.example.test", default)) is var away ? (away.Status, away.Secure) : default);
        var tlsa = await resolver.TlsaAsync("_25._tcp.mx.example.test", default);
        Assert.Equal((true, Digest), (tlsa.Secure, Convert.ToHexStringLower(Assert.Single(tlsa.Records).Data.Span)));
        // That there is none is certain, too.
        Assert.Equal((DnsStatus.NoDomain, true), (await resolver.TlsaAsync("_26._tcp.mx.example.test", default)) is var none ? (none.Status, none.Secure) : default);
        Assert.Equal("v=STSv1; id=1;", Assert.Single((await resolver.TextsAsync("_mta-sts.example.test", default)).Records));
        // Changed after it was signed.
        var bogus = await resolver.TlsaAsync("_25._tcp.bad.example.test", default);
        Assert.Equal((DnsStatus.Failed, $"SERVFAIL from {validator.Endpoint}"), (bogus.Status, bogus.Text));
    }

    // The signed zone and the DS record of its key.
    private static async Task<(string Zone, string Anchor)> SignAsync(string name, string zone)
    {
        using var folder = new TempDirectory();
        folder.Write("zone", System.Text.Encoding.ASCII.GetBytes(zone.ReplaceLineEndings("\n")));
        var key = (await ChildProcess.RunAsync(Tool.PathOf("ldns-keygen"), ["-a", "ECDSAP256SHA256", "-k", name], folder.Path)).Succeeded().Output.Trim();
        (await ChildProcess.RunAsync(Tool.PathOf("ldns-signzone"), ["zone", key], folder.Path)).Succeeded();
        return (await File.ReadAllTextAsync(folder["zone.signed"]), (await File.ReadAllTextAsync(folder[$"{key}.ds"])).Trim().Replace('\t', ' '));
    }
}
