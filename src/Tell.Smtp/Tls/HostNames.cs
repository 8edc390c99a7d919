using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tell.Smtp.Tls;

/// <summary>
/// The names of a certificate (RFC 9525): those of its subjectAltName and no others, so a common name is no name. Internationalized names are
/// compared as they stand in the DNS, as A-labels.
/// </summary>
internal static class HostNames
{
    /// <summary>The DNS names, lower case, in the certificate's order; none where the extension is missing or malformed.</summary>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        try
        {
            return [.. Extension(certificate)?.EnumerateDnsNames().Select(Normal) ?? []];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    /// <summary>True where the certificate has a name: a host name, an address, or a pattern of MTA-STS (RFC 8461 4.1).</summary>
    public static bool Has(X509Certificate2 certificate, string name)
    {
        if (!IPAddress.TryParse(name, out var address))
            return Of(certificate).Any(presented => Match(presented, name));
        try
        {
            return Extension(certificate)?.EnumerateIPAddresses().Contains(address) == true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>
    /// True for two names that are the same, and for a name and a pattern whose "*." stands for its whole left-most label. The presented name
    /// and the wanted one may both be patterns.
    /// </summary>
    public static bool Match(string presented, string wanted)
    {
        (presented, wanted) = (Normal(presented), Normal(wanted));
        return presented.Length > 0 && (presented == wanted || Covers(presented, wanted) || Covers(wanted, presented));
    }

    /// <summary>A name without its final dot, in lower case.</summary>
    public static string Normal(string name) => (name.EndsWith('.') ? name[..^1] : name).ToLowerInvariant();

    private static bool Covers(string pattern, string name) =>
        pattern.StartsWith("*.", StringComparison.Ordinal) && pattern.Length > 2
        && name.IndexOf('.') is var dot and > 0 && name.AsSpan(dot).SequenceEqual(pattern.AsSpan(1));

    private static X509SubjectAlternativeNameExtension? Extension(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
}
