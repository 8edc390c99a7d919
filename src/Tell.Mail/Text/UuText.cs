using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// Files in the midst of a text, as programs sent them before MIME: uuencode ("begin 644 name" ... "end", POSIX) and its base64 form ("begin-base64"). Linear,
/// never throws; a sentence that begins with "begin" stays text.
/// </summary>
public static class UuText
{
    private const int LineOctets = 45, LongestName = 255;

    /// <summary>The text without the files in it, and the files, at most <paramref name="most"/>; a file more than that stays text.</summary>
    public static UuReading Extract(string text, int most = 100)
    {
        if (!text.StartsWith("begin", StringComparison.Ordinal) && !text.Contains("\nbegin", StringComparison.Ordinal))
            return new(text, []);
        var files = ImmutableArray.CreateBuilder<UuFile>();
        var kept = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var next = EndOfLine(text, at);
            if (files.Count < most && TryBegin(Line(text, at, next), out var name, out var isBase64) && TryFile(text, ref next, isBase64, out var octets, out var problem))
                files.Add(new UuFile(name, octets, problem));
            else
                kept.Append(text, at, next - at);
            at = next;
        }
        return new(kept.ToString(), files.DrainToImmutable());
    }

    // begin <mode> <name>: three or four octal digits.
    private static bool TryBegin(ReadOnlySpan<char> line, out string name, out bool isBase64)
    {
        (name, isBase64) = ("", line.StartsWith("begin-base64 "));
        if (!isBase64 && !line.StartsWith("begin "))
            return false;
        line = line[(isBase64 ? 13 : 6)..].TrimStart(' ');
        var digits = line.IndexOfAnyExceptInRange('0', '7') is var found and >= 0 ? found : line.Length;
        if (digits is < 3 or > 4 || (digits < line.Length && line[digits] != ' '))
            return false;
        line = line[digits..].Trim();
        line = line[(line.LastIndexOfAny('/', '\\') + 1)..];
        name = Tell.Mail.Line.Clean(line[..Math.Min(line.Length, LongestName)]).Text;
        return true;
    }

    // The lines behind "begin". The first decides whether it is a file at all; the first that is none of its lines ends it.
    private static bool TryFile(string text, ref int next, bool isBase64, out byte[] octets, out string? problem)
    {
        var output = new ArrayBufferWriter<byte>();
        problem = "it has no end";
        var at = next;
        for (var isFirst = true; at < text.Length; isFirst = false)
        {
            var end = EndOfLine(text, at);
            var line = Line(text, at, end);
            if (line.TrimEnd() is var last && (isBase64 ? last is "====" : last is "end"))
            {
                (problem, at) = (null, end);
                break;
            }
            if (!(isBase64 ? TryBase64(line, output) : TryLine(line, output)))
            {
                if (isFirst)
                    break;
                problem = "a line of it cannot be read";
                // Broken lines before the "end" are lost, a text that goes on after a missing "end" is not.
                break;
            }
            at = end;
        }
        octets = output.WrittenSpan.ToArray();
        var isFile = at > next;
        next = isFile ? at : next;
        return isFile;
    }

    // A count, then four characters for three octets. Spaces at the end may be lost, a check character may follow.
    private static bool TryLine(ReadOnlySpan<char> line, ArrayBufferWriter<byte> output)
    {
        if (line.IsEmpty)
            return output.WrittenCount > 0;
        if (line[0] is < ' ' or > '`' || line.ContainsAnyExceptInRange(' ', '`'))
            return false;
        var count = (line[0] - ' ') & 63;
        var characters = (count * 8 + 5) / 6;
        line = line[1..];
        // Encoders write whole groups of four; what a mail program strips is spaces. A short line that is no line of data has far less.
        if (count > LineOctets + 18 || line.Length > (count + 2) / 3 * 4 + 2 || line.Length + 4 < characters)
            return false;
        var (bits, held, written) = (0, 0, 0);
        for (var i = 0; written < count; i++)
        {
            (bits, held) = (((bits << 6) | (i < line.Length ? (line[i] - ' ') & 63 : 0)) & 0xffff, held + 6);
            if (held < 8)
                continue;
            output.Octet((byte)(bits >> (held -= 8)));
            written++;
        }
        return true;
    }

    private static bool TryBase64(ReadOnlySpan<char> line, ArrayBufferWriter<byte> output)
    {
        line = line.Trim();
        if (line.Length > 998 || line.Length % 4 != 0)
            return false;
        var taken = output.GetSpan(line.Length / 4 * 3 + 3);
        if (!Convert.TryFromBase64Chars(line, taken, out var written))
            return false;
        output.Advance(written);
        return true;
    }

    private static int EndOfLine(string text, int at) => text.IndexOf('\n', at) is var end and >= 0 ? end + 1 : text.Length;

    private static ReadOnlySpan<char> Line(string text, int at, int end) => text.AsSpan(at, end - at).TrimEnd("\r\n");
}
