using System.Buffers;

namespace Tell.Mail;

/// <summary>
/// Reads a message as people see it: its text, its HTML, its files, and the parts of the messages that it encloses. <c>Feed</c> a piece, <c>Read</c> until it is
/// false, and so on; after the last piece <c>Complete</c>, and Read until it is false. Each part gives Begin, Content any number of times, and End; that of a multipart is what stands before its first part. The octets
/// of files are handed on and never kept. An enclosed message gives its octets, and its parts between them. What uuencode or TNEF holds comes after the part
/// that holds it. Never throws whatever the octets; its memory is bounded: the texts to a limit, and a TNEF to another.
/// </summary>
public sealed class MessageReader
{
    /// <summary>The octets of a text that are kept unless the caller says otherwise.</summary>
    public const int DefaultMostText = 4 * 1024 * 1024;

    /// <summary>How many messages may lie in one another; the octets of each are read once more, so that this bounds the work.</summary>
    public const int MostEnclosures = 20;

    private readonly MimeLimits _limits;
    private readonly MessageBodies _bodies;
    private readonly Found _found = new();
    private readonly List<Level> _levels;
    private readonly List<MimeProblem> _problems = [];
    private ReadPart? _part;
    private int _at, _entities, _problemCount;
    private ReadOnlyMemory<byte>? _feed;
    private Step _next;

    /// <summary>A reader.</summary>
    /// <param name="limits">What it goes into at most; <see cref="MimeLimits.Default"/> where not given.</param>
    /// <param name="mostText">The octets of the text, and those of the HTML, that are kept; the rest is left out, which is a problem.</param>
    public MessageReader(MimeLimits? limits = null, int mostText = DefaultMostText)
    {
        _limits = limits ?? MimeLimits.Default;
        _bodies = new MessageBodies(mostText, Report);
        _levels = [new Level(new MimeReader(_limits), null)];
    }

    private enum Step : byte
    {
        Read,
        IntoEnclosure,
        OutOfEnclosure,
    }

    /// <summary>What was read last.</summary>
    public MimeToken Token { get; private set; }

    /// <summary>The part that the token belongs to.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been read yet.</exception>
    public ReadPart Part => _part ?? throw new InvalidOperationException("Nothing has been read.");

    /// <summary>The octets of a Content token, decoded; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Octets { get; private set; }

    /// <summary>The header, once the message has begun; null until then.</summary>
    public HeaderBlock? Header { get; private set; }

    /// <summary>What the message says, once it was read to its end.</summary>
    /// <exception cref="InvalidOperationException">It has not been read to its end.</exception>
    public ReadMessage Message => Ended && Header is not null
        ? new ReadMessage { Header = Header, Text = _bodies.Text, Body = _bodies.Body, Html = _bodies.Html, Charset = _bodies.Charset }
        : throw new InvalidOperationException("The message has not been read to its end.");

    /// <summary>True once the message was read to its end.</summary>
    public bool Ended { get; private set; }

    /// <summary>What was found wrong so far, at most as many as the limits allow; the parts of enclosed messages included.</summary>
    public IReadOnlyList<MimeProblem> Problems =>
        [.. _levels.SelectMany(level => level.Problems).Concat(_problems).Take(_limits.Problems)];

    /// <summary>How many problems there were.</summary>
    public int ProblemCount => _problemCount + _levels.Sum(level => level.Reader.ProblemCount);

    /// <summary>Gives the next piece, which must stay as it is until <see cref="Read"/> has returned false.</summary>
    /// <exception cref="InvalidOperationException">The piece before has not been read out, or the message is complete.</exception>
    public void Feed(ReadOnlyMemory<byte> octets) => _levels[0].Reader.Feed(octets);

    /// <summary>There is no further piece.</summary>
    public void Complete()
    {
        _levels[0].Reader.Complete();
        _levels[0].IsComplete = true;
    }

    /// <summary>Goes to the next token; false where another piece is needed, or after <see cref="Complete"/> at the end.</summary>
    public bool Read()
    {
        while (true)
        {
            if (_found.Next() is { } found)
                return Show(found.Token, found.Part, found.Octets);
            switch (_next)
            {
                case Step.IntoEnclosure:
                    _at++;
                    _levels[_at].Reader.Feed(_feed!.Value);
                    break;
                case Step.OutOfEnclosure:
                    _at++;
                    _levels[_at].Reader.Complete();
                    _levels[_at].IsComplete = true;
                    break;
                case Step.Read:
                    break;
            }
            _next = Step.Read;
            var level = _levels[_at];
            if (level.Reader.Read())
            {
                if (Take(level))
                    return true;
            }
            else if (_at == 0)
            {
                if (level.IsComplete && !Ended)
                {
                    _bodies.Finish();
                    Ended = true;
                }
                return Show(MimeToken.None, _part, default);
            }
            else if (Leave(level))
            {
                return true;
            }
        }
    }

