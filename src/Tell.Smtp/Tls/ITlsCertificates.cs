using System.Net.Security;

namespace Tell.Smtp.Tls;

/// <summary>The certificates of a server.</summary>
public interface ITlsCertificates
{
    /// <summary>The certificate, with its chain, for a name asked for by SNI ("" for none); the first where no name fits.</summary>
    SslStreamCertificateContext Select(string serverName);
}
