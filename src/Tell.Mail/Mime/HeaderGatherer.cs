namespace Tell.Mail;

/// <summary>
/// Gathers the octets of a header, up to a limit; what comes after that is passed over. One that lies in a single piece is not copied. Only lines decide, so
/// the header is the same however its octets are cut; each is looked at a fixed number of times.
/// </summary>
internal sealed class HeaderGatherer(MimeBoundaries boundaries, int limit)
{
    private byte[] _kept = [];
    private int _count, _lineStart, _fieldStart;
    private bool _passing, _cut;

    /// <summary>The header, once it has ended: whole fields and the empty line; valid until the next <see cref="Gather"/>.</summary>
    public ReadOnlyMemory<byte> Octets { get; private set; }

    /// <summary>The boundary that ended it, if one did.</summary>
    public BoundaryHit Hit { get; private set; }

    /// <summary>The line of <see cref="Hit"/>, with its line end where it has one; valid until the next <see cref="Gather"/>.</summary>
    public ReadOnlyMemory<byte> Delimiter { get; private set; }

    /// <summary>The line that ended it but belongs to the body, where it is not in the piece; to be read before the piece.</summary>
    public ReadOnlyMemory<byte> PushedBack { get; private set; }

    /// <summary>True where the limit cut it short.</summary>
    public bool IsCut => _cut;

    /// <summary>True where its first lines are no fields: an mbox "From " line, or the rest of a folded field.</summary>
    public bool HasFalseStart { get; private set; }

    /// <summary>True where it has not even a line.</summary>
    public bool IsEmpty => Octets.IsEmpty && !HasFalseStart && !_cut;

    /// <summary>Octets looked at: twice where twice.</summary>
    public long Work { get; private set; }

    /// <summary>A header starts.</summary>
    public void Start()
    {
        (_count, _lineStart, _fieldStart, _passing, _cut, HasFalseStart) = (0, 0, 0, false, false, false);
        (Octets, Hit, Delimiter, PushedBack) = (default, default, default, default);
    }

    /// <summary>Takes octets off <paramref name="rest"/> until the header ends or there are no more.</summary>
    public HeaderEnd Gather(ref ReadOnlyMemory<byte> rest, bool isLast)
    {
        if (_count == 0 && !_passing && GatherWhole(ref rest) is not HeaderEnd.NotYet and var whole)
            return whole;
        while (true)
        {
            // A line is held whole, but no more of the header than the limit and of a line that is passed over than a boundary can be.
            var held = _count - _lineStart;
            var octets = rest.Span;
            var end = octets.IndexOf((byte)'\n');
            var more = end < 0 ? octets : octets[..(end + 1)];
            Work += more.Length;
            var room = _passing ? Math.Max(0, MimeBoundaries.LongestLine - held) : Math.Max(0, limit + 1 - _count);
            Append(more[..Math.Min(more.Length, room)]);
            if (!_passing && _count > limit)
            {
                // From here on lines are passed over, this one first; all of it that was not taken is still in the piece.
                StartPassing();
                rest = rest[Math.Min(more.Length, room)..];
                continue;
            }
            rest = rest[more.Length..];
            if (end < 0 && !isLast)
                return HeaderEnd.NotYet;
            if (end < 0 && _count == _lineStart)
            {
                Octets = _kept.AsMemory(0, _passing ? _fieldStart : _count);
                return HeaderEnd.Octets;
            }
            if (Take() is not HeaderEnd.NotYet and var ended)
                return ended;
        }
    }

