using System.Buffers;
using System.Globalization;
using System.Text;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.Operations;

/// <summary>
/// A message as mbox has it (mboxrd): a From_ line in front, lines with LF, an empty line behind; a line of ">"s and "From " gets one ">" more, so that a reader can
/// take it away again. Right at every boundary between pieces.
/// </summary>
internal sealed class MboxText
{
    private readonly ArrayBufferWriter<byte> _output = new(64 * 1024);
    private int _matched;
    private bool _lineStart = true, _quoted, _heldCr;

    private static ReadOnlySpan<byte> Mark => "From "u8;

    /// <summary>The From_ line: the sender, or MAILER-DAEMON where there is none, and the time in UTC.</summary>
    public static byte[] FromLine(Document memo)
    {
        var sender = Mailbox.TryParse(memo[ItemNames.Originator]?.Text ?? "", out var mailbox) && !mailbox.ToString().Contains(' ', StringComparison.Ordinal) ? mailbox.ToString() : "MAILER-DAEMON";
        var time = memo[ItemNames.DeliveredDate] is { Times: [var delivered, ..] } ? delivered : memo.Created;
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"From {sender} {time.UtcDateTime:ddd MMM} {time.UtcDateTime.Day,2} {time.UtcDateTime:HH:mm:ss yyyy}\n"));
    }

    /// <summary>The octets of the message as they stand in the file; good until the next call.</summary>
    public ReadOnlyMemory<byte> Take(ReadOnlySpan<byte> octets)
    {
        _output.ResetWrittenCount();
        while (!octets.IsEmpty)
        {
            if (_heldCr)
            {
                _heldCr = false;
                if (octets[0] != '\n')
                    _output.Write("\r"u8);
            }
            if (_lineStart)
            {
                Start(octets[0]);
                octets = octets[1..];
                continue;
            }
            var end = octets.IndexOfAny((byte)'\n', (byte)'\r');
            var run = end < 0 ? octets : octets[..end];
            _output.Write(run);
            octets = octets[run.Length..];
            if (octets.IsEmpty)
                break;
            Inside(octets[..1]);
            octets = octets[1..];
        }
        return _output.WrittenMemory;
    }

    /// <summary>The end of the message, and the empty line.</summary>
    public ReadOnlyMemory<byte> End()
    {
        _output.ResetWrittenCount();
        _output.Write(Mark[.._matched]);
        if (_heldCr)
            _output.Write("\r"u8);
        if (!_lineStart || _matched > 0 || _quoted)
            _output.Write("\n"u8);
        _output.Write("\n"u8);
        return _output.WrittenMemory;
    }

    private void Start(byte octet)
    {
        if (_matched == 0 && octet == '>')
        {
            _output.Write([octet]);
            _quoted = true;
        }
        else if (octet == Mark[_matched])
        {
            if (++_matched < Mark.Length)
                return;
            _output.Write(">From "u8);
            (_matched, _lineStart) = (0, false);
        }
        else
        {
            _output.Write(Mark[.._matched]);
            (_matched, _lineStart) = (0, false);
            Inside([octet]);
        }
    }

    private void Inside(ReadOnlySpan<byte> octet)
    {
        if (octet[0] == '\r')
        {
            _heldCr = true;
            return;
        }
        _output.Write(octet);
        _lineStart = octet[0] == '\n';
        _quoted = false;
    }
}
