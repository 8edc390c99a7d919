namespace Tell.Mail;

/// <summary>
/// Finds out, piece by piece, whether octets can stand in a part as they are: 7bit (RFC 2045 2.7), which is US-ASCII without NUL, in lines of at most 998
/// octets that CRLF ends, and no line that a boundary of the message begins.
/// </summary>
public sealed class SevenBitScan(Boundary boundary)
{
    private readonly byte[] _start = new byte[boundary.Value.Length + 2];
    private int _column;
    private bool _broken, _return;

    /// <summary>True where all octets so far can stand as they are. A line end that is cut in half is none yet.</summary>
    public bool Holds => !_broken && !_return;

    /// <summary>Looks at the next octets.</summary>
    public void Add(ReadOnlySpan<byte> octets)
    {
        if (!System.Text.Ascii.IsValid(octets) || octets.Contains((byte)0))
            _broken = true;
        while (!_broken && !octets.IsEmpty)
        {
            if (_return)
            {
                _broken = octets[0] != '\n';
                (_return, _column) = (false, 0);
                octets = octets[1..];
                continue;
            }
            var end = octets.IndexOfAny((byte)'\r', (byte)'\n');
            Extend(end < 0 ? octets : octets[..end]);
            if (end < 0)
                return;
            _return = octets[end] == '\r';
            _broken |= !_return;
            octets = octets[(end + 1)..];
        }
    }

    private void Extend(ReadOnlySpan<byte> line)
    {
        if (_column < _start.Length)
        {
            var taken = Math.Min(line.Length, _start.Length - _column);
            line[..taken].CopyTo(_start.AsSpan(_column));
        }
        _column += line.Length;
        _broken |= _column > HeaderWriter.MaxLine || (_column >= _start.Length && IsDelimiter());
    }

    private bool IsDelimiter()
    {
        if (boundary.IsNone || !_start.AsSpan().StartsWith("--"u8))
            return false;
        // Of any level: what tells them apart is the first character.
        var stem = boundary.Stem;
        for (var i = 0; i < stem.Length; i++)
        {
            if (_start[i + 3] != stem[i])
                return false;
        }
        return true;
    }
}
