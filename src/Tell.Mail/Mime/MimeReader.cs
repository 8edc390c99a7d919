using System.Globalization;

namespace Tell.Mail;

/// <summary>
/// Reads a message as it comes, entity by entity (RFC 2045, RFC 2046): <c>Feed</c> a piece of any size, <c>Read</c> until it is false, and so on;
/// after the last piece <c>Complete</c>, and <c>Read</c> until it is false. Each entity gives Begin, a leaf Content any number of times, and End; the parts of
/// a multipart, and before them a Preamble any number of times, come between its Begin and End. A message/rfc822 is a leaf: who wants to see into it feeds its octets to a reader of its own.
/// Tolerant, linear and bounded: never throws whatever the octets, and its memory is that of one header for each entity that is open, and one piece. The same
/// octets give the same tokens, problems and content, however they are cut.
/// </summary>
public sealed class MimeReader
{
    // Enough for the vectors, little enough for the cache.
    private const int DecodedAtOnce = 12 * 1024;

    private enum Step : byte
    {
        /// <summary>A header is gathered.</summary>
        Header,

        /// <summary>The body of a leaf is read.</summary>
        Body,

        /// <summary>What belongs to no entity: before the first part, after the last, or beyond the limits.</summary>
        Between,

        /// <summary>All has been read.</summary>
        Nothing,
    }

    private readonly MimeLimits _limits;
    private readonly List<MimeProblem> _problems = [];
    private readonly List<OpenEntity> _open = [];
    private readonly MimeBoundaries _boundaries = new();
    private readonly HeaderGatherer _header;
    private readonly BodyScanner _body;
    private readonly Action<string> _say;
    private readonly Action<ReadOnlyMemory<byte>, bool>? _outside;

    private ReadOnlyMemory<byte> _rest, _next, _raw, _delimiter;
    private bool _complete, _beyondSaid;
    private Step _step = Step.Header;
    private BoundaryHit _hit;
    private int _keep = int.MaxValue, _entities;
    private string _section = "";
    private MimeEntity? _entity;

    private ContentDecoder? _decoder;
    private Base64Decoder? _base64;
    private QuotedPrintableDecoder? _quotedPrintable;
    private UuencodeDecoder? _uuencode;
    private byte[] _decoded = [];

    /// <summary>A reader with limits; those of a server where none are given.</summary>
    public MimeReader(MimeLimits? limits = null)
    {
        _limits = limits ?? MimeLimits.Default;
        _header = new HeaderGatherer(_boundaries, _limits.HeaderOctets);
        _body = new BodyScanner(_boundaries);
        _say = Say;
    }

    /// <summary>
    /// A reader of the octets as they stand: content is not decoded, and what is in no entity goes to <paramref name="outside"/> as it comes, with true for a delimiter with
    /// the line end before it. Together with <see cref="RawHeader"/> that is the whole message, where each header was <see cref="HeaderIsWhole"/>.
    /// </summary>
    internal MimeReader(MimeLimits limits, Action<ReadOnlyMemory<byte>, bool> outside)
        : this(limits) => _outside = outside;

    /// <summary>What was read last.</summary>
    public MimeToken Token { get; private set; }

    /// <summary>The entity that the token belongs to.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been read yet.</exception>
    public MimeEntity Entity => _entity ?? throw new InvalidOperationException("Nothing has been read yet.");

    /// <summary>The octets of a Content token, transfer encoding undone, or of a Preamble; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Octets { get; private set; }

    /// <summary>What was found wrong so far, at most as many as the limits allow.</summary>
    public IReadOnlyList<MimeProblem> Problems => _problems;

    /// <summary>How many problems there were.</summary>
    public int ProblemCount { get; private set; }

    /// <summary>The octets of the header at a Begin, its empty line included.</summary>
    internal ReadOnlyMemory<byte> RawHeader => _header.Octets;

    /// <summary>True at a Begin where no line of the header is missing in <see cref="RawHeader"/>, and all lines are fields.</summary>
    internal bool HeaderIsWhole { get; private set; }

    /// <summary>True where there were more entities than the limit: what is outside may be some.</summary>
    internal bool IsPastLimit => _beyondSaid;

