using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Tell.Smtp.Tls;

/// <summary>One certificate of a server, ready for handshakes.</summary>
/// <param name="File">The file that it came from.</param>
/// <param name="Context">The certificate, its private key and its chain.</param>
public sealed record TlsCertificate(string File, SslStreamCertificateContext Context)
{
    /// <summary>Its DNS names, lower case; patterns among them ("*.example.test").</summary>
    public IReadOnlyList<string> Names { get; } = HostNames.Of(Context.TargetCertificate);

    /// <summary>The end of its life, or of that of a certificate which it needs, where that is sooner.</summary>
    public DateTimeOffset NotAfter { get; } = Context.IntermediateCertificates.Append(Context.TargetCertificate).Min(certificate => certificate.NotAfter.ToUniversalTime());
}
