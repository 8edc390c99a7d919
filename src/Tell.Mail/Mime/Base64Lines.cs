using System.Buffers;
using System.Buffers.Text;

namespace Tell.Mail;

/// <summary>
/// Base64 in lines of 76 characters (RFC 2045 6.8), piece by piece: the caller feeds octets as they come, in any sizes, and the output
/// is the same as for the whole. Its own memory is less than one line.
/// </summary>
public sealed class Base64Lines(IBufferWriter<byte> output)
{
    private const int LineOctets = 57, LineCharacters = 76;

    private readonly byte[] _held = new byte[LineOctets];
    private int _count;

    /// <summary>The encoded size, line ends included, of a number of octets.</summary>
    public static long EncodedSize(long octets) =>
        octets / LineOctets * (LineCharacters + 2) + (octets % LineOctets is var rest and > 0 ? (rest + 2) / 3 * 4 + 2 : 0);

    /// <summary>Encodes all full lines; what is left waits for the next piece.</summary>
    public void Write(ReadOnlySpan<byte> octets)
    {
        if (_count > 0)
        {
            var taken = Math.Min(LineOctets - _count, octets.Length);
            octets[..taken].CopyTo(_held.AsSpan(_count));
            _count += taken;
            octets = octets[taken..];
            if (_count < LineOctets)
                return;
            WriteLine(_held);
            _count = 0;
        }
        for (; octets.Length >= LineOctets; octets = octets[LineOctets..])
            WriteLine(octets[..LineOctets]);
        octets.CopyTo(_held);
        _count = octets.Length;
    }

    /// <summary>Encodes what is left as the last, shorter line; ready for another content after it.</summary>
    public void Finish()
    {
        if (_count > 0)
            WriteLine(_held.AsSpan(0, _count));
        _count = 0;
    }

    private void WriteLine(ReadOnlySpan<byte> octets)
    {
        var span = output.GetSpan(LineCharacters + 2);
        Base64.EncodeToUtf8(octets, span, out _, out var written);
        "\r\n"u8.CopyTo(span[written..]);
        output.Advance(written + 2);
    }
}
