using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tell.Smtp.Tls;

/// <summary>A TLSA record (RFC 6698 2.1).</summary>
/// <param name="Usage">0 to 3; DANE for SMTP uses 2 (DANE-TA) and 3 (DANE-EE), the others are unusable (RFC 7672 3.1.3).</param>
/// <param name="Selector">0: the whole certificate; 1: its SubjectPublicKeyInfo.</param>
/// <param name="Matching">0: the octets themselves; 1: SHA-256; 2: SHA-512.</param>
/// <param name="Data">The association data.</param>
public sealed record TlsaRecord(byte Usage, byte Selector, byte Matching, ReadOnlyMemory<byte> Data)
{
    /// <summary>
    /// True where a certificate can be checked by it (RFC 7672 3.1). A host none of whose records is usable is to be met with TLS, but without
    /// a check (2.2); a handshake that is given no usable record fails.
    /// </summary>
    public bool IsUsable => Usage is 2 or 3 && Selector is 0 or 1 && Matching switch
    {
        0 => !Data.IsEmpty,
        1 => Data.Length == SHA256.HashSizeInBytes,
        2 => Data.Length == SHA512.HashSizeInBytes,
        _ => false,
    };

    /// <summary>True where it is about this certificate; its usage is not looked at.</summary>
    public bool Matches(X509Certificate2 certificate)
    {
        var octets = Selector == 0 ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        return Matching switch
        {
            0 => Data.Span.SequenceEqual(octets),
            1 => Data.Span.SequenceEqual(SHA256.HashData(octets)),
            2 => Data.Span.SequenceEqual(SHA512.HashData(octets)),
            _ => false,
        };
    }
}
