namespace Tell.Mail;

/// <summary>
/// Finds where a body ends: at a boundary of an open multipart. What may yet turn out to be one, a line end and the start of the line after it, is held
/// back, at most one line of <see cref="MimeBoundaries.LongestLine"/>; a longer line is no boundary. Each octet is looked at a fixed number of times.
/// </summary>
internal sealed class BodyScanner(MimeBoundaries boundaries)
{
    private const int LongestLine = MimeBoundaries.LongestLine;

    private enum Hold : byte
    {
        /// <summary>Nothing: the octets before belong to the content.</summary>
        Nothing,

        /// <summary>A CR, of which it is not known whether a LF comes.</summary>
        Cr,

        /// <summary>A line end, or none at the start of a body, and a line that may be a boundary.</summary>
        Line,
    }

    private byte[] _held = new byte[128];
    private int _count, _lineStart;
    private Hold _hold;
    private bool _keepsLineEnds;

    /// <summary>The octets of the last hit: the line end where it belongs to it, and its line; valid until the next <see cref="Scan"/>.</summary>
    public ReadOnlyMemory<byte> Delimiter { get; private set; }

    /// <summary>The line end at the end of all, which belongs to the boundary that is missing there.</summary>
    public ReadOnlyMemory<byte> Dropped { get; private set; }

    /// <summary>Octets looked at: twice where twice.</summary>
    public long Work { get; private set; }

    /// <summary>A body starts. The line end before a boundary belongs to that (RFC 2046 5.1.1), unless it is kept.</summary>
    public void Start(bool keepsLineEnds = false) =>
        (_hold, _count, _lineStart, _keepsLineEnds, Dropped) = (boundaries.Count > 0 ? Hold.Line : Hold.Nothing, 0, 0, keepsLineEnds, default);

    /// <summary>
    /// Takes octets off <paramref name="rest"/>. True with content (which may point into this scanner, and is valid until the next call), a boundary after
    /// it, or both; false where more octets are needed or, if these are the last, there is nothing more.
    /// </summary>
    public bool Scan(ref ReadOnlyMemory<byte> rest, bool isLast, out ReadOnlyMemory<byte> content, out BoundaryHit hit)
    {
        (content, hit) = (default, default);
        if (boundaries.Count == 0)
        {
            (content, rest) = (rest, default);
            return !content.IsEmpty;
        }
        while (true)
        {
            switch (_hold)
            {
                case Hold.Cr:
                    if (ScanCr(ref rest, isLast, out content))
                        return !content.IsEmpty;
                    break;
                case Hold.Line:
                    if (ScanLine(ref rest, isLast, out content, out hit))
                        return !content.IsEmpty || hit.IsHit;
                    break;
                default:
                    if (rest.IsEmpty)
                        return false;
                    ScanPiece(ref rest, out content, out hit);
                    if (!content.IsEmpty || hit.IsHit)
                        return true;
                    break;
            }
        }
    }

    // True where Scan is to return.
    private bool ScanCr(ref ReadOnlyMemory<byte> rest, bool isLast, out ReadOnlyMemory<byte> content)
    {
        content = default;
        _held[0] = (byte)'\r';
        _count = 1;
        if (rest.IsEmpty && !isLast)
            return true;
        if (!rest.IsEmpty && rest.Span[0] == '\n')
        {
            HoldLine(rest.Span[..1]);
            rest = rest[1..];
            return false;
        }
        _hold = Hold.Nothing;
        content = _held.AsMemory(0, 1);
        return true;
    }

