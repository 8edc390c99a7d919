using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Tell.Mail;

/// <summary>
/// The codings of the DSN parameters: xtext (RFC 3461 4) for ENVID and ORCPT, and utf-8-addr-xtext (RFC 6533 3) for an ORCPT of type
/// "utf-8". What they decode to never holds a control character, so that it can stand in a report and a log.
/// </summary>
public static class Xtext
{
    /// <summary>The longest text that is decoded: far over the 500 characters of ORCPT (RFC 3461 4.2).</summary>
    public const int MaxLength = 4096;

    /// <summary>
    /// The text as xtext: octets of its UTF-8 outside "!" to "~", and "+" and "=", become "+" and two upper-case hex digits.
    /// </summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length + 8);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (octet is > (byte)' ' and <= (byte)'~' and not ((byte)'+' or (byte)'='))
                encoded.Append((char)octet);
            else
                encoded.Append('+').Append(Convert.ToHexString([octet]));
        }
        return encoded.ToString();
    }

    /// <summary>
    /// Reads xtext. False for a broken "+XX", a character that xtext does not have, octets that are not UTF-8, a control character, or
    /// more than <see cref="MaxLength"/>. Lower-case hex digits are tolerated.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<char> xtext, out string text)
    {
        text = "";
        if (xtext.Length > MaxLength)
            return false;
        var octets = new byte[xtext.Length];
        var length = 0;
        for (var i = 0; i < xtext.Length; i++)
        {
            var c = xtext[i];
            if (c is <= ' ' or > '~' or '=')
                return false;
            octets[length] = (byte)c;
            if (c == '+')
            {
                if (i + 2 >= xtext.Length || !byte.TryParse(xtext.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out octets[length]))
                    return false;
                i += 2;
            }
            length++;
        }
        return Utf8.IsValid(octets.AsSpan(0, length)) && Accept(Encoding.UTF8.GetString(octets, 0, length), out text);
    }

    /// <summary>The text as utf-8-addr-xtext: characters outside printable US-ASCII, and "+", "=" and "\", become "\x{HEX}".</summary>
    public static string EncodeUtf8Address(string text)
    {
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is > ' ' and <= '~' and not ('+' or '=' or '\\'))
                encoded.Append((char)rune.Value);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X2}}}");
        }
        return encoded.ToString();
    }

    /// <summary>
    /// The text as utf-8-addr-unitext (RFC 6533 3): like utf-8-addr-xtext, but characters beyond US-ASCII stand for themselves. Only a message that
    /// travels with SMTPUTF8 can hold it.
    /// </summary>
    public static string EncodeUtf8Unitext(string text)
    {
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is > ' ' and not ('+' or '=' or '\\') && !Rune.IsControl(rune) && rune.Value is not (0x2028 or 0x2029))
                encoded.Append(rune.ToString());
            else
                encoded.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X2}}}");
        }
        return encoded.ToString();
    }

    /// <summary>
    /// Reads utf-8-addr-xtext, or utf-8-addr-unitext (the characters themselves, as an SMTPUTF8 session may send them). False for a
    /// broken "\x{HEX}", a code point that is none, a control character, a lone surrogate, or more than <see cref="MaxLength"/>.
    /// </summary>
    public static bool TryDecodeUtf8Address(ReadOnlySpan<char> coded, out string text)
    {
        text = "";
        if (coded.Length > MaxLength)
            return false;
        var decoded = new StringBuilder(coded.Length);
        for (var rest = coded; !rest.IsEmpty;)
        {
            if (rest[0] != '\\')
            {
                if (rest[0] is ' ' or '+' or '=' || Rune.DecodeFromUtf16(rest, out var plain, out var used) != System.Buffers.OperationStatus.Done)
                    return false;
                decoded.Append(plain);
                rest = rest[used..];
                continue;
            }
            var end = rest.StartsWith("\\x{") ? rest[..Math.Min(rest.Length, 10)].IndexOf('}') : -1;
            if (end < 5
                || !int.TryParse(rest[3..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point)
                || !Rune.TryCreate(point, out var rune))
                return false;
            decoded.Append(rune);
            rest = rest[(end + 1)..];
        }
        return Accept(decoded.ToString(), out text);
    }

    private static bool Accept(string decoded, out string text)
    {
        text = "";
        foreach (var c in decoded)
        {
            if (char.IsControl(c))
                return false;
        }
        text = decoded;
        return true;
    }
}
