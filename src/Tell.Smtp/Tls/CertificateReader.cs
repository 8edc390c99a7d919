using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tell.Smtp.Tls;

/// <summary>Reads a certificate, its chain and its key out of PEM files, and says what to do where that does not succeed. Reads files, synchronously.</summary>
internal static class CertificateReader
{
    /// <summary>Reads the files; null where they are in the state that has been <paramref name="seen"/>. Never throws because of what is in them.</summary>
    public static CertificateReading? Read(CertificateFiles files, string? seen)
    {
        var state = "";
        TlsCertificate? certificate = null;
        if (TryRead(files.Certificate, out var text, out var problem) && TryRead(files.Key, out var key, out problem))
        {
            state = Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(text + key)));
            if (state == seen)
                return null;
            problem = Parse(files, text, key, out certificate);
        }
        state += problem;
        return state == seen ? null : new CertificateReading(state, certificate, problem);
    }

    private static string? Parse(CertificateFiles files, string text, string key, out TlsCertificate? certificate)
    {
        certificate = null;
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPem(text);
            if (found.Count == 0)
                return $"{files.Certificate}: no certificate in it; it has to hold \"BEGIN CERTIFICATE\" blocks, the server's own first";
            if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
                return $"{files.Key}: the private key is encrypted; write it without a password (openssl pkey -in {files.Key} -out FILE)";
            if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
                return $"{files.Key}: no private key in it; add the \"BEGIN PRIVATE KEY\" block, or name the file that has it";
            var own = X509Certificate2.CreateFromPem(text, key);
            certificate = new TlsCertificate(files.Certificate, SslStreamCertificateContext.Create(own, [.. found.Skip(1)], offline: true));
            return null;
        }
        catch (ArgumentException)
        {
            return $"{files.Key}: the private key does not belong to the first certificate in {files.Certificate}; name the key that it was issued for";
        }
        catch (CryptographicException cause)
        {
            return $"{files.Certificate}, {files.Key}: a certificate or key cannot be used ({TlsWords.Of(cause)}); they have to be PEM, with an RSA or ECDSA key";
        }
    }

    private static bool TryRead(string file, [NotNullWhen(true)] out string? text, out string? problem)
    {
        (text, problem) = (null, null);
        try
        {
            text = File.ReadAllText(file, Encoding.Latin1);
        }
        catch (UnauthorizedAccessException)
        {
            problem = $"{file}: it may not be read by this user; change its owner or its mode";
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = $"{file}: there is no such file; write it, or name the right one";
        }
        catch (IOException cause)
        {
            problem = $"{file}: it cannot be read ({cause.Message})";
        }
        return text is not null;
    }
}
