using System.Buffers;
using Tell.Mail;

namespace Tell.Smtp.Client;

/// <summary>
/// What a content needs of a peer, by its octets and not by what its sender declared: many senders declare 8BITMIME or BINARYMIME for all they
/// send. Right at every boundary between pieces.
/// </summary>
internal struct BodyNeed
{
    // RFC 5321 4.5.3.1.6: 1,000 octets with the CRLF.
    private const int MaxLine = 998;

    private static readonly SearchValues<byte> Marks = SearchValues.Create("\r\n\0"u8);

    private long _line;
    private bool _afterCr, _eightBit, _binary;

    /// <summary>True where the octets so far are no lines: NUL, a bare CR or LF, or a line too long.</summary>
    public readonly bool Binary => _binary;

    /// <summary>True where an octet so far is above 127.</summary>
    public readonly bool EightBit => _eightBit;

    /// <summary>What a content that was declared 8BITMIME or BINARYMIME needs. No more of it is read than decides.</summary>
    public static async ValueTask<BodyType> OfAsync(MessageContent content, BodyType declared, CancellationToken cancellation)
    {
        var need = new BodyNeed();
        if (content.Pieces is null)
        {
            need.Read(content.Whole.Span);
        }
        else
        {
            await foreach (var piece in content.Pieces.WithCancellation(cancellation))
            {
                need.Read(piece.Span);
                if (declared == BodyType.BinaryMime ? need.Binary : need.EightBit)
                    break;
            }
        }
        // 8BITMIME promises lines (RFC 6152 3), and a promise of lines is passed on as it came.
        if (declared == BodyType.BinaryMime && (need.Binary || need._afterCr))
            return BodyType.BinaryMime;
        return need.EightBit ? BodyType.EightBitMime : BodyType.SevenBit;
    }

    /// <summary>Reads a piece.</summary>
    public void Read(ReadOnlySpan<byte> piece)
    {
        _eightBit |= piece.ContainsAnyExceptInRange((byte)0, (byte)127);
        while (!piece.IsEmpty && !_binary)
        {
            if (_afterCr)
            {
                _binary = piece[0] != '\n';
                (_afterCr, _line) = (false, 0);
                piece = piece[1..];
                continue;
            }
            var mark = piece.IndexOfAny(Marks);
            _line += mark < 0 ? piece.Length : mark;
            _binary = _line > MaxLine || mark >= 0 && piece[mark] != '\r';
            _afterCr = mark >= 0 && !_binary;
            piece = mark < 0 ? [] : piece[(mark + 1)..];
        }
    }
}
