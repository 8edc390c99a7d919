namespace Tell.Mail;

/// <summary>Looks through a message that is to be returned: what it really is decides how a report can carry it, whatever was declared of it. Feed it in pieces.</summary>
public sealed class ReturnedScan
{
    private byte _last;

    /// <summary>True where there is an octet above 127.</summary>
    public bool IsEightBit { get; private set; }

    /// <summary>True where it is not lines: a NUL, or a CR or LF alone. Only BDAT carries such octets, and few hosts have it (RFC 3030).</summary>
    public bool IsBinary { get; private set; }

    /// <summary>Looks at a piece.</summary>
    public void Feed(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
            return;
        IsEightBit |= !System.Text.Ascii.IsValid(octets);
        if (IsBinary)
            return;
        if (octets.Contains((byte)0))
        {
            IsBinary = true;
            return;
        }
        for (var rest = octets; !rest.IsEmpty && !IsBinary;)
        {
            // Behind a CR nothing but its LF.
            if (_last == '\r')
            {
                IsBinary = rest[0] != '\n';
                _last = rest[0];
                rest = rest[1..];
                continue;
            }
            var at = rest.IndexOfAny((byte)'\r', (byte)'\n');
            if (at < 0)
                break;
            IsBinary = rest[at] == '\n';
            _last = rest[at];
            rest = rest[(at + 1)..];
        }
    }

    /// <summary>There is no further piece.</summary>
    public void Complete() => IsBinary |= _last == '\r';
}
