using System.Buffers;

namespace Tell.Smtp.Wire;

/// <summary>
/// Takes command lines out of what has arrived. Only CR LF ends a line. A line that is too long, or that holds a bare LF, a bare CR or
/// NUL, is a fault, told once and as soon as it is seen; everything up to the next CR LF belongs to it and is skipped, so that no
/// part of a broken line is ever taken for a command. Where the octets are split between reads makes no difference.
/// </summary>
public sealed class CommandLineReader
{
    /// <summary>
    /// The longest line in octets, with its CR LF: 512 (RFC 5321 4.5.3.1.4) and what all extensions together add to MAIL and RCPT,
    /// rounded up generously.
    /// </summary>
    public const int LongestLine = 4096;

    private byte[]? _joined;
    private bool _skipping;
    private bool _skippedCr;

    /// <summary>
    /// Takes the next line, without its CR LF, out of <paramref name="input"/>. The span is good until the next call, or until
    /// the memory behind the input is given back. A limit of its own is for lines that are no commands.
    /// </summary>
    public LineKind Read(scoped ref ReadOnlySequence<byte> input, out ReadOnlySpan<byte> line, int longest = LongestLine)
    {
        line = default;
        if (_skipping && !Skip(ref input))
            return LineKind.Incomplete;
        var first = input.FirstSpan;
        var end = first.IndexOf((byte)'\n');
        if (end >= 0)
            input = input.Slice(end + 1);
        else if (input.IsSingleSegment || !Join(ref input, longest, out first, out end))
            return input.Length < longest ? LineKind.Incomplete : Fault(LineKind.TooLong);
        if (end >= longest)
        {
            // Its LF may be a bare one, in which case the line goes on behind it.
            _skipping = first[end - 1] != '\r';
            return LineKind.TooLong;
        }
        if (end == 0 || first[end - 1] != '\r')
            return Fault(LineKind.Malformed);
        line = first[..(end - 1)];
        return line.IndexOfAny((byte)'\r', (byte)'\0') < 0 ? LineKind.Line : LineKind.Malformed;
    }

    private LineKind Fault(LineKind kind)
    {
        _skipping = true;
        return kind;
    }

    // False while the end of the line that is being skipped has not come.
    private bool Skip(ref ReadOnlySequence<byte> input)
    {
        long skipped = 0;
        foreach (var segment in input)
        {
            var span = segment.Span;
            for (var at = 0; at < span.Length;)
            {
                var found = span[at..].IndexOf((byte)'\n');
                var before = found < 0 ? span.Length - 1 : at + found - 1;
                var afterCr = before < 0 ? _skippedCr : span[before] == '\r';
                at = found < 0 ? span.Length : at + found + 1;
                _skippedCr = found < 0 && afterCr;
                if (found < 0 || !afterCr)
                    continue;
                _skipping = false;
                input = input.Slice(skipped + at);
                return true;
            }
            skipped += span.Length;
        }
        input = input.Slice(input.End);
        return false;
    }

    // A line that lies in several segments is brought together; one that is too long stays as it is.
    private bool Join(scoped ref ReadOnlySequence<byte> input, int longest, out ReadOnlySpan<byte> joined, out int end)
    {
        joined = default;
        end = 0;
        if (input.PositionOf((byte)'\n') is not { } position)
            return false;
        var whole = input.Slice(0, input.GetPosition(1, position));
        if (whole.Length > longest)
            return false;
        if (_joined is null || _joined.Length < longest)
            _joined = new byte[longest];
        whole.CopyTo(_joined);
        end = (int)whole.Length - 1;
        joined = _joined.AsSpan(0, end + 1);
        input = input.Slice(whole.End);
        return true;
    }
}
