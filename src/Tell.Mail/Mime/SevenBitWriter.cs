using System.Buffers;

namespace Tell.Mail;

/// <summary>
/// Writes a message as 7bit (RFC 6152 3), piece by piece, as a <see cref="SevenBitPlan"/> of the same octets says. What is not encoded stays as it is, octet for octet, but for the
/// declarations of entities that are 7bit now, and for lines before and after the parts of a multipart, which are left out where they are not 7bit: they belong to no part.
/// The same message gives the same octets, however it is cut.
/// </summary>
public sealed class SevenBitWriter : IRawParts
{
    private const int DecodedAtOnce = 12 * 1024;

    private readonly SevenBitPlan _plan;
    private readonly IBufferWriter<byte> _output;
    private readonly RawWalk _walk;
    private readonly Base64Lines _base64;
    private readonly QuotedPrintableLines _quoted;
    private readonly byte[] _line = new byte[HeaderWriter.MaxLine + 2];
    private byte[] _decoded = [];
    private ContentDecoder? _decoder;
    private SevenBitStep _step;
    private int _next, _column;
    private bool _isRoot, _isDropped, _isLineAtRisk;

    /// <summary>A writer of a message.</summary>
    /// <param name="plan">The complete plan of the message.</param>
    /// <param name="output">Where it goes; the caller empties it between pieces.</param>
    /// <exception cref="ArgumentException">By the plan it cannot be written.</exception>
    public SevenBitWriter(SevenBitPlan plan, IBufferWriter<byte> output)
    {
        if (plan.Obstacle is { } obstacle)
            throw new ArgumentException($"The message cannot be made 7bit: {obstacle}.", nameof(plan));
        (_plan, _output) = (plan, output);
        (_base64, _quoted, _walk) = (new Base64Lines(output), new QuotedPrintableLines(output), new RawWalk(this));
    }

    /// <summary>Writes a piece.</summary>
    public void Feed(ReadOnlyMemory<byte> octets) => _walk.Feed(octets);

    /// <summary>There is no further piece.</summary>
    public void Complete()
    {
        _walk.Complete();
        EndLine();
    }

    void IRawParts.Begin(in RawPart part)
    {
        _step = _plan.Steps[_next++];
        _isRoot = part.Entity.Parent is null;
        if (_step == SevenBitStep.AsIs)
            _output.Write(part.Header.Span);
        else
            WriteHeader(part);
        _decoder = _step is SevenBitStep.AsIs or SevenBitStep.Declared ? null : part.Entity.Encoding switch
        {
            TransferEncoding.Base64 => new Base64Decoder(),
            TransferEncoding.QuotedPrintable => new QuotedPrintableDecoder(),
            TransferEncoding.Uuencode => new UuencodeDecoder(),
            _ => null,
        };
        _decoder?.Start();
    }

    void IRawParts.Content(ReadOnlySpan<byte> octets)
    {
        if (_decoder is null)
        {
            Encode(octets);
            return;
        }
        MakeRoom();
        for (; !octets.IsEmpty; octets = octets[Math.Min(octets.Length, DecodedAtOnce)..])
            Encode(_decoded.AsSpan(0, _decoder.Decode(octets[..Math.Min(octets.Length, DecodedAtOnce)], _decoded)));
    }

    void IRawParts.End()
    {
        if (_decoder is not null)
        {
            MakeRoom();
            Encode(_decoded.AsSpan(0, _decoder.Finish(_decoded)));
        }
        if (_step == SevenBitStep.Base64)
            _base64.Finish();
        else if (_step == SevenBitStep.QuotedPrintable)
            _quoted.Finish(endLine: _isRoot);
        _isLineAtRisk = _step == SevenBitStep.QuotedPrintable && _quoted.EndedLine;
    }

    void IRawParts.Outside(ReadOnlySpan<byte> octets, bool isDelimiter)
    {
        if (isDelimiter)
        {
            EndLine();
            // No delimiter comes: a line end that is the end of a content would be taken for the one before it. White space that was read away stood behind it.
            if (octets.IsEmpty && _isLineAtRisk)
                _output.Octet((byte)'=');
            _isLineAtRisk = false;
            _output.Write(octets);
            return;
        }
        while (!octets.IsEmpty)
        {
            var end = octets.IndexOf((byte)'\n');
            var line = end < 0 ? octets : octets[..(end + 1)];
            octets = octets[line.Length..];
            _isDropped |= line.Length > _line.Length - _column;
            if (!_isDropped)
            {
                line.CopyTo(_line.AsSpan(_column));
                _column += line.Length;
            }
            if (end >= 0)
                EndLine();
        }
    }

    void IRawParts.Partless()
    {
    }

    void IRawParts.Beyond()
    {
    }

    private void Encode(ReadOnlySpan<byte> octets)
    {
        if (_step == SevenBitStep.Base64)
            _base64.Write(octets);
        else if (_step == SevenBitStep.QuotedPrintable)
            _quoted.Write(octets);
        else
            _output.Write(octets);
    }

    private void EndLine()
    {
        var scan = new SevenBitScan(default);
        scan.Add(_line.AsSpan(0, _column));
        if (!_isDropped && scan.Holds)
            _output.Write(_line.AsSpan(0, _column));
        (_column, _isDropped) = (0, false);
    }

    private void MakeRoom()
    {
        if (_decoded.Length == 0)
            _decoded = new byte[DecodedAtOnce + ContentDecoder.Held];
    }

    private void WriteHeader(in RawPart part)
    {
        var header = part.Entity.Header;
        var encoding = _step switch { SevenBitStep.Base64 => "base64", SevenBitStep.QuotedPrintable => "quoted-printable", _ => "7bit" };
        var (written, length) = (false, 0);
        foreach (var field in header.Fields)
        {
            length += field.Raw.Length;
            if (!field.Is("Content-Transfer-Encoding"))
                _output.Write(field.Raw.Span);
            else if (!written)
                WriteField("Content-Transfer-Encoding", encoding, out written);
        }
        if (_step != SevenBitStep.Declared)
        {
            if (_isRoot && header.Find("MIME-Version") is null)
                WriteField("MIME-Version", "1.0", out _);
            // RFC 1428 3: what nobody said anything about.
            if (header.Find("Content-Type") is null)
                WriteField("Content-Type", "text/plain; charset=unknown-8bit", out _);
            if (!written)
                WriteField("Content-Transfer-Encoding", encoding, out _);
        }
        // A body that begins without an empty line is no body behind a field of ours.
        if (length < part.Header.Length)
            _output.Write(part.Header.Span[length..]);
        else if (_step != SevenBitStep.Declared)
            _output.NewLine();
    }

    private void WriteField(string name, string value, out bool written)
    {
        _output.Utf8($"{name}: {value}\r\n");
        written = true;
    }
}
