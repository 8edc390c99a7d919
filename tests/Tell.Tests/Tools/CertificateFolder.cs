using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tell.Tests.Tools;

/// <summary>A root that only this test trusts, and certificates of it, in PEM files that other people's servers read.</summary>
public sealed class CertificateFolder : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;

    /// <summary>A new root, valid from yesterday on.</summary>
    public CertificateFolder()
    {
        var request = new CertificateRequest("CN=Root of a test", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(7));
        // Exim reads its certificate after it has dropped its privileges.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        }
        RootFile = Write("root.pem", _root.ExportCertificatePem());
    }

    /// <summary>The file with the root alone.</summary>
    public string RootFile { get; }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A server's certificate with its chain, and its key; the names are those of hosts or addresses.</summary>
    public (string Certificate, string Key) Issue(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternative.AddIpAddress(address);
            }
            else
            {
                alternative.AddDnsName(name);
            }
        }
        request.CertificateExtensions.Add(alternative.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, true, false));
        using var certificate = request.Create(_root, Now.AddDays(-1), Now.AddDays(6), RandomNumberGenerator.GetBytes(8));
        return (
            Write($"{names[0]}.pem", $"{certificate.ExportCertificatePem()}\n{_root.ExportCertificatePem()}\n"),
            Write($"{names[0]}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    /// <summary>Deletes the files.</summary>
    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    private string Write(string name, string pem) => _folder.Write(name, System.Text.Encoding.ASCII.GetBytes(pem));
}
