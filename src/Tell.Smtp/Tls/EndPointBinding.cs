using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tell.Smtp.Tls;

/// <summary>The tls-server-end-point channel binding (RFC 5929 4.1): the hash of the server's certificate, the same on both sides.</summary>
internal static class EndPointBinding
{
    private const string Pss = "1.2.840.113549.1.1.10";

    /// <summary>
    /// The hash by the hash function of the certificate's signature, by SHA-256 in place of MD5 and SHA-1. Empty where the signature has no one
    /// hash function (Ed25519): there the binding is not defined.
    /// </summary>
    public static ReadOnlyMemory<byte> Of(X509Certificate2 certificate)
    {
        var algorithm = certificate.SignatureAlgorithm.Value;
        return (algorithm == Pss ? PssHash(certificate.RawDataMemory) : HashOf(algorithm)) switch
        {
            256 => SHA256.HashData(certificate.RawDataMemory.Span),
            384 => SHA384.HashData(certificate.RawDataMemory.Span),
            512 => SHA512.HashData(certificate.RawDataMemory.Span),
            _ => default(ReadOnlyMemory<byte>),
        };
    }

    // Signature algorithms (RFC 8017, RFC 5758) and, for PSS, hash functions.
    private static int HashOf(string? algorithm) => algorithm switch
    {
        "1.2.840.113549.1.1.4" or "1.2.840.113549.1.1.5" or "1.2.840.10045.4.1" => 256, // MD5 and SHA-1
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => 256,
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => 384,
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => 512,
        "1.3.14.3.2.26" or "2.16.840.1.101.3.4.2.1" => 256, // SHA-1 and SHA-256 themselves
        "2.16.840.1.101.3.4.2.2" => 384,
        "2.16.840.1.101.3.4.2.3" => 512,
        _ => 0,
    };

    // RFC 8017 A.2.3: the hash function is the first parameter, SHA-1 where it is left out.
    private static int PssHash(ReadOnlyMemory<byte> certificate)
    {
        try
        {
            var fields = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence();
            fields.ReadEncodedValue();
            var algorithm = fields.ReadSequence();
            algorithm.ReadObjectIdentifier();
            var parameters = algorithm.ReadSequence();
            var tag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
            if (!parameters.HasData || parameters.PeekTag() != tag)
                return 256;
            return HashOf(parameters.ReadSequence(tag).ReadSequence().ReadObjectIdentifier());
        }
        catch (AsnContentException)
        {
            return 0;
        }
    }
}
