namespace Tell.Mail;

/// <summary>
/// Quoted-printable as it comes (RFC 2045 6.7): hexadecimal digits in any case, white space at the end of a line taken away, also after the "=" of a soft
/// line break; an "=" that begins nothing is kept with what follows. Line ends are those of the input.
/// </summary>
internal sealed class QuotedPrintableDecoder : ContentDecoder
{
    private const string Damaged = "the quoted-printable is damaged";

    // Relays pad lines by some spaces. What is longer has been meant, and is not worth the memory.
    private const int LongestPadding = 998;

    private enum Waiting : byte
    {
        Nothing,

        /// <summary>White space, which a line end takes away.</summary>
        White,

        /// <summary>White space that is longer than any padding, and stays.</summary>
        LongWhite,

        /// <summary>"=", and white space.</summary>
        Equals,

        /// <summary>"=" CR, of which a LF is to come.</summary>
        SoftCr,

        /// <summary>"=" and one digit.</summary>
        Digit,
    }

    private readonly byte[] _held = new byte[LongestPadding + 2];
    private int _count;
    private Waiting _state;

    /// <inheritdoc/>
    public override void Start()
    {
        base.Start();
        (_state, _count) = (Waiting.Nothing, 0);
    }

    /// <inheritdoc/>
    public override int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var written = 0;
        while (!input.IsEmpty)
        {
            if (_state != Waiting.Nothing)
            {
                if (Take(input[0], output, ref written))
                    input = input[1..];
                continue;
            }
            var stop = input.IndexOfAny((byte)'=', (byte)'\r', (byte)'\n');
            var run = stop < 0 ? input : input[..stop];
            if (stop >= 0 && input[stop] == '=')
            {
                run.CopyTo(output[written..]);
                written += run.Length;
                input = input[(stop + 1)..];
                if (input.Length >= 2 && Hex(input[0]) is >= 0 and var high && Hex(input[1]) is >= 0 and var low)
                {
                    output[written++] = (byte)(high << 4 | low);
                    input = input[2..];
                }
                else if (input is [(byte)'\r', (byte)'\n', ..])
                {
                    input = input[2..];
                }
                else
                {
                    Hold(Waiting.Equals, (byte)'=');
                }
                continue;
            }
            var text = run.TrimEnd(" \t"u8);
            var white = run[text.Length..];
            text.CopyTo(output[written..]);
            written += text.Length;
            input = input[run.Length..];
            if (white.Length > LongestPadding)
            {
                white.CopyTo(output[written..]);
                written += white.Length;
                _state = Waiting.LongWhite;
            }
            else if (stop < 0)
            {
                white.CopyTo(_held);
                (_count, _state) = (white.Length, white.IsEmpty ? Waiting.Nothing : Waiting.White);
            }
            while (!input.IsEmpty && input[0] is (byte)'\r' or (byte)'\n')
            {
                output[written++] = input[0];
                input = input[1..];
                _state = Waiting.Nothing;
            }
        }
        return written;
    }

    /// <inheritdoc/>
    public override int Finish(Span<byte> output)
    {
        // The end of the content is the end of a line, or of a soft line break.
        var written = 0;
        if (_state == Waiting.Digit)
            Release(output, ref written);
        (_state, _count) = (Waiting.Nothing, 0);
        return written;
    }

    // One octet after something was held; false where it has to be looked at again.
    private bool Take(byte octet, Span<byte> output, ref int written)
    {
        var white = octet is (byte)' ' or (byte)'\t';
        var lineEnd = octet is (byte)'\r' or (byte)'\n';
        switch (_state)
        {
            case Waiting.LongWhite when white:
                output[written++] = octet;
                return true;
            case Waiting.White or Waiting.Equals when white:
                if (_count > LongestPadding || (_state == Waiting.White && _count == LongestPadding))
                {
                    if (_state == Waiting.Equals)
                        Problem ??= Damaged;
                    _held.AsSpan(0, _count).CopyTo(output[written..]);
                    written += _count;
                    (_state, _count) = (Waiting.LongWhite, 0);
                    return false;
                }
                _held[_count++] = octet;
                return true;
            case Waiting.White when lineEnd:
            case Waiting.LongWhite:
            case Waiting.SoftCr when octet != '\n':
                (_state, _count) = (Waiting.Nothing, 0);
                return false;
            case Waiting.SoftCr:
                (_state, _count) = (Waiting.Nothing, 0);
                return true;
            case Waiting.Equals when lineEnd:
                (_state, _count) = (octet == '\r' ? Waiting.SoftCr : Waiting.Nothing, 0);
                return true;
            case Waiting.Equals when _count == 1 && Hex(octet) >= 0:
                _held[_count++] = octet;
                _state = Waiting.Digit;
                return true;
            case Waiting.Digit when Hex(octet) >= 0:
                output[written++] = (byte)(Hex(_held[1]) << 4 | Hex(octet));
                (_state, _count) = (Waiting.Nothing, 0);
                return true;
            default:
                Release(output, ref written);
                return false;
        }
    }

    private void Hold(Waiting state, byte octet)
    {
        _held[0] = octet;
        (_state, _count) = (state, 1);
    }

    // What was held is text after all.
    private void Release(Span<byte> output, ref int written)
    {
        if (_state is Waiting.Equals or Waiting.Digit)
            Problem ??= Damaged;
        _held.AsSpan(0, _count).CopyTo(output[written..]);
        written += _count;
        (_state, _count) = (Waiting.Nothing, 0);
    }

    private static int Hex(byte octet) => octet switch
    {
        >= (byte)'0' and <= (byte)'9' => octet - '0',
        >= (byte)'A' and <= (byte)'F' => octet - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => octet - 'a' + 10,
        _ => -1,
    };
}
