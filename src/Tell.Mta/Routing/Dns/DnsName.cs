using System.Text;

namespace Tell.Mta.Routing.Dns;

/// <summary>
/// Domain names as text and as octets (RFC 1035 3.1, 4.1.4). As text: lower case, no final dot, "." for the root; octets that are no printable
/// ASCII, dots inside a label and backslashes as \DDD, so that no name looks like another.
/// </summary>
internal static class DnsName
{
    private const int MaxOctets = 255;

    /// <summary>The text in its one form: lower case, without the final dot.</summary>
    public static string Normal(string name) => name.Length > 1 && name.EndsWith('.') ? name[..^1].ToLowerInvariant() : name.ToLowerInvariant();

    /// <summary>True for a normal name that can be asked for.</summary>
    public static bool CanBeAsked(string name) => TryWrite(name, stackalloc byte[MaxOctets + 1], out _);

    /// <summary>Writes a normal name; false where it is no name that can be asked for: an empty or long label, too long, not ASCII, escaped.</summary>
    public static bool TryWrite(string name, Span<byte> target, out int written)
    {
        written = 0;
        if (name.Length is 0 or > MaxOctets - 2 || target.Length < name.Length + 2)
            return false;
        if (name != ".")
        {
            foreach (var range in name.AsSpan().Split('.'))
            {
                var label = name.AsSpan()[range];
                if (label.Length is 0 or > 63 || label.ContainsAnyExceptInRange('!', '~') || label.Contains('\\'))
                    return false;
                target[written++] = (byte)label.Length;
                written += Encoding.ASCII.GetBytes(label, target[written..]);
            }
        }
        target[written++] = 0;
        return true;
    }

    /// <summary>
    /// Reads the name at <paramref name="offset"/> and moves the offset behind it. Pointers may only lead backwards, so that none can loop, and
    /// the whole is at most 255 octets.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int offset, out string name)
    {
        name = "";
        var text = new StringBuilder();
        var (at, end, octets, limit) = (offset, -1, 1, offset);
        while (true)
        {
            if (at >= message.Length)
                return false;
            var length = message[at];
            if (length == 0)
                break;
            if ((length & 0xC0) == 0xC0)
            {
                if (at + 1 >= message.Length)
                    return false;
                var target = (length & 0x3F) << 8 | message[at + 1];
                if (end < 0)
                    end = at + 2;
                if (target >= limit)
                    return false;
                at = limit = target;
                continue;
            }
            octets += length + 1;
            if (length > 63 || octets > MaxOctets || at + 1 + length > message.Length)
                return false;
            if (text.Length > 0)
                text.Append('.');
            Append(text, message.Slice(at + 1, length));
            at += 1 + length;
        }
        offset = end < 0 ? at + 1 : end;
        name = text.Length == 0 ? "." : text.ToString();
        return true;
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> label)
    {
        foreach (var octet in label)
        {
            if (octet is <= (byte)' ' or > (byte)'~' or (byte)'.' or (byte)'\\')
                text.Append('\\').Append(octet.ToString("D3", System.Globalization.CultureInfo.InvariantCulture));
            else
                text.Append(char.ToLowerInvariant((char)octet));
        }
    }
}
