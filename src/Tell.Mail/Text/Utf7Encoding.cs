using System.Buffers;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// UTF-7 (RFC 2152) for reading the mail of old programs: .NET's own is obsolete. What is not UTF-7 is U+FFFD. It writes US-ASCII only ("?" for the rest), since
/// nothing should be written in it.
/// </summary>
internal sealed class Utf7Encoding : Encoding
{
    private static readonly SearchValues<byte> Base64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    public override string WebName => "utf-7";

    public override string EncodingName => "utf-7";

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        ASCII.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) => Read(bytes.AsSpan(index, count), []);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        Read(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount + 1;

    // Counts where the output is empty. Never more characters than octets.
    private static int Read(ReadOnlySpan<byte> octets, Span<char> output)
    {
        var counting = output.IsEmpty;
        var count = 0;
        for (var i = 0; i < octets.Length;)
        {
            if (octets[i] != '+')
            {
                Put(octets[i] < 0x80 ? (char)octets[i] : '\ufffd', output);
                i++;
                continue;
            }
            i++;
            if (i < octets.Length && octets[i] == '-')
            {
                Put('+', output);
                i++;
                continue;
            }
            var (bits, held, start) = (0, 0, i);
            for (; i < octets.Length && Base64.Contains(octets[i]); i++)
            {
                (bits, held) = ((bits << 6) | Value(octets[i]), held + 6);
                if (held < 16)
                    continue;
                held -= 16;
                Put((char)((bits >> held) & 0xffff), output);
                bits &= (1 << held) - 1;
            }
            // A shift with nothing in it, or bits left over that are no padding.
            if (i == start || held >= 6 || bits != 0)
                Put('\ufffd', output);
            if (i < octets.Length && octets[i] == '-')
                i++;
        }
        return count;

        void Put(char c, Span<char> to)
        {
            if (!counting)
                to[count] = c;
            count++;
        }
    }

    private static int Value(byte octet) => octet switch
    {
        >= (byte)'a' => octet - 'a' + 26,
        >= (byte)'A' => octet - 'A',
        >= (byte)'0' => octet - '0' + 52,
        (byte)'+' => 62,
        _ => 63,
    };
}
