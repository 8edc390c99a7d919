namespace Tell.Smtp.Wire;

/// <summary>Finds the empty line behind the header in content that comes in pieces, cut anywhere, and says how large the header is.</summary>
internal struct HeaderScanner
{
    private static ReadOnlySpan<byte> End => "\r\n\r\n"u8;

    // How much of the end the last octets make up, less the 2 that the beginning of a message counts for.
    private int _matched;

    /// <summary>True when the empty line has come.</summary>
    public bool Ended { get; private set; }

    /// <summary>The octets of the header so far, with the empty line.</summary>
    public long Size { get; private set; }

    /// <summary>Takes the next octets of the message; not after the end.</summary>
    public void Take(ReadOnlySpan<byte> content)
    {
        var matched = _matched + 2;
        for (var at = 0; at < content.Length;)
        {
            if (matched == 0)
            {
                var next = content[at..].IndexOf((byte)'\r');
                at = next < 0 ? content.Length : at + next;
                if (next < 0)
                    break;
            }
            // No proper part of the end begins it again but a CR alone.
            matched = content[at] == End[matched] ? matched + 1 : content[at] == '\r' ? 1 : 0;
            at++;
            if (matched < End.Length)
                continue;
            Ended = true;
            Size += at;
            return;
        }
        Size += content.Length;
        _matched = matched - 2;
    }
}
