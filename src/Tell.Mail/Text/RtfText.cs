using System.Globalization;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// RTF as plain text: what people read of it, without fonts, pictures, fields' instructions and headers. Where the RTF carries an HTML text (MS-OXRTFEX) its
/// marks are left out too. Linear, bounded by its input, never throws.
/// </summary>
internal static class RtfText
{
    /// <summary>The text of RTF whose octets are a character each; lines end with LF.</summary>
    public static string ToPlain(string rtf)
    {
        var reading = new RtfReading(rtf.Length);
        for (var at = 0; at < rtf.Length;)
        {
            var c = rtf[at++];
            switch (c)
            {
                case '{':
                    reading.Open();
                    break;
                case '}':
                    reading.Close();
                    break;
                case '\\':
                    Control(rtf, ref at, reading);
                    break;
                case '\r' or '\n' or '\0':
                    break;
                default:
                    reading.Octet(c);
                    break;
            }
        }
        return reading.Finish();
    }

    private static void Control(string rtf, ref int at, RtfReading reading)
    {
        if (at == rtf.Length)
            return;
        var start = at;
        while (at < rtf.Length && char.IsAsciiLetter(rtf[at]))
            at++;
        if (at == start)
        {
            Symbol(rtf, ref at, reading);
            return;
        }
        var word = rtf.AsSpan(start, at - start);
        var number = at;
        if (at < rtf.Length && rtf[at] == '-')
            at++;
        while (at < rtf.Length && char.IsAsciiDigit(rtf[at]))
            at++;
        int? value = int.TryParse(rtf.AsSpan(number, at - number), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
        if (at < rtf.Length && rtf[at] == ' ')
            at++;
        if (word is "bin")
            at += Math.Clamp(value ?? 0, 0, rtf.Length - at);
        else
            reading.Word(word, value);
    }

    private static void Symbol(string rtf, ref int at, RtfReading reading)
    {
        var c = rtf[at++];
        if (c == '\'' && at + 2 <= rtf.Length && byte.TryParse(rtf.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
        {
            at += 2;
            reading.Octet((char)octet);
            return;
        }
        reading.Symbol(c);
    }
}
