namespace Tell.Smtp.Tls;

/// <summary>Where a certificate is kept: PEM files (RFC 7468).</summary>
/// <param name="Certificate">The file of the server's certificate, followed by those that lead to its root.</param>
/// <param name="Key">The file of its private key, which may be the same.</param>
public sealed record CertificateFiles(string Certificate, string Key)
{
    /// <summary>The files of two settings: keys in the order of the certificates, or no keys where each stands in its certificate's file.</summary>
    /// <exception cref="ArgumentException">There are keys, and not as many as certificates; the message says so.</exception>
    public static IReadOnlyList<CertificateFiles> Pair(IReadOnlyList<string> certificates, IReadOnlyList<string> keys) => keys.Count switch
    {
        0 => [.. certificates.Select(file => new CertificateFiles(file, file))],
        _ when keys.Count == certificates.Count => [.. certificates.Zip(keys, (certificate, key) => new CertificateFiles(certificate, key))],
        _ => throw new ArgumentException($"there are {certificates.Count} certificates and {keys.Count} keys; name one key for each certificate, or none where the key is in the certificate's file", nameof(keys)),
    };
}
