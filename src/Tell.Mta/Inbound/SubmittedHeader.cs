using System.Buffers;
using Tell.Mail;

namespace Tell.Mta.Inbound;

/// <summary>
/// Adds Date and Message-ID to a submitted message that lacks them (RFC 6409 8.2, 8.3), in front of its own fields. The header is held
/// back until its end has been seen; one that is longer than 64 KB goes as it is, since a second Date would be worse than none.
/// </summary>
internal sealed class SubmittedHeader(MessageId id, DateTimeOffset now)
{
    private const int Longest = 64 * 1024;

    private ArrayBufferWriter<byte>? _held = new(4096);
    private int _line;
    private bool _ended, _dated, _named;

    /// <summary>Takes octets of the message and gives those that may be written now; good until the next call.</summary>
    public ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> octets)
    {
        if (_held is not { } held)
            return octets;
        held.Write(octets.Span);
        Scan(held.WrittenSpan, whole: false);
        return _ended || held.WrittenCount > Longest ? Release(held) : default;
    }

    /// <summary>The message has ended: what is still held.</summary>
    public ReadOnlyMemory<byte> End()
    {
        if (_held is not { } held)
            return default;
        Scan(held.WrittenSpan, whole: true);
        _ended = true;
        return Release(held);
    }

    private ReadOnlyMemory<byte> Release(ArrayBufferWriter<byte> held)
    {
        _held = null;
        if (!_ended || (_dated && _named))
            return held.WrittenMemory;
        var completed = new ArrayBufferWriter<byte>(held.WrittenCount + 512);
        var fields = new HeaderWriter(completed);
        if (!_named)
            fields.Field("Message-ID", Line.From(id.Value));
        if (!_dated)
            fields.Field("Date", Line.From(InternetDate.Format(now)));
        completed.Write(held.WrittenSpan);
        return completed.WrittenMemory;
    }

    // Line by line, each once, however the octets are cut.
    private void Scan(ReadOnlySpan<byte> octets, bool whole)
    {
        while (!_ended && _line < octets.Length)
        {
            var rest = octets[_line..];
            var length = rest.IndexOf((byte)'\n') + 1;
            if (length == 0 && !whole)
                return;
            var line = length == 0 ? rest : rest[..length];
            var folded = _line > 0 && line[0] is (byte)' ' or (byte)'\t';
            var reader = new HeaderReader(line);
            if (!folded && !reader.Read())
            {
                // The empty line, or a line that is no field.
                _ended = true;
                return;
            }
            _dated |= !folded && reader.Is("Date"u8);
            _named |= !folded && reader.Is("Message-ID"u8);
            _line += line.Length;
        }
    }
}
