namespace Tell.Mail;

/// <summary>The boundaries of the multiparts that are open, outermost first, and whether a line is one of them (RFC 2046 5.1.1).</summary>
internal sealed class MimeBoundaries
{
    /// <summary>The longest boundary that is read; RFC 2046 5.1.1 has 70, RFC 5322 2.1.1 lines of 998.</summary>
    public const int LongestBoundary = 998;

    /// <summary>A line that is so long is no boundary, whatever white space is at its end.</summary>
    public const int LongestLine = 2048;

    private readonly List<byte[]> _boundaries = [];
    private ulong _lengths;

    /// <summary>How many multiparts are open.</summary>
    public int Count => _boundaries.Count;

    /// <summary>Adds the boundary of a multipart, without hyphens before it.</summary>
    public void Push(byte[] boundary)
    {
        _boundaries.Add(boundary);
        _lengths |= Bit(boundary.Length);
    }

    /// <summary>Forgets all but the outermost.</summary>
    public void Keep(int count)
    {
        if (count >= _boundaries.Count)
            return;
        _boundaries.RemoveRange(count, _boundaries.Count - count);
        _lengths = 0;
        foreach (var boundary in _boundaries)
            _lengths |= Bit(boundary.Length);
    }

    /// <summary>
    /// What a line, without its LF, delimits. It must be the boundary and nothing else but white space after it, so that a boundary that begins like another
    /// is not taken for it. Where two multiparts have the same one it is that of the inner.
    /// </summary>
    public BoundaryHit Match(ReadOnlySpan<byte> line)
    {
        if (_boundaries.Count == 0 || line.Length >= LongestLine || !line.StartsWith("--"u8))
            return default;
        var text = line[2..].TrimEnd(" \t\r"u8);
        // Whoever sends thousands of lines of hyphens pays for one look at each, not for one per open multipart.
        if ((_lengths & (Bit(text.Length) | Bit(text.Length - 2))) == 0)
            return default;
        for (var level = _boundaries.Count - 1; level >= 0; level--)
        {
            var boundary = _boundaries[level].AsSpan();
            if (text.StartsWith(boundary) && (text.Length == boundary.Length || text[boundary.Length..] is [(byte)'-', (byte)'-']))
                return new BoundaryHit(level, text.Length > boundary.Length);
        }
        return default;
    }

    private static ulong Bit(int length) => 1UL << (length & 63);
}