    private bool ScanLine(ref ReadOnlyMemory<byte> rest, bool isLast, out ReadOnlyMemory<byte> content, out BoundaryHit hit)
    {
        (content, hit) = (default, default);
        var octets = rest.Span;
        var taken = 0;
        while (taken < octets.Length && _count - _lineStart < 2 && octets[taken] == '-')
            Append(octets.Slice(taken++, 1));
        rest = rest[taken..];
        octets = octets[taken..];
        if (_count - _lineStart < 2)
        {
            if (octets.IsEmpty && !isLast)
                return true;
            // Nothing comes after this line end: there it stands before the boundary that is missing.
            var dropped = octets.IsEmpty && _count == _lineStart && !_keepsLineEnds;
            Dropped = dropped ? _held.AsMemory(0, _count) : default;
            return Release(dropped ? 0 : _count, out content);
        }
        var room = octets[..Math.Min(octets.Length, LongestLine - (_count - _lineStart))];
        var end = room.IndexOf((byte)'\n');
        var more = end < 0 ? room : room[..end];
        Work += more.Length;
        Append(more);
        rest = rest[more.Length..];
        if (end < 0)
        {
            if (_count - _lineStart == LongestLine)
                return ReleaseLine(out content);
            if (!isLast)
                return true;
        }
        hit = boundaries.Match(_held.AsSpan(_lineStart, _count - _lineStart));
        Work += _count - _lineStart;
        if (!hit.IsHit)
            return ReleaseLine(out content);
        if (end >= 0)
            Append("\n"u8);
        Delimiter = _held.AsMemory(0, _count)[(_keepsLineEnds ? _lineStart : 0)..];
        rest = rest[(end < 0 ? 0 : 1)..];
        Release(_keepsLineEnds ? _lineStart : 0, out content);
        return true;
    }

    // A CR at its end may belong to the line end that comes.
    private bool ReleaseLine(out ReadOnlyMemory<byte> content)
    {
        var endsInCr = _held[_count - 1] == '\r';
        Release(endsInCr ? _count - 1 : _count, out content);
        if (endsInCr)
            _hold = Hold.Cr;
        return true;
    }

    // False where there is nothing to release and the scan goes on.
    private bool Release(int count, out ReadOnlyMemory<byte> content)
    {
        _hold = Hold.Nothing;
        content = _held.AsMemory(0, count);
        return count > 0;
    }

    private void ScanPiece(ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> content, out BoundaryHit hit)
    {
        hit = default;
        var octets = rest.Span;
        for (var from = 0; from < octets.Length;)
        {
            var found = octets[from..].IndexOf("\n--"u8);
            Work += found < 0 ? octets.Length - from : found + 3;
            if (found < 0)
                break;
            var lineEnd = from + found;
            var line = octets[(lineEnd + 1)..];
            line = line[..Math.Min(line.Length, LongestLine)];
            var length = line.IndexOf((byte)'\n');
            Work += length < 0 ? line.Length : length;
            var before = lineEnd > 0 && octets[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
            if (length >= 0)
            {
                hit = boundaries.Match(line[..length]);
                from = lineEnd + 1 + length;
                if (!hit.IsHit)
                    continue;
                var kept = _keepsLineEnds ? lineEnd + 1 : before;
                content = rest[..kept];
                Delimiter = rest[kept..(from + 1)];
                rest = rest[(from + 1)..];
                return;
            }
            if (line.Length == LongestLine)
            {
                from = lineEnd + 1 + LongestLine;
                continue;
            }
            content = rest[..before];
            _count = 0;
            Append(octets[before..(lineEnd + 1)]);
            HoldLine(line);
            _lineStart = lineEnd + 1 - before;
            rest = default;
            return;
        }
        HoldTail(ref rest, out content);
    }

    // No boundary, but the last octets may be the start of one.
    private void HoldTail(ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> content)
    {
        var octets = rest.Span;
        var hyphen = octets is [.., (byte)'\n', (byte)'-'] ? 1 : 0;
        var end = octets.Length - hyphen;
        if (octets[end - 1] == '\r')
        {
            _hold = Hold.Cr;
            content = rest[..(end - 1)];
        }
        else if (octets[end - 1] == '\n')
        {
            var before = end > 1 && octets[end - 2] == '\r' ? end - 2 : end - 1;
            content = rest[..before];
            _count = 0;
            HoldLine(octets[before..end]);
            Append(octets[end..]);
        }
        else
        {
            content = rest;
        }
        rest = default;
    }

    private void HoldLine(ReadOnlySpan<byte> octets)
    {
        Append(octets);
        _lineStart = _count;
        _hold = Hold.Line;
    }

    private void Append(ReadOnlySpan<byte> octets)
    {
        if (_count + octets.Length > _held.Length)
            Array.Resize(ref _held, Math.Max(_count + octets.Length, _held.Length * 2));
        octets.CopyTo(_held.AsSpan(_count));
        _count += octets.Length;
    }
}
