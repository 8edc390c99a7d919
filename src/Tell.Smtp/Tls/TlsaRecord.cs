namespace Tell.Smtp.Tls;

/// <summary>A TLSA record (RFC 6698 2.1).</summary>
/// <param name="Usage">0 to 3; DANE for SMTP uses 2 (DANE-TA) and 3 (DANE-EE), the others are unusable (RFC 7672 3.1.3).</param>
/// <param name="Selector">0: the whole certificate; 1: its SubjectPublicKeyInfo.</param>
/// <param name="Matching">0: the octets themselves; 1: SHA-256; 2: SHA-512.</param>
/// <param name="Data">The association data.</param>
public sealed record TlsaRecord(byte Usage, byte Selector, byte Matching, ReadOnlyMemory<byte> Data);
