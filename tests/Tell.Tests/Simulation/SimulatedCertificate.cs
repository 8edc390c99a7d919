using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Tell.Smtp.Tls;

namespace Tell.Tests.Simulation;

/// <summary>What a host of the simulated world shows in a handshake: no cryptography, but every property that a client may check.</summary>
internal sealed record SimulatedCertificate
{
    /// <summary>The names it is for.</summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary>True where it leads to a root that everybody trusts.</summary>
    public bool Trusted { get; init; }

    /// <summary>True where its time is over.</summary>
    public bool Expired { get; init; }

    /// <summary>The name of its key: two certificates with the same key have the same digest.</summary>
    public string Key { get; init; } = "k1";

    /// <summary>The name of the issuer's key.</summary>
    public string Issuer { get; init; } = "ca";

    /// <summary>True where every handshake with it fails.</summary>
    public bool Broken { get; init; }

    /// <summary>The record that publishes its key: "3 1 1 ..." (DANE-EE).</summary>
    public TlsaRecord Tlsa => new(3, 1, 1, Digest(Key));

    /// <summary>The record that publishes its issuer's key: "2 1 1 ..." (DANE-TA).</summary>
    public TlsaRecord IssuerTlsa => new(2, 1, 1, Digest(Issuer));

    /// <summary>The channel binding, the same on both sides.</summary>
    public ReadOnlyMemory<byte> Binding => Digest($"{Key} {string.Join(' ', Names)}");

    /// <summary>What a client says to it, as it would of a real one; null where it is content.</summary>
    public TlsFault? Check(TlsClientOptions options)
    {
        var records = options.Tlsa.Where(record => record.IsUsable).ToList();
        switch (options.Verify)
        {
            case TlsVerification.None:
            case TlsVerification.Dane when records.Any(record => record.Usage == 3 && record.Data.Span.SequenceEqual(Digest(Key))):
                return null;
            case TlsVerification.Dane when !records.Any(record => record.Usage == 2 && record.Data.Span.SequenceEqual(Digest(Issuer))):
                return new TlsFault(TlsFaultKind.TlsaInvalid, "the certificate matches no TLSA record");
            case TlsVerification.Pkix when !Trusted:
                return new TlsFault(TlsFaultKind.NotTrusted, "the certificate is not trusted");
        }
        if (Expired)
            return new TlsFault(TlsFaultKind.Expired, "the certificate has expired");
        return options.Names.Any(name => Names.Any(own => HostNames.Match(own, name)))
            ? null
            : new TlsFault(TlsFaultKind.HostMismatch, $"the certificate is for {string.Join(", ", Names)}, not for {string.Join(" or ", options.Names)}");
    }

    private static byte[] Digest(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));
}
