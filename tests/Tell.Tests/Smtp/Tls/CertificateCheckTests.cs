using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tell.Smtp.Tls;

namespace Tell.Tests.Smtp.Tls;

public sealed class CertificateCheckTests
{
    private static readonly Issuer Root = Issuer.Root();
    private static readonly Issuer Middle = Root.Under("Middle");
    private static readonly X509Certificate2 Good = Middle.Issue(["mx.example.test", "*.pool.example.test", "192.0.2.1"]);
    private static readonly TlsClientOptions Pkix = new() { ServerName = "mx.example.test", Verify = TlsVerification.Pkix, Names = ["mx.example.test"], Roots = Root.AsRoot };

    [Fact]
    public void A_trusted_certificate_with_the_name_will_do_and_its_chain_is_needed()
    {
        Assert.Null(Check(Good, Pkix));
        Assert.Equal(TlsFaultKind.NotTrusted, CertificateCheck.Of(Good, [], Pkix, Issuer.Now)!.Kind);
        Assert.Equal(TlsFaultKind.NotTrusted, Check(Good, Pkix with { Roots = Issuer.Root().AsRoot })!.Kind);
        Assert.Equal(TlsFaultKind.NotTrusted, Check(Issuer.SelfSigned("mx.example.test"), Pkix)!.Kind);
    }

    [Fact]
    public void Dates_and_purpose_count_and_trust_comes_first()
    {
        Assert.Equal(TlsFaultKind.Expired, Check(Middle.Issue(["mx.example.test"], to: Issuer.Now.AddDays(-1)), Pkix)!.Kind);
        Assert.Equal(TlsFaultKind.Expired, Check(Middle.Issue(["mx.example.test"], from: Issuer.Now.AddDays(1)), Pkix)!.Kind);
        var strange = Issuer.Root().Issue(["mx.example.test"], to: Issuer.Now.AddDays(-1));
        Assert.Equal(TlsFaultKind.NotTrusted, Check(strange, Pkix)!.Kind);
        Assert.Equal(TlsFaultKind.NotTrusted, Check(Middle.Issue(["mx.example.test"], usage: "1.3.6.1.5.5.7.3.2"), Pkix)!.Kind);
    }

    [Fact]
    public void A_certificate_that_ends_this_very_second_has_expired()
    {
        var fault = Check(Middle.Issue(["mx.example.test"], to: Issuer.Now), Pkix);
        Assert.Equal(TlsFaultKind.Expired, fault!.Kind);
        Assert.EndsWith("to 2026-06-01 12:00:00Z", fault.Text, StringComparison.Ordinal);
        Assert.Null(Check(Middle.Issue(["mx.example.test"], from: Issuer.Now), Pkix));
    }

    [Theory]
    [InlineData("mx.example.test", true)]
    [InlineData("MX.example.TEST.", true)]
    [InlineData("a.pool.example.test", true)]
    [InlineData("a.b.pool.example.test", false)]
    [InlineData("pool.example.test", false)]
    [InlineData("mx2.example.test", false)]
    [InlineData("*.example.test", true)]
    [InlineData("*.test", false)]
    [InlineData("*.pool.example.test", true)]
    [InlineData("192.0.2.1", true)]
    [InlineData("192.0.2.2", false)]
    public void Names_are_compared_by_rfc_9525_and_those_of_mta_sts_may_be_patterns(string wanted, bool fits) =>
        Assert.Equal(fits ? null : TlsFaultKind.HostMismatch, Check(Good, Pkix with { Names = ["nowhere.test", wanted] })?.Kind);

