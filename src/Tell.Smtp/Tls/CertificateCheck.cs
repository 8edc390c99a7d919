using System.Security.Cryptography.X509Certificates;
using Tell.Mail;

namespace Tell.Smtp.Tls;

/// <summary>Whether a server's certificate is what the client asked for. Pure but for the trusted roots of the system, which it may read.</summary>
internal static class CertificateCheck
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    // What a chain lacks when only its root is not known: for DANE that is no fault, and of revocation nothing is asked.
    private const X509ChainStatusFlags Unknown =
        X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    /// <summary>Why it is not; null where it is.</summary>
    /// <param name="leaf">The server's certificate.</param>
    /// <param name="others">The certificates that it showed with it, in any order.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="now">The time at which the certificates have to be valid.</param>
    public static TlsFault? Of(X509Certificate2 leaf, X509Certificate2Collection others, TlsClientOptions options, DateTimeOffset now) => options.Verify switch
    {
        TlsVerification.Pkix => Pkix(leaf, others, options, now),
        TlsVerification.Dane => Dane(leaf, others, options, now),
        _ => null,
    };

    private static TlsFault? Pkix(X509Certificate2 leaf, X509Certificate2Collection others, TlsClientOptions options, DateTimeOffset now)
    {
        using var chain = NewChain(others, now);
        if (options.Roots is { } roots)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        }
        chain.Build(leaf);
        return Fault(chain, chain.ChainElements.Count, X509ChainStatusFlags.NoError, now) ?? Names(leaf, options);
    }

    private static TlsFault? Dane(X509Certificate2 leaf, X509Certificate2Collection others, TlsClientOptions options, DateTimeOffset now)
    {
        var records = Tlsa.Effective(options.Tlsa);
        if (records.Count == 0)
            return new TlsFault(TlsFaultKind.TlsaInvalid, "no TLSA record is usable");
        // RFC 7672 3.1.1: with DANE-EE the record alone decides, whatever the names and the dates of the certificate.
        if (records.Exists(record => record.Usage == 3 && record.Matches(leaf)))
            return null;
        var anchors = records.FindAll(record => record.Usage == 2);
        if (anchors.Count == 0)
            return new TlsFault(TlsFaultKind.TlsaInvalid, "the certificate matches no TLSA record");
        using var chain = NewChain([.. others, .. Tlsa.Certificates(anchors)], now);
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.Build(leaf);
        // RFC 7672 3.1.2: what stands above the trust anchor does not count. A certificate that signed itself may be its own.
        for (var i = leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData) ? 0 : 1; i < chain.ChainElements.Count; i++)
        {
            if (anchors.Exists(record => record.Matches(chain.ChainElements[i].Certificate)))
                return Fault(chain, i + 1, Unknown, now) ?? Names(leaf, options);
        }
        return new TlsFault(TlsFaultKind.TlsaInvalid, "no certificate of the chain matches a TLSA record");
    }

    private static X509Chain NewChain(X509Certificate2Collection others, DateTimeOffset now)
    {
        var chain = new X509Chain
        {
            ChainPolicy =
            {
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck,
                VerificationTime = now.UtcDateTime,
                VerificationTimeIgnored = false,
            },
        };
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(ServerAuthentication));
        chain.ChainPolicy.ExtraStore.AddRange(others);
        return chain;
    }

    // The first so many certificates of a chain. Dates come last: a certificate that nobody vouches for is no better for being fresh.
    private static TlsFault? Fault(X509Chain chain, int count, X509ChainStatusFlags ignored, DateTimeOffset now)
    {
        var expired = false;
        for (var i = 0; i < count; i++)
        {
            var element = chain.ChainElements[i];
            foreach (var status in element.ChainElementStatus)
            {
                if (status.Status == X509ChainStatusFlags.NotTimeValid)
                    expired = true;
                else if ((status.Status & ~ignored) != 0)
                    return new TlsFault(TlsFaultKind.NotTrusted, $"the certificate of {Subject(element.Certificate)} is not trusted: {status.Status}");
            }
        }
        if (!expired)
            return null;
        // The platform counts the last second itself as too late.
        var late = chain.ChainElements.Take(count).Select(element => element.Certificate).First(certificate => certificate.NotAfter <= now || certificate.NotBefore > now);
        return new TlsFault(TlsFaultKind.Expired, $"the certificate of {Subject(late)} is valid from {late.NotBefore.ToUniversalTime():u} to {late.NotAfter.ToUniversalTime():u}");
    }

    private static TlsFault? Names(X509Certificate2 leaf, TlsClientOptions options)
    {
        if (options.Names.Any(name => HostNames.Has(leaf, name)))
            return null;
        var names = HostNames.Of(leaf);
        var shown = names.Count == 0 ? "no host name" : string.Join(", ", names.Take(3)) + (names.Count > 3 ? ", ..." : "");
        return new TlsFault(TlsFaultKind.HostMismatch, $"the certificate is for {Line.Clean(shown)}, not for {string.Join(" or ", options.Names)}");
    }

    private static Line Subject(X509Certificate2 certificate) => Line.Clean(certificate.Subject is { Length: > 0 } subject ? subject : "nobody");
}
