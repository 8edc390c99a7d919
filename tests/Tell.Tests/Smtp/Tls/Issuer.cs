using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tell.Tests.Smtp.Tls;

/// <summary>A certificate authority in memory; <see cref="Under"/> makes one below it.</summary>
internal sealed class Issuer
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static int _serial;
    private readonly Issuer? _above;

    private Issuer(string name, Issuer? above, ECDsa key)
    {
        _above = above;
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var (from, to) = (Now.AddYears(-5), Now.AddYears(5));
        Certificate = above is null
            ? request.CreateSelfSigned(from, to)
            : request.Create(above.Certificate, from, to, Serial()).CopyWithPrivateKey(key);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>What a client trusts that trusts this one.</summary>
    public X509Certificate2Collection AsRoot => [X509CertificateLoader.LoadCertificate(Certificate.RawData)];

    public static Issuer Root(string name = "Test Root") => new(name, null, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public Issuer Under(string name) => new(name, this, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>A server's certificate with its key; addresses among the names become addresses.</summary>
    public X509Certificate2 Issue(string[] names, DateTimeOffset? from = null, DateTimeOffset? to = null, AsymmetricAlgorithm? key = null, HashAlgorithmName? hash = null, string usage = "1.3.6.1.5.5.7.3.1")
    {
        var request = Request($"CN={(names.Length > 0 ? names[0] : "nobody")}", key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256), hash ?? HashAlgorithmName.SHA256);
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternative.AddIpAddress(address);
            else
                alternative.AddDnsName(name);
        }
        if (names.Length > 0)
            request.Request.CertificateExtensions.Add(alternative.Build());
        request.Request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.Request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        var generator = X509SignatureGenerator.CreateForECDsa(Certificate.GetECDsaPrivateKey()!);
        return request.With(request.Request.Create(Certificate.SubjectName, generator, from ?? Now.AddMonths(-1), to ?? Now.AddMonths(2), Serial()));
    }

    /// <summary>A certificate that signed itself.</summary>
    public static X509Certificate2 SelfSigned(string name, AsymmetricAlgorithm? key = null, HashAlgorithmName? hash = null, RSASignaturePadding? padding = null)
    {
        var request = Request($"CN={name}", key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256), hash ?? HashAlgorithmName.SHA256, padding);
        var alternative = new SubjectAlternativeNameBuilder();
        alternative.AddDnsName(name);
        request.Request.CertificateExtensions.Add(alternative.Build());
        return request.Request.CreateSelfSigned(Now.AddMonths(-1), Now.AddMonths(2));
    }

    /// <summary>The issuers from this one up to the root, which a server shows with its certificate.</summary>
    public X509Certificate2Collection Chain()
    {
        var chain = new X509Certificate2Collection();
        for (var issuer = this; issuer is not null; issuer = issuer._above)
            chain.Add(X509CertificateLoader.LoadCertificate(issuer.Certificate.RawData));
        return chain;
    }

    private static byte[] Serial() => [1, .. BitConverter.GetBytes(Interlocked.Increment(ref _serial))];

    private static (CertificateRequest Request, Func<X509Certificate2, X509Certificate2> With) Request(
        string subject, AsymmetricAlgorithm key, HashAlgorithmName hash, RSASignaturePadding? padding = null) => key switch
    {
        RSA rsa => (new CertificateRequest(subject, rsa, hash, padding ?? RSASignaturePadding.Pkcs1), certificate => certificate.CopyWithPrivateKey(rsa)),
        ECDsa ec => (new CertificateRequest(subject, ec, hash), certificate => certificate.CopyWithPrivateKey(ec)),
        _ => throw new ArgumentException("RSA or ECDSA", nameof(key)),
    };
}
