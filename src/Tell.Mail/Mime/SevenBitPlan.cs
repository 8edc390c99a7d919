namespace Tell.Mail;

/// <summary>
/// Finds out how a message can be made 7bit (RFC 6152 3, RFC 2045 6.2): which of its entities have to be encoded, and how. <c>Feed</c> the whole message,
/// then <c>Complete</c>; a <see cref="SevenBitWriter"/> then writes it, reading it a second time. Only what is not 7bit is encoded: text as quoted-printable or base64,
/// whichever is shorter, anything else as base64. Memory is an octet for each entity.
/// </summary>
public sealed class SevenBitPlan : IRawParts
{
    private const int MostEntities = 10_000;

    private readonly List<SevenBitStep> _steps = [];
    private readonly RawWalk _walk;
    private RawPart _leaf;
    private SevenBitScan _scan = new(default);
    private long _octets, _quoted;

    /// <summary>A plan that has seen nothing yet.</summary>
    public SevenBitPlan() => _walk = new RawWalk(this);

    /// <summary>Why the message cannot be made 7bit, as in "it has ..."; null where it can, as far as it was read.</summary>
    public string? Obstacle { get; private set; }

    /// <summary>True where a header of it, or of a part, holds octets above 127, or could not be looked at whole: RFC 6532 may be meant.</summary>
    public bool HasEightBitHeader { get; private set; }

    /// <summary>What becomes of each entity, in the order in which they begin.</summary>
    internal IReadOnlyList<SevenBitStep> Steps => _steps;

    /// <summary>Reads a piece.</summary>
    public void Feed(ReadOnlyMemory<byte> octets) => _walk.Feed(octets);

    /// <summary>There is no further piece.</summary>
    public void Complete() => _walk.Complete();

    void IRawParts.Begin(in RawPart part)
    {
        HasEightBitHeader |= !part.IsWhole || !EndsInEmptyLine(part.Header.Span) || !System.Text.Ascii.IsValid(part.Header.Span);
        // Where no empty line follows, what comes next would be read as more of this header once something between them is left out or added.
        if (!part.IsWhole || (part.IsComposite && !EndsInEmptyLine(part.Header.Span)))
            Fail("it has a header that is damaged");
        else if (!Holds(part.Header.Span))
            Fail("it has a header that is not 7bit");
        if (_steps.Count == MostEntities)
            Fail("it has too many parts");
        if (Obstacle is null)
            _steps.Add(part is { IsComposite: true, IsSealed: false, IsDeclaredMore: true } ? SevenBitStep.Declared : SevenBitStep.AsIs);
        _leaf = part with { Header = default };
        (_scan, _octets, _quoted) = (new SevenBitScan(default), 0, 0);
    }

    void IRawParts.Content(ReadOnlySpan<byte> octets)
    {
        if (Obstacle is not null)
            return;
        _scan.Add(octets);
        _octets += octets.Length;
        foreach (var octet in octets)
            _quoted += QuotedPrintable.IsPlain(octet) || octet is (byte)'\r' or (byte)'\n' ? 1 : 3;
    }

    void IRawParts.End()
    {
        if (Obstacle is not null)
            return;
        if (!_scan.Holds)
            Encode();
        else if (_leaf is { IsSealed: false, IsDeclaredMore: true })
            _steps[^1] = SevenBitStep.Declared;
    }

    void IRawParts.Outside(ReadOnlySpan<byte> octets, bool isDelimiter)
    {
        // What is no delimiter the writer leaves out.
        if (isDelimiter && Obstacle is null && !Holds(octets))
            Fail("it has a boundary that is not 7bit");
    }

    // It is read as text, and the writer leaves out what is outside.
    void IRawParts.Partless() => Fail("it has a multipart without parts");

    void IRawParts.Beyond() => Fail("it has too many parts");

    // Without one, what could not be read as a field may have been meant as one.
    private static bool EndsInEmptyLine(ReadOnlySpan<byte> header) => header is [(byte)'\r', (byte)'\n'] || header.EndsWith("\r\n\r\n"u8);

    private static bool Holds(ReadOnlySpan<byte> octets)
    {
        var scan = new SevenBitScan(default);
        scan.Add(octets);
        return scan.Holds;
    }

    private void Encode()
    {
        var type = _leaf.Entity.ContentType;
        if (_leaf.IsSealed)
            Fail("it is signed or encrypted");
        else if (_leaf.Entity.Encoding == TransferEncoding.Unknown)
            Fail("it has a part in a transfer encoding that is not known");
        else if (type.Type == "multipart" || type.Type == "message" && type.Subtype is "rfc822" or "partial" or "external-body")
            // RFC 2045 6.4, RFC 2046 5.2: these are never encoded themselves.
            Fail($"it has a {type.Essence} that cannot be read");
        else
            _steps[^1] = StepOf(type);
    }

    private SevenBitStep StepOf(MediaType type) => _leaf.Entity.Encoding switch
    {
        TransferEncoding.QuotedPrintable => SevenBitStep.QuotedPrintable,
        TransferEncoding.Base64 or TransferEncoding.Uuencode => SevenBitStep.Base64,
        _ when type.Type is not ("text" or "message") => SevenBitStep.Base64,
        _ => _quoted + _quoted / 75 * 3 <= Base64Lines.EncodedSize(_octets) ? SevenBitStep.QuotedPrintable : SevenBitStep.Base64,
    };

    private void Fail(string why) => Obstacle ??= why;
}
