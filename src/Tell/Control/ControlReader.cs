namespace Tell.Control;

/// <summary>Reads a line and then octets from one stream, within limits.</summary>
internal sealed class ControlReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[8192];
    private int _from, _to;

    /// <summary>A line, without its end.</summary>
    /// <exception cref="IOException">It is longer, or the stream ends in it.</exception>
    public async Task<byte[]> ReadLineAsync(int most, CancellationToken cancellation)
    {
        using var line = new MemoryStream();
        while (true)
        {
            var end = Array.IndexOf(_buffer, (byte)'\n', _from, _to - _from);
            var stop = end < 0 ? _to : end;
            line.Write(_buffer, _from, stop - _from);
            _from = end < 0 ? stop : end + 1;
            if (line.Length > most)
                throw new IOException("the line is too long");
            if (end >= 0)
                return line.ToArray();
            (_from, _to) = (0, await stream.ReadAsync(_buffer, cancellation));
            if (_to == 0)
                throw new IOException("the connection ended in a line");
        }
    }

    /// <summary>Exactly so many octets.</summary>
    /// <exception cref="IOException">The stream ends before, or nothing comes for the length of the patience.</exception>
    public async Task<byte[]> ReadAsync(int size, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var octets = new byte[size];
        var kept = Math.Min(size, _to - _from);
        _buffer.AsSpan(_from, kept).CopyTo(octets);
        _from += kept;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = time.CreateTimer(_ => limit.Cancel(), null, patience, Timeout.InfiniteTimeSpan);
        while (kept < size)
        {
            var read = await stream.ReadAsync(octets.AsMemory(kept), limit.Token);
            if (read == 0)
                throw new IOException("the connection ended in a file");
            kept += read;
            timer.Change(patience, Timeout.InfiniteTimeSpan);
        }
        return octets;
    }
}