    // The enclosed message has read what there is: its octets come from the level above, or it was the last of them.
    private bool Leave(Level level)
    {
        _at--;
        if (!level.IsComplete)
            return false;
        _problems.AddRange(level.Problems.Take(Math.Max(0, _limits.Problems - _problems.Count)));
        _problemCount += level.Reader.ProblemCount;
        _levels.RemoveAt(_levels.Count - 1);
        return Show(MimeToken.End, _levels[_at].Open.Pop(), default);
    }

    private bool Take(Level level)
    {
        var entity = level.Reader.Entity;
        switch (level.Reader.Token)
        {
            case MimeToken.Begin:
                return Begin(level, entity);
            case MimeToken.Content or MimeToken.Preamble:
                var part = level.Open.Peek();
                var octets = level.Reader.Octets;
                part.Size += octets.Length;
                _bodies.Add(part, octets.Span);
                if (part.IsEnclosure)
                    (_feed, _next) = (octets, Step.IntoEnclosure);
                return Show(MimeToken.Content, part, octets);
            case MimeToken.End:
                var ended = level.Open.Peek();
                ended.IsMultipart = entity.IsMultipart;
                if (ended.IsEnclosure)
                {
                    _next = Step.OutOfEnclosure;
                    return false;
                }
                _found.Add(ended, _bodies.End(ended));
                return Show(MimeToken.End, level.Open.Pop(), default);
            default:
                return false;
        }
    }

    private bool Begin(Level level, MimeEntity entity)
    {
        Header ??= entity.Header;
        _entities++;
        var parent = level.Open.Count > 0 ? level.Open.Peek() : null;
        var part = PartShape.Of(entity, parent, level.Within);
        level.Open.Push(part);
        if (part.Within is null)
            _bodies.Begin(part);
        if (!part.IsMultipart && PartShape.IsMessage(part.ContentType))
        {
            var limits = _limits with { Depth = _limits.Depth - part.Depth - 1, Entities = _limits.Entities - _entities };
            if (_levels.Count <= MostEnclosures && limits.Depth > 0 && limits.Entities > 0)
            {
                part.IsEnclosure = true;
                _levels.Add(new Level(new MimeReader(limits), part));
            }
            else
            {
                Report(part, "a message inside too many others: it is not read into");
            }
        }
        return Show(MimeToken.Begin, part, default);
    }

    private bool Show(MimeToken token, ReadPart? part, ReadOnlyMemory<byte> octets)
    {
        (Token, _part, Octets) = (token, part, octets);
        return token != MimeToken.None;
    }

    private void Report(ReadPart part, string text)
    {
        _problemCount++;
        if (_problems.Count < _limits.Problems)
            _problems.Add(new MimeProblem(part.Section, text));
    }

    /// <summary>The message, or one that it encloses.</summary>
    private sealed class Level(MimeReader reader, ReadPart? within)
    {
        public MimeReader Reader => reader;

        public ReadPart? Within => within;

        public Stack<ReadPart> Open { get; } = new();

        public bool IsComplete { get; set; }

        public IEnumerable<MimeProblem> Problems => within is null ? reader.Problems : reader.Problems.Select(problem => problem with { Section = PartShape.Inside(within, problem.Section) });
    }

    /// <summary>Files that were found inside a leaf, shown as parts after it.</summary>
    private sealed class Found
    {
        private readonly Queue<(MimeToken, ReadPart, ReadOnlyMemory<byte>)> _tokens = new();

        public (MimeToken Token, ReadPart Part, ReadOnlyMemory<byte> Octets)? Next() => _tokens.TryDequeue(out var token) ? token : null;

        public void Add(ReadPart source, IReadOnlyList<(string Name, MediaType Type, ReadOnlyMemory<byte> Octets)> files)
        {
            foreach (var (name, type, octets) in files)
            {
                var part = PartShape.Found(source, name, type, octets.Length);
                _tokens.Enqueue((MimeToken.Begin, part, default));
                if (!octets.IsEmpty)
                    _tokens.Enqueue((MimeToken.Content, part, octets));
                _tokens.Enqueue((MimeToken.End, part, default));
            }
        }
    }
}
