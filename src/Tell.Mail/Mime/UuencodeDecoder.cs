namespace Tell.Mail;

/// <summary>
/// Uuencode as a transfer encoding: what stands between "begin MODE NAME" and "end". Where no such line comes early, the octets are given as they are.
/// </summary>
internal sealed class UuencodeDecoder : ContentDecoder
{
    // "begin" must start within so many octets; a line has at most 1 + 84 characters, and some programs add one for a checksum.
    private const int Prologue = 2048, LongestLine = 256;

    private enum Place : byte
    {
        BeforeBegin,
        Lines,
        AfterEnd,
        Plain,
    }

    private readonly byte[] _held = new byte[Held];
    private int _count, _lineStart;
    private Place _place;

    /// <inheritdoc/>
    public override void Start()
    {
        base.Start();
        (_place, _count, _lineStart) = (Place.BeforeBegin, 0, 0);
    }

    /// <inheritdoc/>
    public override int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var written = 0;
        while (!input.IsEmpty && _place != Place.AfterEnd)
        {
            if (_place == Place.Plain)
            {
                input.CopyTo(output[written..]);
                return written + input.Length;
            }
            var end = input.IndexOf((byte)'\n');
            var more = end < 0 ? input : input[..(end + 1)];
            if (_place == Place.BeforeBegin)
            {
                // The prologue may end in the middle of a line: what counts is where, not how the input was cut.
                more = more[..Math.Min(more.Length, Prologue - _count)];
                more.CopyTo(_held.AsSpan(_count));
                _count += more.Length;
                if (more is [.., (byte)'\n'])
                    Begin();
                if (_place == Place.BeforeBegin && _count == Prologue)
                    written += GiveUp(output[written..]);
            }
            else
            {
                var kept = more[..Math.Min(more.Length, LongestLine - _count)];
                kept.CopyTo(_held.AsSpan(_count));
                _count += kept.Length;
                if (end >= 0)
                    written += TakeLine(output[written..]);
            }
            input = input[more.Length..];
        }
        return written;
    }

    /// <inheritdoc/>
    public override int Finish(Span<byte> output)
    {
        switch (_place)
        {
            case Place.BeforeBegin:
                Begin();
                if (_place == Place.BeforeBegin)
                    return _count == 0 ? 0 : GiveUp(output);
                break;
            case Place.Lines:
                var written = _count > 0 ? TakeLine(output) : 0;
                if (_place == Place.Lines)
                    Problem ??= "the uuencode has no end";
                return written;
        }
        return 0;
    }

    // A complete line stands at the end of what is held.
    private void Begin()
    {
        var line = _held.AsSpan(_lineStart, _count - _lineStart);
        _lineStart = _count;
        if (!IsBegin(line))
            return;
        (_place, _count) = (Place.Lines, 0);
    }

    /// <summary>True for "begin", a mode of three or four octal digits, and a name.</summary>
    internal static bool IsBegin(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("begin "u8))
            return false;
        var mode = line["begin ".Length..];
        var digits = mode.IndexOfAnyExceptInRange((byte)'0', (byte)'7');
        return digits is 3 or 4 && mode[digits] == ' ';
    }

    private int GiveUp(Span<byte> output)
    {
        Problem ??= "the uuencode has no beginning";
        _place = Place.Plain;
        _held.AsSpan(0, _count).CopyTo(output);
        return _count;
    }

    private int TakeLine(Span<byte> output)
    {
        var line = _held.AsSpan(0, _count).TrimEnd("\r\n"u8);
        _count = 0;
        if (line.TrimEnd(" \t"u8).SequenceEqual("end"u8))
        {
            _place = Place.AfterEnd;
            return 0;
        }
        if (line.IsEmpty)
            return 0;
        var length = (line[0] - ' ') & 63;
        if (line[0] is < (byte)' ' or > (byte)'`')
        {
            Problem ??= "the uuencode is damaged";
            return 0;
        }
        // Spaces at the end of a line stand for zeros, and are the first that gets lost.
        Span<byte> whole = stackalloc byte[84];
        whole.Fill((byte)' ');
        var text = line[1..Math.Min(line.Length, 85)];
        text.CopyTo(whole);
        Span<byte> three = stackalloc byte[3];
        var written = 0;
        for (var i = 0; written < length; i += 4)
        {
            var bits = 0;
            foreach (var octet in whole.Slice(i, 4))
            {
                if (octet is < (byte)' ' or > (byte)'`')
                    Problem ??= "the uuencode is damaged";
                bits = bits << 6 | ((octet - ' ') & 63);
            }
            (three[0], three[1], three[2]) = ((byte)(bits >> 16), (byte)(bits >> 8), (byte)bits);
            var taken = Math.Min(3, length - written);
            three[..taken].CopyTo(output[written..]);
            written += taken;
        }
        return written;
    }
}
