namespace Tell.Mail;

/// <summary>A text as octets.</summary>
/// <param name="Octets">The octets.</param>
/// <param name="Charset">The charset that they are in, as it is to be written.</param>
public readonly record struct EncodedText(byte[] Octets, string Charset);
