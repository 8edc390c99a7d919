using System.Buffers;
using System.Buffers.Text;

namespace Tell.Mail;

/// <summary>
/// Base64 as it comes (RFC 2045 6.8): lines of any length, without padding at the end, with padding in the middle where blocks were put one behind
/// the other. What is not of the alphabet is passed over, but after a padding it ends the content: there a mailing list has written its footer.
/// </summary>
internal sealed class Base64Decoder : ContentDecoder
{
    private const string Damaged = "the base64 is damaged";

    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    private readonly byte[] _quad = new byte[4];
    private int _count;
    private bool _onePad, _padded, _ended;

    /// <inheritdoc/>
    public override void Start()
    {
        base.Start();
        _count = 0;
        _onePad = _padded = _ended = false;
    }

    /// <inheritdoc/>
    public override int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var written = 0;
        while (!input.IsEmpty && !_ended)
        {
            if (_count == 0)
            {
                var run = input.IndexOfAnyExcept(Alphabet);
                var whole = (run < 0 ? input.Length : run) & ~3;
                if (whole > 0)
                {
                    Base64.DecodeFromUtf8(input[..whole], output[written..], out _, out var decoded, isFinalBlock: false);
                    written += decoded;
                    input = input[whole..];
                    continue;
                }
            }
            written += Take(input[0], output[written..]);
            input = input[1..];
        }
        return written;
    }

    /// <inheritdoc/>
    public override int Finish(Span<byte> output)
    {
        if (_count is 1 or 2 or 3)
            Problem ??= _count == 1 ? Damaged : _onePad ? Damaged : "the base64 ends without its padding";
        return Flush(output);
    }

    private int Take(byte octet, Span<byte> output)
    {
        if (Alphabet.Contains(octet))
        {
            if (_onePad)
                Problem ??= Damaged;
            _onePad = false;
            _quad[_count++] = octet;
            return _count == 4 ? Flush(output) : 0;
        }
        if (octet is (byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t')
            return 0;
        if (octet == '=' && _count >= 2)
        {
            if (_count == 2 && !_onePad)
            {
                _onePad = true;
                return 0;
            }
            _padded = true;
            return Flush(output);
        }
        Problem ??= Damaged;
        _ended = _padded && octet != '=';
        return 0;
    }

    private int Flush(Span<byte> output)
    {
        var count = _count;
        _count = 0;
        _onePad = false;
        if (count < 2)
            return 0;
        _quad.AsSpan(count).Fill((byte)'A');
        Span<byte> three = stackalloc byte[3];
        Base64.DecodeFromUtf8(_quad, three, out _, out _);
        three[..(count - 1)].CopyTo(output);
        return count - 1;
    }
}
