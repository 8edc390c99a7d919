using System.Text;
using System.Text.Unicode;
using Tell.Mail;

namespace Tell.Smtp.Wire;

/// <summary>Reads the reverse path of MAIL and the forward path of RCPT (RFC 5321 4.1.2).</summary>
internal static class PathReader
{
    /// <summary>The longest path that is looked at: 256 (RFC 5321 4.5.3.1.3), and room for a source route, which is thrown away.</summary>
    private const int LongestPath = 1024;

    /// <summary>
    /// Splits "FROM:&lt;path&gt; parameters" in what stands between the angle brackets and what follows them. A blank before the
    /// bracket, which 3.3 forbids and clients in the field send, is allowed.
    /// </summary>
    public static bool TrySplit(ReadOnlySpan<byte> argument, ReadOnlySpan<byte> keyword, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> rest)
    {
        path = rest = default;
        if (argument.Length <= keyword.Length || !Ascii.EqualsIgnoreCase(argument[..keyword.Length], keyword))
            return false;
        argument = argument[keyword.Length..].TrimStart((byte)' ');
        if (argument is not [(byte)'<', ..])
            return false;
        var end = End(argument);
        if (end < 0)
            return false;
        path = argument[1..end];
        rest = argument[(end + 1)..];
        return rest.IsEmpty || rest[0] == ' ';
    }

    /// <summary>Reads local-part@domain, after a source route, if there is one, has been thrown away (RFC 5321 4.1.1.3, appendix C).</summary>
    public static bool TryMailbox(ReadOnlySpan<byte> path, out Mailbox? mailbox)
    {
        mailbox = null;
        if (path.Length > LongestPath || !Utf8.IsValid(path))
            return false;
        Span<char> buffer = stackalloc char[path.Length];
        ReadOnlySpan<char> text = buffer[..Encoding.UTF8.GetChars(path, buffer)];
        if (text is ['@', ..] && !TrySkipRoute(ref text))
            return false;
        if (!Mailbox.TryParse(text, out var parsed))
            return false;
        mailbox = parsed;
        return true;
    }

    // The bracket that closes the path: not one inside a quoted local part.
    private static int End(ReadOnlySpan<byte> argument)
    {
        var quoted = false;
        for (var i = 1; i < argument.Length; i++)
        {
            switch (argument[i])
            {
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'\\' when quoted:
                    i++;
                    break;
                case (byte)'>' when !quoted:
                    return i;
            }
        }
        return -1;
    }

    // A-d-l ":" with A-d-l = At-domain *( "," At-domain ), At-domain = "@" domain
    private static bool TrySkipRoute(ref ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        if (colon < 0)
            return false;
        var route = text[..colon];
        foreach (var hop in route.Split(','))
        {
            if (route[hop] is not ['@', .. var domain] || !Domain.TryParse(domain, out _))
                return false;
        }
        text = text[(colon + 1)..];
        return true;
    }
}
