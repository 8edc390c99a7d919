using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Tell.Mail;

/// <summary>
/// A mailbox, local-part@domain (RFC 5321 4.1.2, with RFC 6531 where it is not ASCII). It holds no control character (C0, DEL, C1), no
/// lone surrogate, and its wire form is at most 254 octets, so that its path fits the 256 of RFC 5321 4.5.3.1.3. The local part keeps
/// its case and is compared exactly, in its unquoted form; the domain is compared without regard to case.
/// </summary>
public sealed record Mailbox
{
    /// <summary>The longest wire form in octets: the path of RFC 5321 4.5.3.1.3 without its angle brackets.</summary>
    public const int MaxLength = 254;

    /// <summary>
    /// The longest local part in octets of UTF-8: what fits <see cref="MaxLength"/>. RFC 5321 4.5.3.1.1 says 64, but return paths made by SRS,
    /// VERP and BATV are often longer, and to refuse them would be to refuse good mail.
    /// </summary>
    public const int MaxLocalPart = MaxLength - 2;

    // Two characters for each octet of the local part, its quotes, "@", and a domain whose U-labels may be longer than its A-labels.
    private const int LongestText = 2 * MaxLocalPart + 3 + 1024;

    private static readonly SearchValues<char> Atext =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~");

    private Mailbox(string localPart, Domain domain) => (LocalPart, Domain) = (localPart, domain);

    /// <summary>The local part as it is meant: without the quotes and backslashes of its quoted form; at least one octet.</summary>
    public string LocalPart { get; }

    /// <summary>The domain or address literal.</summary>
    public Domain Domain { get; }

    /// <summary>True where it can be sent without SMTPUTF8.</summary>
    public bool IsAscii => Ascii.IsValid(LocalPart);

    /// <summary>The mailbox of a local part (unquoted) and a domain.</summary>
    public static bool TryCreate(string localPart, Domain domain, out Mailbox mailbox)
    {
        mailbox = null!;
        if (domain.IsNone || !TryMeasure(localPart, out var octets) || octets + 1 + domain.Name.Length > MaxLength)
            return false;
        mailbox = new Mailbox(localPart, domain);
        return true;
    }

    /// <summary>Reads local-part@domain in its wire form, the local part a dot-string or a quoted string. No angle brackets, no comments.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Mailbox mailbox)
    {
        mailbox = null!;
        if (text.IsEmpty || text.Length > LongestText)
            return false;
        string local;
        int at;
        if (text[0] == '"')
        {
            if (!TryQuoted(text, out local, out at))
                return false;
        }
        else
        {
            // A dot-string holds no "@" and a domain neither: the first is the only one.
            at = text.IndexOf('@');
            if (at is < 1 or > MaxLocalPart || !IsDotString(text[..at]))
                return false;
            local = text[..at].ToString();
        }
        return at < text.Length && text[at] == '@'
            && Domain.TryParse(text[(at + 1)..], out var domain)
            && TryCreate(local, domain, out mailbox);
    }

    /// <summary>Reads the wire form from octets: UTF-8, refused where it is not valid. What MAIL and RCPT need, without a string for the whole.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Mailbox mailbox)
    {
        mailbox = null!;
        if (utf8.Length > LongestText)
            return false;
        Span<char> text = stackalloc char[utf8.Length];
        return Utf8.ToUtf16(utf8, text, out _, out var length, replaceInvalidSequences: false) == OperationStatus.Done
            && TryParse(text[..length], out mailbox);
    }

    /// <summary>The mailbox of a text that is known to be one.</summary>
    /// <exception cref="FormatException">It is not a mailbox.</exception>
    public static Mailbox Parse(string text) =>
        TryParse(text, out var mailbox) ? mailbox : throw new FormatException($"\"{Line.Clean(text)}\" is not a mailbox: expected name@domain.");

    /// <summary>The wire form, local part quoted where it must be: what stands between the angle brackets of RCPT TO.</summary>
    public override string ToString()
    {
        if (IsDotString(LocalPart))
            return $"{LocalPart}@{Domain.Name}";
        return $"\"{LocalPart.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"@{Domain.Name}";
    }

    private static bool IsDotString(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] == '.' || text[^1] == '.')
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.' ? text[i - 1] == '.' : c < 0x80 ? !Atext.Contains(c) : char.IsControl(c))
                return false;
        }
        return true;
    }

    // Walks the local part by characters, not by code units: a surrogate without its other half is no character and cannot be sent.
    private static bool TryMeasure(ReadOnlySpan<char> local, out int wireOctets)
    {
        var (octets, escapes) = (0, 0);
        wireOctets = 0;
        if (local.Length is 0 or > MaxLocalPart)
            return false;
        for (var rest = local; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var used) != OperationStatus.Done || Rune.IsControl(rune))
                return false;
            octets += rune.Utf8SequenceLength;
            escapes += rune.Value is '"' or '\\' ? 1 : 0;
            rest = rest[used..];
        }
        wireOctets = octets + (IsDotString(local) ? 0 : escapes + 2);
        return octets <= MaxLocalPart;
    }

    // RFC 5321 4.1.2: Quoted-string = DQUOTE *QcontentSMTP DQUOTE; a backslash quotes one printable character.
    private static bool TryQuoted(ReadOnlySpan<char> text, out string local, out int end)
    {
        Span<char> kept = stackalloc char[MaxLocalPart];
        var length = 0;
        local = "";
        for (end = 1; end < text.Length; end++)
        {
            var c = text[end];
            if (c == '"')
            {
                end++;
                local = kept[..length].ToString();
                return true;
            }
            if (c == '\\' && (++end >= text.Length || !char.IsBetween(text[end], ' ', '~')))
                return false;
            if (length == MaxLocalPart)
                return false;
            kept[length++] = text[end];
        }
        return false;
    }
}
