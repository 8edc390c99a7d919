using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Tell.Smtp.Tls;

namespace Tell.Tests.Smtp.Tls;

/// <summary>One certificate for every name; keeps the names that were asked for.</summary>
internal sealed class HeldCertificates(X509Certificate2 certificate, X509Certificate2Collection? chain = null) : ITlsCertificates
{
    private readonly SslStreamCertificateContext _context = SslStreamCertificateContext.Create(certificate, chain, offline: true);

    public List<string> Asked { get; } = [];

    public SslStreamCertificateContext Select(string serverName)
    {
        Asked.Add(serverName);
        return _context;
    }
}
