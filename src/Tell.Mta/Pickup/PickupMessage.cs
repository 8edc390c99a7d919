using System.Buffers;
using Tell.Documents;
using Tell.Mail;
using Tell.Smtp.Wire;

namespace Tell.Mta.Pickup;

/// <summary>
/// Turns a message file into the octets that are sent: line ends of any kind become CR LF and NUL goes, as in what comes by SMTP; the header is that of
/// <see cref="PickupHeader"/>; all else stays. The header is held until its end has been seen, the rest streams.
/// </summary>
internal sealed class PickupMessage(MtaContext context, Unid id, IContentWriter content)
{
    // Where SMTPMTA_MaxHeaderSize sets no limit.
    private const int LargestHeader = 8 << 20;

    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly List<string> _problems = [];
    private DataDecoder _decoder = new() { Measured = true };
    private bool _begun, _eightBit;
    private int _headerAt;
    private long _taken;
    private byte _last;

    /// <summary>The header; null where the file cannot be sent.</summary>
    public PickupHeader? Header { get; private set; }

    /// <summary>True where an octet is above 127.</summary>
    public bool IsEightBit => _eightBit;

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<string> Problems => _problems;

    private int MostHeader => context.Settings.MaxHeaderSize is > 0 and < LargestHeader and var most ? (int)most : LargestHeader;

    /// <summary>Takes octets of the file in; false where no more need follow, because it cannot be sent.</summary>
    public async ValueTask<bool> TakeAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        if (!_begun)
        {
            // What some editors write in front of UTF-8 is no field.
            if (octets.Span.StartsWith("\uFEFF"u8))
                octets = octets[3..];
            _begun = true;
        }
        _eightBit |= octets.Span.ContainsAnyExceptInRange((byte)0, (byte)127);
        _taken += octets.Length;
        if (_taken > context.Settings.MaxMessageSize)
            return Refuse($"it is larger than {context.Settings.MaxMessageSize} octets (SMTPMTA_MaxMessageSize)");
        for (var rest = octets; !rest.IsEmpty;)
        {
            var piece = _decoder.Next(rest.Span);
            if (piece.Newline)
                Write("\r\n"u8);
            Write(rest.Span.Slice(piece.Start, piece.Length));
            rest = rest[piece.Consumed..];
        }
        return await FlushAsync(whole: false, cancellation);
    }

    /// <summary>The file has ended. False where it cannot be sent.</summary>
    public async ValueTask<bool> FinishAsync(CancellationToken cancellation)
    {
        if (_problems.Count > 0)
            return false;
        if (_taken == 0)
            return Refuse("it is empty. A writer gives it another name and renames it when it is whole");
        // SMTP ends a message with a line.
        if (_decoder.Finish() || _last is not ((byte)'\n' or 0))
            Write("\r\n"u8);
        return await FlushAsync(whole: true, cancellation);
    }

    private async ValueTask<bool> FlushAsync(bool whole, CancellationToken cancellation)
    {
        if (Header is null)
        {
            if (!whole && !HeaderHasEnded())
                return _buffer.WrittenCount <= MostHeader || Refuse($"its header is larger than {MostHeader} octets (SMTPMTA_MaxHeaderSize)");
            Header = PickupHeader.Read(_buffer.WrittenMemory, context.Settings.MaxRecipients, _problems);
            if (Header is null)
                return false;
            if (Header.BodyStart > MostHeader)
                return Refuse($"its header is larger than {MostHeader} octets (SMTPMTA_MaxHeaderSize)");
            var header = new ArrayBufferWriter<byte>(Header.BodyStart + 512);
            Header.WriteTo(header, _buffer.WrittenSpan, MessageId.New(id.ToString(), context.HostDomain), context.Now);
            await content.WriteAsync(header.WrittenMemory, cancellation);
            await content.WriteAsync(_buffer.WrittenMemory[Header.BodyStart..], cancellation);
        }
        else
        {
            await content.WriteAsync(_buffer.WrittenMemory, cancellation);
        }
        _buffer.ResetWrittenCount();
        return true;
    }

    // Field by field, each once: the last one seen so far may go on in what follows.
    private bool HeaderHasEnded()
    {
        var octets = _buffer.WrittenSpan;
        var reader = new HeaderReader(octets[_headerAt..]);
        while (reader.Read())
        {
            if (_headerAt + reader.Field.Length == octets.Length)
                return false;
            _headerAt += reader.Field.Length;
            reader = new HeaderReader(octets[_headerAt..]);
        }
        return reader.EndSeen;
    }

    private void Write(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
            return;
        _buffer.Write(octets);
        _last = octets[^1];
    }

    private bool Refuse(string problem)
    {
        _problems.Add(problem);
        return false;
    }
}
