namespace Tell.Smtp.Wire;

/// <summary>
/// Finds the end of mail data and takes the stuffed dots out (RFC 5321 4.5.2). Only CR LF "." CR LF ends the data, where the first
/// CR LF may be the one that ended DATA. A bare CR or a bare LF ends nothing: it becomes CR LF and is counted, and a dot behind it is
/// content. A NUL is taken out and counted, and does not make the octets beside it neighbours: a dot behind CR LF NUL is content, too.
/// So what comes out holds nothing with which a later hop could see an end that we did not see. Unchanged octets are handed on as
/// slices of the input, however many lines they hold; the octets may be split anywhere.
/// </summary>
public struct DataDecoder
{
    private State _state;

    /// <summary>True when the end of the data has been read; nothing more may be given to it.</summary>
    public readonly bool Ended => _state == State.Ended;

    /// <summary>True where the content is measured (BDAT, RFC 3030) and not stuffed: dots mean nothing, and only <see cref="Finish"/> ends it.</summary>
    public bool Measured { get; init; }

    /// <summary>How many bare CR, bare LF and NUL were seen.</summary>
    public long Irregular { get; private set; }

    /// <summary>
    /// Decodes until something has to change, or to the end of the input; call it again with the rest. The input is not empty.
    /// </summary>
    public DataPiece Next(ReadOnlySpan<byte> input)
    {
        var at = 0;
        var newline = Resume(input[0], ref at);
        if (at == input.Length || _state == State.Ended)
            return new DataPiece(newline, at, 0, at);
        if (_state == State.LineStart && input[at] == '.' && !Measured)
        {
            _state = State.Dot;
            return new DataPiece(newline, at, 0, at + 1);
        }
        if (_state is State.Dot or State.DotCr)
            return new DataPiece(newline, at, 0, at);
        return Scan(input, newline, at);
    }

    /// <summary>The end of measured content. True where a CR LF comes out for what was held back.</summary>
    public bool Finish()
    {
        if (_state == State.Cr)
            Irregular++;
        var owed = _state is State.Cr or State.Owed;
        _state = State.Ended;
        return owed;
    }

    // What the first octet says about the octets that were held back. True where they come out as a newline.
    private bool Resume(byte next, ref int at)
    {
        switch (_state)
        {
            case State.Owed:
                _state = State.Inside;
                return true;
            case State.Cr when next == '\n':
                _state = State.LineStart;
                at = 1;
                return true;
            case State.Cr:
            case State.DotCr when next != '\n':
                Irregular++;
                _state = State.Inside;
                return true;
            case State.DotCr:
                _state = State.Ended;
                at = 1;
                return false;
            case State.Dot when next == '\r':
                _state = State.DotCr;
                at = 1;
                return false;
            case State.Dot:
                _state = State.Inside;
                return false;
            default:
                return false;
        }
    }

    // The hot loop: one vectorised search and three comparisons a line.
    private DataPiece Scan(ReadOnlySpan<byte> input, bool newline, int start)
    {
        for (var at = start; ;)
        {
            var found = input[at..].IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
            if (found < 0)
            {
                _state = State.Inside;
                return new DataPiece(newline, start, input.Length - start, input.Length);
            }
            at += found;
            if (input[at] != '\r' || (at + 1 < input.Length && input[at + 1] != '\n'))
                return Correct(input, newline, start, at);
            if (at + 1 == input.Length)
            {
                _state = State.Cr;
                return new DataPiece(newline, start, at - start, input.Length);
            }
            at += 2;
            if (at == input.Length)
            {
                _state = State.LineStart;
                return new DataPiece(newline, start, at - start, at);
            }
            if (input[at] == '.' && !Measured)
            {
                _state = State.Dot;
                return new DataPiece(newline, start, at - start, at + 1);
            }
        }
    }

    // What comes before an octet that may not stand where it stands, and that octet. A run of NUL goes as one.
    private DataPiece Correct(ReadOnlySpan<byte> input, bool newline, int start, int at)
    {
        var rest = input[at..];
        var nuls = rest.IndexOfAnyExcept((byte)0);
        if (nuls < 0)
            nuls = rest.Length;
        _state = nuls > 0 ? State.Inside : State.Owed;
        var wrong = Math.Max(nuls, 1);
        Irregular += wrong;
        return new DataPiece(newline, start, at - start, at + wrong);
    }

    private enum State : byte
    {
        /// <summary>After CR LF, and at the beginning.</summary>
        LineStart,

        /// <summary>Anywhere else.</summary>
        Inside,

        /// <summary>A CR is held back.</summary>
        Cr,

        /// <summary>A dot at the start of a line is held back.</summary>
        Dot,

        /// <summary>A dot at the start of a line and a CR are held back.</summary>
        DotCr,

        /// <summary>A bare newline was taken, the CR LF in its place has not been given out.</summary>
        Owed,

        /// <summary>The end.</summary>
        Ended,
    }
}
