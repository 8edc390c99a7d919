using System.Text;

namespace Tell.Mail;

/// <summary>An encoding of one octet per character by a table of 256, in which U+FFFD is no character. It writes "?" for what is not in the table.</summary>
internal sealed class TableEncoding(string name, string table) : Encoding
{
    private const int Size = 256;

    private readonly Dictionary<char, byte> _back = table.Select((c, i) => (c, i)).Where(pair => pair.c != '\ufffd').DistinctBy(pair => pair.c).ToDictionary(pair => pair.c, pair => (byte)pair.i);

    /// <summary>An ISO-8859 part: US-ASCII, the C1 controls and 96 characters.</summary>
    public static TableEncoding OfPart(string name, string upper) =>
        new(name, string.Concat(Enumerable.Range(0, Size - upper.Length).Select(octet => (char)octet)) + upper);

    /// <summary>The same encoding, but that octets which it has in the private area, since they are no characters of it, are U+FFFD.</summary>
    public static Encoding WithoutGaps(Encoding encoding)
    {
        var octets = new byte[Size];
        for (var i = 0; i < octets.Length; i++)
            octets[i] = (byte)i;
        var all = encoding.GetString(octets);
        return all.Length == Size && all.AsSpan().ContainsAnyInRange('\uf700', '\uf8fe')
            ? new TableEncoding(encoding.WebName, string.Concat(all.Select(c => c is >= '\uf700' and <= '\uf8fe' ? '\ufffd' : c)))
            : encoding;
    }

    public override string WebName => name;

    public override string EncodingName => name;

    public override bool IsSingleByte => true;

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)
    {
        for (var i = 0; i < charCount; i++)
        {
            bytes[byteIndex + i] = _back.GetValueOrDefault(chars[charIndex + i], (byte)'?');
        }
        return charCount;
    }

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        for (var i = 0; i < byteCount; i++)
        {
            chars[charIndex + i] = table[bytes[byteIndex + i]];
        }
        return byteCount;
    }

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount;
}
