using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tell.Smtp.Tls;

/// <summary>The TLSA records of a host, together.</summary>
internal static class Tlsa
{
    /// <summary>
    /// Those by which a certificate is checked: the usable ones, and among digests of the same usage and selector the strongest alone (RFC 7671 9),
    /// so that who can break SHA-256 gains nothing where SHA-512 is published, too.
    /// </summary>
    public static List<TlsaRecord> Effective(IEnumerable<TlsaRecord> records)
    {
        var usable = records.Where(record => record.IsUsable).ToList();
        return usable.FindAll(record => record.Matching != 1
            || !usable.Exists(other => other.Matching == 2 && other.Usage == record.Usage && other.Selector == record.Selector));
    }

    /// <summary>The certificates that stand in the records themselves (RFC 7671 5.2.1): a server need not show these.</summary>
    public static X509Certificate2[] Certificates(IEnumerable<TlsaRecord> records)
    {
        var found = new List<X509Certificate2>();
        foreach (var record in records.Where(record => record is { Selector: 0, Matching: 0 }))
        {
            try
            {
                found.Add(X509CertificateLoader.LoadCertificate(record.Data.Span));
            }
            catch (CryptographicException)
            {
                // It is none; then it matches none either.
            }
        }
        return [.. found];
    }
}