    /// <summary>The octets that were looked at for line ends and boundaries: those that were looked at twice count twice.</summary>
    internal long Work => _header.Work + _body.Work;

    /// <summary>Gives the next piece, which must stay as it is until <see cref="Read"/> has returned false.</summary>
    /// <exception cref="InvalidOperationException">The piece before has not been read out, or the message is complete.</exception>
    public void Feed(ReadOnlyMemory<byte> octets)
    {
        if (_complete)
            throw new InvalidOperationException("The message is complete.");
        if (!_rest.IsEmpty || !_next.IsEmpty || !_raw.IsEmpty)
            throw new InvalidOperationException("The piece before has not been read out.");
        _rest = octets;
    }

    /// <summary>There is no further piece.</summary>
    public void Complete() => _complete = true;

    /// <summary>Goes to the next token; false where another piece is needed, or after <see cref="Complete"/> at the end.</summary>
    public bool Read()
    {
        while (true)
        {
            if (!_raw.IsEmpty)
            {
                if (Decode())
                    return true;
            }
            else if (_keep < _open.Count)
            {
                return EndInnermost();
            }
            else if (_hit.IsHit)
            {
                Arrive();
            }
            else if (_step == Step.Header)
            {
                if (!GatherHeader(out var began))
                    return Nothing();
                if (began)
                    return true;
            }
            else if (_step == Step.Nothing || !Scan())
            {
                return Nothing();
            }
        }
    }

    private bool IsLast => _complete && _next.IsEmpty;

    private bool Nothing()
    {
        (Token, Octets) = (MimeToken.None, default);
        return false;
    }

    // The line that ended a header may have to be read before the piece in which it ended.
    private bool NextPiece()
    {
        if (!_rest.IsEmpty || _next.IsEmpty)
            return false;
        (_rest, _next) = (_next, default);
        return true;
    }

    private bool GatherHeader(out bool began)
    {
        began = false;
        NextPiece();
        var end = _header.Gather(ref _rest, IsLast);
        if (end == HeaderEnd.NotYet)
            return false;
        (_rest, _next) = _header.PushedBack.IsEmpty ? (_rest, default) : (_header.PushedBack, _rest);
        _hit = _header.Hit;
        _delimiter = _header.Delimiter;
        if (_hit.IsHit)
            _keep = _hit.Level + 1;
        // RFC 2046 5.1.1: between two boundary lines that follow each other there is no part, not even an empty one.
        if (_hit.IsHit && _header.IsEmpty && _hit.Level == _boundaries.Count - 1 && _open.Count > 0)
            return true;
        began = true;
        Begin(end);
        return true;
    }

    private void Begin(HeaderEnd end)
    {
        var parent = _open.Count > 0 ? _open[^1] : null;
        _section = parent?.NextSection() ?? "";
        _entities++;
        var block = HeaderBlock.ReadWhole(_header.Octets.Span, end is not HeaderEnd.Octets && !_header.IsCut);
        if (_header.IsCut || block.BodyStart < _header.Octets.Length)
            Say("its header is longer than the limit: what lies beyond is not read");
        HeaderIsWhole = !_header.IsCut && !_header.HasFalseStart && block.BodyStart == _header.Octets.Length;
        if (_header.HasFalseStart)
            Say("its header does not begin with a field");
        if (end == HeaderEnd.Body)
            Say("no empty line ends its header");
        var fields = EntityFields.Of(block, parent?.Entity.ContentType.Is("multipart", "digest") ?? false, _open.Count < _limits.Depth, _say);
        _entity = new MimeEntity(parent?.Entity, _section, block, fields);
        _open.Add(new OpenEntity(_entity));
        if (fields.IsMultipart)
            _boundaries.Push(fields.Boundary);
        _step = fields.IsMultipart ? Step.Between : Step.Body;
        _body.Start(keepsLineEnds: fields.IsMultipart);
        _decoder = fields.IsMultipart || _outside is not null ? null : DecoderOf(fields.Encoding);
        _decoder?.Start();
        (Token, Octets) = (MimeToken.Begin, default);
    }

