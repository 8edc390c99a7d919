using System.Buffers;

namespace Tell.Mail;

/// <summary>
/// A mailbox, local-part@domain (RFC 5321 4.1.2, with RFC 6531 where it is not ASCII). It cannot hold CR, LF, NUL or another control
/// character. The local part keeps its case and is compared exactly; the domain is compared without regard to case.
/// </summary>
public sealed record Mailbox
{
    private static readonly SearchValues<char> Atext =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~");

    private Mailbox(string localPart, Domain domain) => (LocalPart, Domain) = (localPart, domain);

    /// <summary>The local part as it is meant: without the quotes and backslashes of its quoted form. 1 to 64 octets.</summary>
    public string LocalPart { get; }

    /// <summary>The domain or address literal.</summary>
    public Domain Domain { get; }

    /// <summary>True where it can be sent without SMTPUTF8.</summary>
    public bool IsAscii => !LocalPart.AsSpan().ContainsAnyExceptInRange('\0', '\x7f');

    /// <summary>The mailbox of a local part (unquoted) and a domain.</summary>
    public static bool TryCreate(string localPart, Domain domain, out Mailbox mailbox)
    {
        mailbox = null!;
        if (domain.IsNone || localPart.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(localPart) > 64)
            return false;
        foreach (var c in localPart)
        {
            if (char.IsControl(c) || char.IsSurrogate(c) && !System.Text.Rune.TryGetRuneAt(localPart, localPart.IndexOf(c), out _))
                return false;
        }
        mailbox = new Mailbox(localPart, domain);
        return true;
    }

    /// <summary>Reads local-part@domain in its wire form, the local part a dot-string or a quoted string. No angle brackets, no comments.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Mailbox mailbox)
    {
        mailbox = null!;
        string local;
        int at;
        if (text is ['"', ..])
        {
            if (!TryQuoted(text, out local, out at))
                return false;
        }
        else
        {
            at = text.LastIndexOf('@');
            if (at < 1 || !IsDotString(text[..at]))
                return false;
            local = text[..at].ToString();
        }
        return at < text.Length && text[at] == '@'
            && Domain.TryParse(text[(at + 1)..], out var domain)
            && TryCreate(local, domain, out mailbox);
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

    // RFC 5321 4.1.2: Quoted-string = DQUOTE *QcontentSMTP DQUOTE; a backslash quotes one printable character.
    private static bool TryQuoted(ReadOnlySpan<char> text, out string local, out int end)
    {
        var kept = new System.Text.StringBuilder();
        local = "";
        for (end = 1; end < text.Length; end++)
        {
            var c = text[end];
            if (c == '"')
            {
                end++;
                local = kept.ToString();
                return true;
            }
            if (c == '\\' && ++end >= text.Length)
                return false;
            kept.Append(text[end]);
        }
        return false;
    }
}
