using System.Buffers;

namespace Tell.Smtp.Client;

/// <summary>
/// Writes a body as RFC 5321 4.5.2 wants it: a dot at the start of a line is doubled, and the end is a dot on a line of its own. Right at
/// every boundary between pieces. It adds nothing else but a CRLF where the last line lacks it: bare CR and LF pass as they are, so the
/// content has to be canonical before (a line starts after CRLF and nowhere else).
/// </summary>
internal struct DotStuffer
{
    // How much of CRLF the octets so far end with: 2 is the start of a line, and so is the start of the body.
    private int _matched = 2;

    public DotStuffer()
    {
    }

    /// <summary>Writes a piece; returns how many octets were written.</summary>
    public long Write(IBufferWriter<byte> output, ReadOnlySpan<byte> piece)
    {
        if (piece.IsEmpty)
            return 0;
        long written = piece.Length;
        if (_matched == 2 && piece[0] == '.')
        {
            output.Write("."u8);
            written++;
        }
        else if (_matched == 1 && piece.StartsWith("\n."u8))
        {
            output.Write("\n."u8);
            written++;
            piece = piece[1..];
        }
        _matched = Matched(piece);
        while (piece.IndexOf("\r\n."u8) is var found and >= 0)
        {
            output.Write(piece[..(found + 2)]);
            output.Write("."u8);
            written++;
            piece = piece[(found + 2)..];
        }
        output.Write(piece);
        return written;
    }

    /// <summary>Writes the end of the body.</summary>
    public readonly void End(IBufferWriter<byte> output) => output.Write(_matched == 2 ? ".\r\n"u8 : "\r\n.\r\n"u8);

    private readonly int Matched(ReadOnlySpan<byte> piece) => piece switch
    {
        [.., (byte)'\r'] => 1,
        [.., (byte)'\r', (byte)'\n'] => 2,
        [(byte)'\n'] when _matched == 1 => 2,
        _ => 0,
    };
}