    private ContentDecoder? DecoderOf(TransferEncoding encoding) => encoding switch
    {
        TransferEncoding.Base64 => _base64 ??= new Base64Decoder(),
        TransferEncoding.QuotedPrintable => _quotedPrintable ??= new QuotedPrintableDecoder(),
        TransferEncoding.Uuencode => _uuencode ??= new UuencodeDecoder(),
        _ => null,
    };

    // False where there is nothing to scan until the next piece comes.
    private bool Scan()
    {
        if (_body.Scan(ref _rest, IsLast, out var content, out var hit))
        {
            (_hit, _delimiter) = (hit, _body.Delimiter);
            if (_step == Step.Body || (_outside is null && !_open[^1].HasBoundary))
                _raw = content;
            else
                _outside?.Invoke(content, false);
            if (hit.IsHit)
                _keep = hit.Level + 1;
            return true;
        }
        if (NextPiece())
            return true;
        if (!_complete)
            return false;
        _keep = 0;
        return true;
    }

    private bool Decode()
    {
        if (_decoder is null)
        {
            (Token, Octets, _raw) = (_step == Step.Body ? MimeToken.Content : MimeToken.Preamble, _raw, default);
            return true;
        }
        var taken = Math.Min(_raw.Length, DecodedAtOnce);
        MakeRoom(taken);
        var written = _decoder.Decode(_raw.Span[..taken], _decoded);
        _raw = _raw[taken..];
        return Decoded(written);
    }

    private bool Decoded(int written)
    {
        (Token, Octets) = (MimeToken.Content, _decoded.AsMemory(0, written));
        return written > 0;
    }

    private void MakeRoom(int octets)
    {
        if (_decoded.Length < octets + ContentDecoder.Held)
            _decoded = new byte[octets + ContentDecoder.Held];
    }

    private bool EndInnermost()
    {
        var ending = _open[^1];
        _entity = ending.Entity;
        _section = _entity.Section;
        if (_decoder is { } decoder)
        {
            _decoder = null;
            MakeRoom(0);
            var written = decoder.Finish(_decoded);
            if (decoder.Problem is { } problem)
                Say(problem);
            if (Decoded(written))
                return true;
        }
        if (_entity.IsMultipart && !ending.IsClosed)
            Say(ending.HasBoundary ? "its last boundary is missing" : "its boundary never comes");
        else if (_entity.IsMultipart && !ending.HasPart)
            Say("it is a multipart without parts");
        _entity.IsMultipart &= ending.HasPart;
        _open.RemoveAt(_open.Count - 1);
        if (_open.Count == 0)
        {
            _step = Step.Nothing;
            _outside?.Invoke(_body.Dropped, true);
        }
        (Token, Octets) = (MimeToken.End, default);
        return true;
    }

    // At a boundary, after all that it ends has ended.
    private void Arrive()
    {
        _outside?.Invoke(_delimiter, true);
        var multipart = _open[_hit.Level];
        multipart.HasBoundary = true;
        multipart.HasPart |= !_hit.IsLast;
        multipart.IsClosed = _hit.IsLast;
        _boundaries.Keep(_hit.Level + (_hit.IsLast ? 0 : 1));
        (_section, _keep) = (multipart.Entity.Section, int.MaxValue);
        if (_hit.IsLast || IsBeyond())
        {
            _step = Step.Between;
            _body.Start();
        }
        else
        {
            _step = Step.Header;
            _header.Start();
        }
        _hit = default;
    }

    private bool IsBeyond()
    {
        var beyond = _entities >= _limits.Entities;
        if (beyond && !_beyondSaid)
        {
            _beyondSaid = true;
            Say("the message has more parts than the limit: the rest is not read");
        }
        return beyond;
    }

    private void Say(string text)
    {
        ProblemCount++;
        if (_problems.Count < _limits.Problems)
            _problems.Add(new MimeProblem(_section, text));
    }

    private sealed class OpenEntity(MimeEntity entity)
    {
        private int _parts;

        public MimeEntity Entity { get; } = entity;

        public bool HasBoundary { get; set; }

        public bool HasPart { get; set; }

        public bool IsClosed { get; set; }

        public string NextSection()
        {
            _parts++;
            return Entity.Section.Length == 0 ? _parts.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{Entity.Section}.{_parts}");
        }
    }
}
