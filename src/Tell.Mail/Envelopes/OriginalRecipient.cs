namespace Tell.Mail;

/// <summary>
/// The ORCPT parameter (RFC 3461 4.2, RFC 6533 3) between its wire form and the decoded "type;address" that
/// <see cref="Recipient.OriginalRecipient"/> holds.
/// </summary>
public static class OriginalRecipient
{
    /// <summary>The longest parameter value in characters (RFC 3461 4.2).</summary>
    public const int MaxLength = 500;

    /// <summary>Reads the value of ORCPT: an atom, ";", and the address in xtext, or in utf-8-addr-xtext where the type is "utf-8".</summary>
    public static bool TryParse(ReadOnlySpan<char> parameter, out string typeAndAddress)
    {
        typeAndAddress = "";
        var semicolon = parameter.IndexOf(';');
        if (parameter.Length > MaxLength || semicolon < 1)
            return false;
        var type = parameter[..semicolon];
        foreach (var c in type)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
        }
        var coded = parameter[(semicolon + 1)..];
        var good = IsUtf8(type) ? Xtext.TryDecodeUtf8Address(coded, out var address) : Xtext.TryDecode(coded, out address);
        if (good && address.Length > 0)
            typeAndAddress = string.Concat(type, ";", address);
        return typeAndAddress.Length > 0;
    }

    /// <summary>The value of ORCPT for a decoded "type;address"; pure US-ASCII. "" where it has no type.</summary>
    public static string Format(string typeAndAddress)
    {
        var semicolon = typeAndAddress.IndexOf(';', StringComparison.Ordinal);
        if (semicolon < 1)
            return "";
        var (type, address) = (typeAndAddress[..semicolon], typeAndAddress[(semicolon + 1)..]);
        return $"{type};{(IsUtf8(type) ? Xtext.EncodeUtf8Address(address) : Xtext.Encode(address))}";
    }

    private static bool IsUtf8(ReadOnlySpan<char> type) => type.Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