    // The whole header lies in this piece, as nearly always: no octet is copied.
    private HeaderEnd GatherWhole(ref ReadOnlyMemory<byte> rest)
    {
        var octets = rest.Span;
        var from = 0;
        while (octets[from..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            var line = octets.Slice(from, length + 1);
            var end = from + line.Length;
            Work += line.Length;
            if (end > limit)
                break;
            var kind = Classify(line, from);
            if (kind == LineKind.FalseStart)
            {
                HasFalseStart = true;
                rest = rest[end..];
                octets = rest.Span;
                continue;
            }
            if (kind is LineKind.Field or LineKind.Fold)
            {
                if (kind == LineKind.Field)
                    _fieldStart = from;
                from = end;
                continue;
            }
            Octets = rest[..(kind == LineKind.Empty ? end : from)];
            Delimiter = kind == LineKind.Boundary ? rest[from..end] : default;
            rest = rest[(kind == LineKind.Body ? from : end)..];
            return EndOf(kind);
        }
        Append(octets[..from]);
        _lineStart = from;
        rest = rest[from..];
        return HeaderEnd.NotYet;
    }

    // A complete line, or the last of the message, is held.
    private HeaderEnd Take()
    {
        var line = _kept.AsSpan(_lineStart, _count - _lineStart);
        if (_passing)
        {
            Hit = boundaries.Match(line.TrimEnd((byte)'\n'));
            var isEmpty = line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'];
            Delimiter = _kept.AsMemory(_lineStart, _count - _lineStart);
            _count = _lineStart;
            if (!isEmpty && !Hit.IsHit)
            {
                _cut = true;
                return HeaderEnd.NotYet;
            }
            Octets = _kept.AsMemory(0, _fieldStart);
            return Hit.IsHit ? HeaderEnd.Boundary : HeaderEnd.EmptyLine;
        }
        var kind = Classify(line, _lineStart);
        switch (kind)
        {
            case LineKind.FalseStart:
                HasFalseStart = true;
                _count = 0;
                return HeaderEnd.NotYet;
            case LineKind.Field or LineKind.Fold:
                if (kind == LineKind.Field)
                    _fieldStart = _lineStart;
                _lineStart = _count;
                return HeaderEnd.NotYet;
        }
        Octets = _kept.AsMemory(0, kind == LineKind.Empty ? _count : _lineStart);
        Delimiter = kind == LineKind.Boundary ? _kept.AsMemory(_lineStart, _count - _lineStart) : default;
        if (kind == LineKind.Body)
            PushedBack = _kept.AsMemory(_lineStart, _count - _lineStart);
        return EndOf(kind);
    }

    // The fields that end before the limit are kept; the one that crosses it is not.
    private void StartPassing()
    {
        _passing = true;
        if (_lineStart > 0 && _kept[_lineStart] is not ((byte)' ' or (byte)'\t'))
            _fieldStart = _lineStart;
        _cut = _fieldStart < _lineStart;
        var line = _count - _lineStart;
        _kept.AsSpan(_lineStart, line).CopyTo(_kept.AsSpan(_fieldStart));
        _lineStart = _fieldStart;
        _count = _lineStart + line;
    }

    private static HeaderEnd EndOf(LineKind kind) => kind switch
    {
        LineKind.Empty => HeaderEnd.EmptyLine,
        LineKind.Boundary => HeaderEnd.Boundary,
        _ => HeaderEnd.Body,
    };

    private enum LineKind : byte
    {
        Field,
        Fold,
        Empty,
        Boundary,
        FalseStart,
        Body,
    }

    private LineKind Classify(ReadOnlySpan<byte> line, int at)
    {
        if (line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'])
            return LineKind.Empty;
        if (line[0] is (byte)' ' or (byte)'\t')
            return at > 0 ? LineKind.Fold : LineKind.FalseStart;
        if (line[0] == '-' && boundaries.Match(line.TrimEnd((byte)'\n')) is { IsHit: true } hit)
        {
            Hit = hit;
            return LineKind.Boundary;
        }
        if (HeaderReader.IsField(line))
            return LineKind.Field;
        return at == 0 && boundaries.Count == 0 && !HasFalseStart && (line.StartsWith("From "u8) || line.StartsWith(">From "u8)) ? LineKind.FalseStart : LineKind.Body;
    }

    private void Append(ReadOnlySpan<byte> octets)
    {
        if (_count + octets.Length > _kept.Length)
            Array.Resize(ref _kept, Math.Max(_count + octets.Length, Math.Max(1024, _kept.Length * 2)));
        octets.CopyTo(_kept.AsSpan(_count));
        _count += octets.Length;
    }
}
