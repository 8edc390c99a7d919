using System.Buffers;

namespace Tell.Mail;

/// <summary>
/// Quoted-printable of octets that come in pieces of any size: the output does not depend on how they are cut. Decoded it is the same octets, bare CR and LF included.
/// No line of it begins with a hyphen, so that none is a boundary of the message it stands in.
/// </summary>
internal sealed class QuotedPrintableLines(IBufferWriter<byte> output)
{
    private readonly byte[] _held = new byte[8 * 1024];
    private int _count;
    private bool _isOpen;

    /// <summary>True where the content that was finished last has a line end as its end, or is empty.</summary>
    public bool EndedLine { get; private set; }

    /// <summary>Encodes what it can; at most 8 KiB wait for the next piece.</summary>
    public void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var taken = Math.Min(octets.Length, _held.Length - _count);
            octets[..taken].CopyTo(_held.AsSpan(_count));
            _count += taken;
            octets = octets[taken..];
            if (_count == _held.Length)
                WriteHeld();
        }
    }

    /// <summary>Encodes what is left. Ready for another content after it.</summary>
    /// <param name="endLine">True to end a last line that has no line end with a soft line break, since whoever takes the octets would add one.</param>
    public void Finish(bool endLine)
    {
        var held = _held.AsSpan(0, _count);
        EndedLine = _count > 0 ? held.EndsWith("\r\n"u8) : !_isOpen;
        if (endLine && !EndedLine)
        {
            var end = held.LastIndexOf("\r\n"u8) is >= 0 and var found ? found + 2 : 0;
            QuotedPrintable.Write(held[..end], output, guardHyphens: true);
            if (end < _count)
                QuotedPrintable.WriteOpen(held[end..], output);
        }
        else
        {
            QuotedPrintable.Write(held, output, guardHyphens: true);
        }
        (_count, _isOpen) = (0, false);
    }

    // All lines that end; of one that is longer than all that is held its start, but for a CR that may be half a line end.
    private void WriteHeld()
    {
        var held = _held.AsSpan();
        var end = held.LastIndexOf("\r\n"u8);
        _isOpen = end < 0;
        end = end >= 0 ? end + 2 : held.Length - (held[^1] == '\r' ? 1 : 0);
        if (_isOpen)
            QuotedPrintable.WriteOpen(held[..end], output);
        else
            QuotedPrintable.Write(held[..end], output, guardHyphens: true);
        held[end..].CopyTo(held);
        _count -= end;
    }
}
