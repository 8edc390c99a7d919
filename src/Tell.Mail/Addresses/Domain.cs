using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tell.Mail;

/// <summary>
/// A mail domain (RFC 5321 4.1.2) or address literal (4.1.3), compared without regard to case. Internationalised names are kept as
/// A-labels (RFC 5890), so that two spellings of one domain are one domain. The default value is no domain.
/// </summary>
public readonly record struct Domain
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    // What an A-label may decode to and a screen must not get: controls, and the marks that reorder the text around them.
    private static readonly SearchValues<char> NotShown = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Select(c => (char)c))
        + "\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff");

    private static readonly SearchValues<char> Ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private readonly string? _name;

    private Domain(string name) => _name = name;

    /// <summary>The name: lower case, A-labels, without a final dot; "[192.0.2.1]" or "[IPv6:...]" for a literal; "" where there is none.</summary>
    public string Name => _name ?? "";

    /// <summary>True where there is no domain.</summary>
    public bool IsNone => _name is null;

    /// <summary>True for an address literal.</summary>
    public bool IsLiteral => _name is ['[', ..];

    /// <summary>The address of a literal; null for a name.</summary>
    public IPAddress? Address => IsLiteral
        ? IPAddress.Parse(Name.StartsWith("[IPv6:", StringComparison.Ordinal) ? Name.AsSpan(6, Name.Length - 7) : Name.AsSpan(1, Name.Length - 2))
        : null;

    /// <summary>The name as people read it, with U-labels.</summary>
    public string DisplayName
    {
        get
        {
            if (!Name.Contains("xn--", StringComparison.Ordinal))
                return Name;
            try
            {
                var shown = Idn.GetUnicode(Name);
                return shown.AsSpan().ContainsAny(NotShown) ? Name : shown;
            }
            catch (ArgumentException)
            {
                return Name;
            }
        }
    }

    /// <summary>
    /// Reads a domain or literal: at most 255 octets, labels of 1 to 63 letters, digits, hyphens (and underscores, which hosts in the
    /// field do use), IPv4 and IPv6 literals. U-labels must be composed (NFC).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Domain domain)
    {
        domain = default;
        if (text.IsEmpty || text.Length > 255)
            return false;
        if (text[0] == '[')
            return TryLiteral(text, out domain);
        var name = text.ToString();
        if (!Ascii(text))
        {
            try
            {
                // Without ICU the mapping encodes the letters that it gets. Case is settled here (RFC 5895 2); composition cannot be, so a
                // decomposed name is refused rather than taken for another domain.
                if (text.ContainsAnyInRange('\u0300', '\u036f'))
                    return false;
                name = Idn.GetAscii(name.ToLowerInvariant());
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
        if (name.Length > 255 || !LegalName(name))
            return false;
        domain = new Domain(name.ToLowerInvariant());
        return true;
    }

    /// <summary>The domain of a text that is known to be one.</summary>
    /// <exception cref="FormatException">It is not a domain.</exception>
    public static Domain Parse(string text) =>
        TryParse(text, out var domain) ? domain : throw new FormatException($"\"{Line.Clean(text)}\" is not a domain.");

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static bool Ascii(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('\0', '\x7f');

    private static bool LegalName(ReadOnlySpan<char> name)
    {
        var label = 0;
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (c == '.')
            {
                if (label == 0 || name[i - 1] == '-')
                    return false;
                label = 0;
                continue;
            }
            if (!char.IsAsciiLetterOrDigit(c) && c != '_' && (c != '-' || label == 0))
                return false;
            if (++label > 63)
                return false;
        }
        return label > 0 && name[^1] != '-';
    }

    private static bool TryLiteral(ReadOnlySpan<char> text, out Domain domain)
    {
        domain = default;
        if (text.Length < 3 || text[^1] != ']')
            return false;
        var inner = text[1..^1];
        var v6 = inner.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase);
        if (v6)
            inner = inner[5..];
        // IPAddress reads more than RFC 5321 4.1.3 has: scopes, ports, inner brackets, octal and hexadecimal parts, fewer than four parts.
        if (v6 ? inner.ContainsAnyExcept(Ipv6Characters) : !IsDottedDecimal(inner))
            return false;
        if (!IPAddress.TryParse(inner, out var address) || v6 != (address.AddressFamily == AddressFamily.InterNetworkV6))
            return false;
        domain = new Domain(v6 ? $"[IPv6:{address}]" : $"[{address}]");
        return true;
    }

    // Four parts of one to three digits; a leading zero is refused, since some read it as octal and some do not.
    private static bool IsDottedDecimal(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (++parts > 4 || part.Length is 0 or > 3 || part.ContainsAnyExceptInRange('0', '9') || part is ['0', _, ..])
                return false;
        }
        return parts == 4;
    }
}
