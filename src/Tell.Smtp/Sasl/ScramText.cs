using System.Text;
using System.Text.Unicode;

namespace Tell.Smtp.Sasl;

/// <summary>The grammar of SCRAM messages (RFC 5802 7): attributes with a letter each, separated by commas.</summary>
internal static class ScramText
{
    /// <summary>The message as text; null where it is not UTF-8 or holds NUL.</summary>
    public static string? Decode(ReadOnlySpan<byte> octets) => Utf8.IsValid(octets) && !octets.Contains((byte)0) ? Encoding.UTF8.GetString(octets) : null;

    /// <summary>Takes the next attribute, which must have this letter, and the comma behind it; "" remains behind the last.</summary>
    public static bool TryTake(ref ReadOnlySpan<char> rest, char letter, out ReadOnlySpan<char> value)
    {
        value = default;
        if (rest.Length < 2 || rest[0] != letter || rest[1] != '=')
            return false;
        var comma = rest.IndexOf(',');
        value = comma < 0 ? rest[2..] : rest[2..comma];
        rest = comma < 0 ? default : rest[(comma + 1)..];
        // A comma has something behind it.
        return comma < 0 || !rest.IsEmpty;
    }

    /// <summary>True where the rest of a message is nothing, or extensions, which everyone may ignore. One named m may not be ignored (5.1).</summary>
    public static bool AreExtensions(ReadOnlySpan<char> rest)
    {
        while (!rest.IsEmpty)
        {
            var letter = rest[0];
            if (!char.IsAsciiLetter(letter) || letter == 'm' || !TryTake(ref rest, letter, out var value) || value.IsEmpty)
                return false;
        }
        return true;
    }

    /// <summary>True for printable ASCII without a comma, at least one character.</summary>
    public static bool IsNonce(ReadOnlySpan<char> value) => !value.IsEmpty && !value.Contains(',') && !value.ContainsAnyExceptInRange('\x21', '\x7e');

    /// <summary>A name as it stands in a message: "=" and "," are written "=3D" and "=2C".</summary>
    public static string EncodeName(string name) => name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    /// <summary>Reads a name, prepared; false where it is empty, too long, or has another "=".</summary>
    public static bool TryDecodeName(ReadOnlySpan<char> value, out string name)
    {
        var decoded = new StringBuilder(value.Length);
        for (var rest = value; !rest.IsEmpty;)
        {
            var escaped = rest[0] == '=';
            if (escaped && !rest.StartsWith("=2C") && !rest.StartsWith("=3D"))
                break;
            decoded.Append(escaped ? rest[1] == '2' ? ',' : '=' : rest[0]);
            rest = rest[(escaped ? 3 : 1)..];
            if (rest.IsEmpty)
                return SaslText.TryRead(Encoding.UTF8.GetBytes(decoded.ToString()), out name);
        }
        name = "";
        return false;
    }

    /// <summary>Reads base64, strictly; null where it is none.</summary>
    public static byte[]? Octets(ReadOnlySpan<char> base64)
    {
        var octets = new byte[base64.Length];
        return !base64.ContainsAny(" \t\r\n") && Convert.TryFromBase64Chars(base64, octets, out var length) ? octets[..length] : null;
    }
}
