namespace Tell.Mail;

/// <summary>An entity as it stands in a message.</summary>
/// <param name="Entity">What its header tells.</param>
/// <param name="Header">The octets of its header, valid only at its begin.</param>
/// <param name="IsWhole">True where the header is all there is before the content.</param>
/// <param name="IsSealed">True inside a multipart/signed or multipart/encrypted, in which no octet may change (RFC 1847 2.1, 2.2).</param>
/// <param name="IsMessage">True for a message/rfc822 whose message is read.</param>
internal readonly record struct RawPart(MimeEntity Entity, ReadOnlyMemory<byte> Header, bool IsWhole, bool IsSealed, bool IsMessage)
{
    /// <summary>True where it has no content of its own.</summary>
    public bool IsComposite => IsMessage || Entity.IsMultipart;

    /// <summary>True where its octets are written as they are (RFC 2045 6.2).</summary>
    public bool IsIdentity => Entity.Encoding is TransferEncoding.SevenBit or TransferEncoding.EightBit or TransferEncoding.Binary;

    /// <summary>True where it is declared to be more than 7bit.</summary>
    public bool IsDeclaredMore => Entity.Encoding is TransferEncoding.EightBit or TransferEncoding.Binary && Entity.Header.Find("Content-Transfer-Encoding") is not null;
}
