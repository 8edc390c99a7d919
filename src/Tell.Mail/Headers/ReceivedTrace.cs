using System.Text;

namespace Tell.Mail;

/// <summary>
/// Where the Received fields of a message say that it has been (RFC 5321 4.4, 6.3). Reads what anybody may have written: nothing in it makes the
/// reading fail, and it is linear in the header.
/// </summary>
public static class ReceivedTrace
{
    /// <summary>How many Received fields the header has, and how many of them were written by a host of that name.</summary>
    public static (int All, int Own) Count(ReadOnlySpan<byte> message, string host)
    {
        var (all, own) = (0, 0);
        for (var reader = new HeaderReader(message); reader.Read();)
        {
            if (!reader.Is("Received"u8))
                continue;
            all++;
            own += IsBy(reader.Value, host) ? 1 : 0;
        }
        return (all, own);
    }

    /// <summary>True where the first "by" of a value, outside of comments and quotes, names that host; case and a final dot do not matter.</summary>
    public static bool IsBy(ReadOnlySpan<byte> value, string host)
    {
        var (afterBy, afterFrom) = (false, false);
        for (var at = 0; at < value.Length;)
        {
            var octet = value[at];
            if (octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                at++;
            }
            else if (octet == '(')
            {
                at = AfterComment(value, at);
            }
            // RFC 5321 4.4: the date, and nothing else, follows the semicolon.
            else if (octet == ';')
            {
                return false;
            }
            else
            {
                var end = EndOfWord(value, at);
                var word = value[at..end];
                if (afterBy)
                    return IsName(word, host);
                // A client may call itself "by".
                (afterBy, afterFrom) = (!afterFrom && Ascii.EqualsIgnoreCase(word, "by"u8), !afterFrom && Ascii.EqualsIgnoreCase(word, "from"u8));
                at = end;
            }
        }
        return false;
    }

    private static bool IsName(ReadOnlySpan<byte> word, string host)
    {
        var name = word is [.. var head, (byte)'.'] ? head : word;
        return name.Length == host.Length && Ascii.EqualsIgnoreCase(name, host);
    }

    private static int EndOfWord(ReadOnlySpan<byte> value, int at)
    {
        var quoted = false;
        for (; at < value.Length; at++)
        {
            if (value[at] == '\\' && quoted)
                at++;
            else if (value[at] == '"')
                quoted = !quoted;
            else if (!quoted && value[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'(' or (byte)';')
                break;
        }
        return Math.Min(at, value.Length);
    }

    // Comments nest (RFC 5322 3.2.2); one that is never closed reaches to the end.
    private static int AfterComment(ReadOnlySpan<byte> value, int at)
    {
        for (var depth = 0; at < value.Length; at++)
        {
            if (value[at] == '\\')
                at++;
            else if (value[at] == '(')
                depth++;
            else if (value[at] == ')' && --depth == 0)
                return at + 1;
        }
        return value.Length;
    }
}
