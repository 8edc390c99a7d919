namespace Tell.Mail;

/// <summary>Walks through a message, and the messages enclosed in it, octet for octet. Memory is that of a <see cref="MimeReader"/> for each message that is open.</summary>
internal sealed class RawWalk
{
    /// <summary>How deep messages in messages are read; one that lies deeper is a leaf.</summary>
    public const int Deepest = 20;

    private readonly IRawParts _parts;
    private readonly MimeReader _reader;
    private readonly bool _isSealed;
    private readonly int _depth;
    private readonly Stack<MimeEntity> _multiparts = [];
    private bool _hasParts;
    private RawWalk? _inner;

    /// <summary>A walk that tells what it finds.</summary>
    public RawWalk(IRawParts parts)
        : this(parts, false, 0)
    {
    }

    private RawWalk(IRawParts parts, bool isSealed, int depth)
    {
        (_parts, _isSealed, _depth) = (parts, isSealed, depth);
        _reader = new MimeReader(MimeLimits.Default, Outside);
    }

    /// <summary>Reads a piece.</summary>
    public void Feed(ReadOnlyMemory<byte> octets)
    {
        _reader.Feed(octets);
        Read();
    }

    /// <summary>There is no further piece.</summary>
    public void Complete()
    {
        _reader.Complete();
        Read();
        if (_reader.IsPastLimit)
            _parts.Beyond();
    }

    private void Read()
    {
        while (_reader.Read())
        {
            switch (_reader.Token)
            {
                case MimeToken.Begin:
                    Begin(_reader.Entity);
                    break;
                case MimeToken.Content when _inner is not null:
                    _inner.Feed(_reader.Octets);
                    break;
                case MimeToken.Content:
                    _parts.Content(_reader.Octets.Span);
                    break;
                case MimeToken.End when _inner is not null:
                    _inner.Complete();
                    _inner = null;
                    break;
                case MimeToken.End when _multiparts.TryPeek(out var multipart) && multipart == _reader.Entity:
                    _multiparts.Pop();
                    if (!multipart.IsMultipart)
                        _parts.Partless();
                    break;
                case MimeToken.End:
                    _parts.End();
                    break;
                default:
                    break;
            }
        }
    }

    private void Outside(ReadOnlyMemory<byte> octets, bool isDelimiter)
    {
        // No delimiter is missing at the end of what has no parts.
        if (_hasParts || !octets.IsEmpty)
            _parts.Outside(octets.Span, isDelimiter);
    }

    private void Begin(MimeEntity entity)
    {
        _hasParts |= entity.IsMultipart;
        if (entity.IsMultipart)
            _multiparts.Push(entity);
        var isSealed = _isSealed;
        for (var outer = entity.Parent; outer is not null && !isSealed; outer = outer.Parent)
            isSealed = outer.ContentType.Is("multipart", "signed") || outer.ContentType.Is("multipart", "encrypted");
        var part = new RawPart(entity, _reader.RawHeader, _reader.HeaderIsWhole, isSealed, false);
        part = part with { IsMessage = _depth < Deepest && part.IsIdentity && entity.ContentType.Is("message", "rfc822") };
        _parts.Begin(part);
        if (part.IsMessage)
            _inner = new RawWalk(_parts, isSealed, _depth + 1);
    }
}
