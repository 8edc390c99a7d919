using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tell.Smtp.Tls;
using Tell.Tests.Tools;

namespace Tell.Tests.Smtp.Tls;

public sealed class TlsCertificatesTests : IDisposable
{
    private static readonly Issuer Root = Issuer.Root();

    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_name_asked_for_chooses_the_certificate_exact_before_pattern_and_else_the_first()
    {
        var certificates = Load([Write("a.pem", ["a.test"]), Write("wild.pem", ["*.b.test"]), Write("mx.pem", ["mx.b.test"])], []);
        foreach (var (asked, name) in new[]
        {
            ("a.test", "a.test"), ("MX.B.test.", "mx.b.test"), ("other.b.test", "*.b.test"), ("deep.other.b.test", "a.test"), ("", "a.test"), ("nobody.test", "a.test"),
        })
            Assert.Equal($"CN={name}", certificates.Select(asked).TargetCertificate.Subject);
    }

    [Fact]
    public void The_chain_of_the_file_is_shown_and_the_end_of_each_is_told()
    {
        var middle = Root.Under("Middle");
        var own = middle.Issue(["mx.test"]);
        var key = _folder.Write("key.pem", Encoding.ASCII.GetBytes(own.GetECDsaPrivateKey()!.ExportECPrivateKeyPem()));
        var file = _folder.Write("mx.pem", Encoding.ASCII.GetBytes(own.ExportCertificatePem() + "\n" + middle.Certificate.ExportCertificatePem()));
        var certificate = Assert.Single(Load([file], [key]).All);
        Assert.Single(certificate.Context.IntermediateCertificates);
        Assert.Equal(["mx.test"], certificate.Names);
        Assert.Equal(Issuer.Now.AddMonths(2), certificate.NotAfter);
    }

    [Fact]
    public void A_file_that_changes_is_read_again_and_one_that_turns_bad_leaves_the_old_certificate_and_is_told_once()
    {
        var file = Write("mx.pem", ["old.test"]);
        var certificates = Load([file], []);
        Assert.Empty(certificates.Refresh().Changed);

        Write("mx.pem", ["new.test"]);
        Assert.Equal(["new.test"], Assert.Single(certificates.Refresh().Changed).Names);
        Assert.Equal("CN=new.test", certificates.Select("").TargetCertificate.Subject);

        _folder.Write("mx.pem", "half"u8);
        var bad = certificates.Refresh();
        Assert.Empty(bad.Changed);
        Assert.Contains("no certificate in it", Assert.Single(bad.Problems), StringComparison.Ordinal);
        Assert.Empty(certificates.Refresh().Problems);
        File.Delete(file);
        Assert.Contains("no such file", Assert.Single(certificates.Refresh().Problems), StringComparison.Ordinal);
        Assert.Empty(certificates.Refresh().Problems);
        Assert.Equal("CN=new.test", certificates.Select("").TargetCertificate.Subject);

        Write("mx.pem", ["third.test"]);
        Assert.Empty(certificates.Refresh().Problems);
        Assert.Equal("CN=third.test", certificates.Select("").TargetCertificate.Subject);
    }

    [Fact]
    public void What_is_wrong_at_the_start_names_the_file_and_the_next_step()
    {
        var good = Write("good.pem", ["mx.test"]);
        var other = Write("other.pem", ["other.test"]);
        var certificate = _folder.Write("certificate.pem", Encoding.ASCII.GetBytes(Root.Issue(["x.test"]).ExportCertificatePem()));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var locked = _folder.Write("locked.pem", Encoding.ASCII.GetBytes(key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1))));
        Says(_folder["missing.pem"], good, $"{_folder["missing.pem"]}: there is no such file; write it, or name the right one");
        Says(locked, good, $"{locked}: no certificate in it; it has to hold \"BEGIN CERTIFICATE\" blocks, the server's own first");
        Says(certificate, certificate, $"{certificate}: no private key in it; add the \"BEGIN PRIVATE KEY\" block, or name the file that has it");
        Says(certificate, locked, $"{locked}: the private key is encrypted; write it without a password (openssl pkey -in {locked} -out FILE)");
        Says(good, other, $"{other}: the private key does not belong to the first certificate in {good}; name the key that it was issued for");

        static void Says(string certificate, string key, string problem)
        {
            Assert.Null(TlsCertificates.Load([new CertificateFiles(certificate, key)], out var problems));
            Assert.Equal(problem, Assert.Single(problems));
        }
    }

    [Fact]
    public void Keys_are_named_for_each_certificate_or_for_none()
    {
        Assert.Equal([new("a", "a"), new("b", "b")], CertificateFiles.Pair(["a", "b"], []));
        Assert.Equal([new("a", "ka"), new("b", "kb")], CertificateFiles.Pair(["a", "b"], ["ka", "kb"]));
        Assert.Throws<ArgumentException>(() => CertificateFiles.Pair(["a", "b"], ["ka"]));
    }

    private static TlsCertificates Load(string[] files, string[] keys)
    {
        var certificates = TlsCertificates.Load(CertificateFiles.Pair(files, keys), out var problems);
        Assert.Empty(problems);
        return certificates!;
    }

    private string Write(string file, string[] names)
    {
        var certificate = Root.Issue(names);
        return _folder.Write(file, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n" + certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));
    }
}