    [Fact]
    public void A_common_name_is_no_name()
    {
        var request = new CertificateRequest("CN=mx.example.test", ECDsa.Create(), HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(Issuer.Now.AddDays(-1), Issuer.Now.AddDays(1));
        var fault = CertificateCheck.Of(certificate, [], Pkix with { Roots = [certificate] }, Issuer.Now);
        Assert.Equal(new TlsFault(TlsFaultKind.HostMismatch, "the certificate is for no host name, not for mx.example.test"), fault);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public void Dane_ee_asks_for_the_key_alone_whatever_the_names_and_the_dates(byte selector, byte matching)
    {
        var late = Issuer.SelfSigned("other.test");
        var options = Dane(Record(3, selector, matching, late));
        Assert.Null(CertificateCheck.Of(late, [], options, Issuer.Now.AddYears(9)));
        Assert.Equal(TlsFaultKind.TlsaInvalid, Check(Good, options)!.Kind);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(0, 0)]
    public void Dane_ta_trusts_what_leads_to_the_anchor_and_asks_for_name_and_dates(byte selector, byte matching)
    {
        foreach (var anchor in new[] { Middle, Root })
        {
            var options = Dane(Record(2, selector, matching, anchor.Certificate));
            Assert.Null(Check(Good, options));
            Assert.Equal(TlsFaultKind.HostMismatch, Check(Good, options with { Names = ["other.test"] })!.Kind);
            Assert.Equal(TlsFaultKind.Expired, Check(Middle.Issue(["mx.example.test"], to: Issuer.Now.AddDays(-1)), options)!.Kind);
        }
        Assert.Equal(TlsFaultKind.TlsaInvalid, Check(Good, Dane(Record(2, selector, matching, Issuer.Root().Certificate)))!.Kind);
    }

    [Fact]
    public void Dane_ta_needs_no_root_above_its_anchor_and_not_even_the_anchor_where_it_stands_in_the_record()
    {
        var shown = new X509Certificate2Collection(Middle.AsRoot);
        Assert.Null(CertificateCheck.Of(Good, shown, Dane(Record(2, 1, 1, Middle.Certificate)), Issuer.Now));
        Assert.Null(CertificateCheck.Of(Good, [], Dane(Record(2, 0, 0, Middle.Certificate)), Issuer.Now));
    }

    [Fact]
    public void Dane_ta_is_not_taken_in_by_an_issuer_of_the_same_name()
    {
        // Shows the right intermediate, but its own certificate was signed by another key of that name.
        var forged = Issuer.Root().Under("Middle").Issue(["mx.example.test"]);
        Assert.NotNull(CertificateCheck.Of(forged, Middle.Chain(), Dane(Record(2, 1, 1, Middle.Certificate)), Issuer.Now));
    }

    [Fact]
    public void Unusable_records_are_passed_over_and_the_strongest_digest_alone_counts()
    {
        var right = Record(3, 1, 1, Good);
        Assert.Null(Check(Good, Dane(new TlsaRecord(0, 1, 1, right.Data), new TlsaRecord(3, 1, 1, new byte[5]), new TlsaRecord(3, 9, 1, right.Data), right)));
        Assert.Equal(TlsFaultKind.TlsaInvalid, Check(Good, Dane(new TlsaRecord(1, 1, 1, right.Data)))!.Kind);
        Assert.Equal(TlsFaultKind.TlsaInvalid, Check(Good, Dane(right, new TlsaRecord(3, 1, 2, new byte[64])))!.Kind);
        Assert.True(right.IsUsable);
        Assert.False(new TlsaRecord(1, 1, 1, right.Data).IsUsable);
        Assert.False(new TlsaRecord(3, 1, 3, right.Data).IsUsable);
    }

    [Fact]
    public void The_binding_is_the_certificate_hashed_as_its_signature_is()
    {
        using var rsa = RSA.Create(2048);
        var octets = (X509Certificate2 certificate) => EndPointBinding.Of(certificate).ToArray();
        foreach (var padding in new[] { RSASignaturePadding.Pkcs1, RSASignaturePadding.Pss })
        {
            var strong = Issuer.SelfSigned("mx", rsa, HashAlgorithmName.SHA512, padding);
            Assert.Equal(SHA512.HashData(strong.RawData), octets(strong));
            var middle = Issuer.SelfSigned("mx", rsa, HashAlgorithmName.SHA384, padding);
            Assert.Equal(SHA384.HashData(middle.RawData), octets(middle));
            var usual = Issuer.SelfSigned("mx", rsa, HashAlgorithmName.SHA256, padding);
            Assert.Equal(SHA256.HashData(usual.RawData), octets(usual));
        }
    }

    private static TlsFault? Check(X509Certificate2 leaf, TlsClientOptions options) => CertificateCheck.Of(leaf, Middle.Chain(), options, Issuer.Now);

    private static TlsClientOptions Dane(params TlsaRecord[] records) => Pkix with { Verify = TlsVerification.Dane, Tlsa = [.. records], Roots = null };

    private static TlsaRecord Record(byte usage, byte selector, byte matching, X509Certificate2 certificate)
    {
        var octets = selector == 0 ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        return new TlsaRecord(usage, selector, matching, matching switch { 0 => octets, 1 => SHA256.HashData(octets), _ => SHA512.HashData(octets) });
    }
}
