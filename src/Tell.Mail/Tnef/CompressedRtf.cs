using System.Buffers;
using System.Buffers.Binary;

namespace Tell.Mail;

/// <summary>Compressed RTF (MS-OXRTFCP): LZFu with a dictionary that begins as usual RTF words, or RTF as it is.</summary>
internal static class CompressedRtf
{
    private const uint Compressed = 0x75465a4c, Uncompressed = 0x414c454d;
    private const int Header = 16, DictionarySize = 4096, MostRatio = 18;

    private static ReadOnlySpan<byte> Preset =>
        "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"u8;

    /// <summary>True and the RTF; false where the octets do not begin like it. What is cut short gives what there is, with a problem.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out byte[] rtf, out string? problem)
    {
        (rtf, problem) = ([], null);
        if (octets.Length < Header)
            return false;
        // MS-OXRTFCP 2.1.3.1: size without this field, size of the RTF, form, checksum of what follows.
        var size = BinaryPrimitives.ReadUInt32LittleEndian(octets);
        var rawSize = BinaryPrimitives.ReadUInt32LittleEndian(octets[4..]);
        var form = BinaryPrimitives.ReadUInt32LittleEndian(octets[8..]);
        var sum = BinaryPrimitives.ReadUInt32LittleEndian(octets[12..]);
        var contents = octets[Header..(int)Math.Min((uint)octets.Length, Math.Max(Header, size + 4L))];
        if (form is not (Compressed or Uncompressed))
            return false;
        if (size + 4L > octets.Length)
            problem = "the RTF is cut short";
        if (form == Uncompressed)
        {
            rtf = contents[..(int)Math.Min(rawSize, (uint)contents.Length)].ToArray();
            return true;
        }
        if (sum != Crc(contents))
            problem ??= "the checksum of the RTF is wrong";
        rtf = Decompress(contents, rawSize);
        if (rtf.Length < rawSize)
            problem ??= "the RTF is cut short";
        return true;
    }

    /// <summary>The checksum of MS-OXRTFCP 2.1.3.2: CRC-32 without the first and the last complement.</summary>
    internal static uint Crc(ReadOnlySpan<byte> octets)
    {
        var crc = 0u;
        foreach (var octet in octets)
        {
            crc ^= octet;
            for (var i = 0; i < 8; i++)
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0xedb88320);
        }
        return crc;
    }

    // A control octet for eight tokens, from its low bit: 0 a literal, 1 two octets of offset (12 bits) and length less two (4 bits). An offset that is
    // where the dictionary is written ends it.
    private static byte[] Decompress(ReadOnlySpan<byte> contents, uint rawSize)
    {
        Span<byte> dictionary = stackalloc byte[DictionarySize];
        dictionary.Clear();
        Preset.CopyTo(dictionary);
        var write = Preset.Length;
        var most = (int)Math.Min(rawSize, (long)contents.Length * MostRatio);
        var output = new ArrayBufferWriter<byte>(Math.Max(1, Math.Min(most, contents.Length * 4)));
        for (var at = 0; at < contents.Length && output.WrittenCount < most;)
        {
            var control = contents[at++];
            for (var bit = 0; bit < 8 && output.WrittenCount < most && at < contents.Length; bit++)
            {
                if ((control & (1 << bit)) == 0)
                {
                    Put(contents[at++], dictionary, ref write, output);
                    continue;
                }
                if (at + 1 >= contents.Length)
                    return output.WrittenSpan.ToArray();
                var token = (contents[at] << 8) | contents[at + 1];
                at += 2;
                var offset = token >> 4;
                if (offset == write)
                    return output.WrittenSpan.ToArray();
                for (var length = (token & 15) + 2; length > 0 && output.WrittenCount < most; length--)
                {
                    Put(dictionary[offset], dictionary, ref write, output);
                    offset = (offset + 1) % DictionarySize;
                }
            }
        }
        return output.WrittenSpan.ToArray();
    }

    private static void Put(byte octet, Span<byte> dictionary, ref int write, ArrayBufferWriter<byte> output)
    {
        dictionary[write] = octet;
        write = (write + 1) % DictionarySize;
        output.Octet(octet);
    }
}
