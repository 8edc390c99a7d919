using System.Text;

namespace Tell.Mail;

/// <summary>
/// Lines that text flows into: white space collapsed, quote marks and indents at their starts, at most one blank line in a row. Quotes and indents have a greatest
/// depth, so that the text is never longer than a fixed number of times what came in.
/// </summary>
internal sealed class PlainLines(int size)
{
    private const int DeepestQuote = 10, IndentWidth = 2;

    private readonly StringBuilder _text = new(size / 2);
    private int _breaks, _gap, _quotes, _lowestQuotes, _mark;
    private bool _atStart = true;
    private string? _marker;

    /// <summary>How many lists the lines stand in.</summary>
    public int Indent { get; set; }

    /// <summary>True before the first character of preformatted text: a line end there is not part of it.</summary>
    public bool StartsPre { get; set; }

    /// <summary>Text; white space as it is where it is preformatted.</summary>
    public void Text(ReadOnlySpan<char> text, bool isPre)
    {
        foreach (var c in text)
        {
            if (c is '\n' && isPre)
            {
                if (!StartsPre)
                    HardEnd();
                StartsPre = false;
            }
            else if (c is ' ' or '\t' or '\n' or '\f' && !isPre)
            {
                _gap = Math.Max(_gap, 1);
            }
            else if (c is '\t' || !char.IsControl(c))
            {
                Put(c == '\u00a0' ? ' ' : c);
            }
            else if (c is '\r' && !isPre)
            {
                _gap = Math.Max(_gap, 1);
            }
        }
    }

    /// <summary>The end of a line where text stands in it: 1, or 2 with a blank line after it.</summary>
    public void Break(int lines)
    {
        if (lines == 0)
            return;
        StartsPre = false;
        _breaks = Math.Max(_breaks, lines);
        _gap = 0;
    }

    /// <summary>The end of a line, whatever stands in it.</summary>
    public void Newline()
    {
        _breaks = _atStart && _breaks == 0 ? 0 : Math.Min(2, _breaks + 1);
        _gap = 0;
    }

    /// <summary>So many blanks before the next text of this line.</summary>
    public void Gap(int blanks) => _gap = Math.Max(_gap, blanks);

    /// <summary>One quote deeper or less deep.</summary>
    public void Quote(int step)
    {
        _quotes = Math.Max(0, _quotes + step);
        _lowestQuotes = Math.Min(_lowestQuotes, _quotes);
    }

    /// <summary>What stands before the first text of this line; null for nothing.</summary>
    public void Marker(string? marker) => _marker = marker;

    /// <summary>Marks the place of the next text.</summary>
    public void Mark() => _mark = -1;

    /// <summary>The text since the mark; null where it is longer than that.</summary>
    public string? Since(int most) =>
        _mark < 0 ? "" : _text.Length - _mark is var length && (length > most || length < 0) ? null : _text.ToString(_mark, length).Trim();

    /// <summary>The whole.</summary>
    public string Finish() => _text.ToString().TrimEnd();

    private void Put(char c)
    {
        StartsPre = false;
        if (_breaks > 0 && _text.Length > 0)
        {
            // Preformatted text has ended its line itself.
            if (!_atStart)
                EndLine();
            for (; _breaks > 1; _breaks--)
            {
                Prefix(_lowestQuotes, isBlank: true);
                EndLine();
            }
            _atStart = true;
        }
        _breaks = 0;
        if (_atStart)
        {
            Prefix(_quotes, isBlank: false);
            (_atStart, _gap) = (false, 0);
        }
        _text.Append(' ', _gap);
        if (_mark < 0)
            _mark = _text.Length;
        _text.Append(c);
        _gap = 0;
        _lowestQuotes = _quotes;
    }

    private void HardEnd()
    {
        if (_breaks > 0 && _text.Length > 0)
        {
            _breaks = Math.Min(2, _breaks + 1);
            return;
        }
        if (_text.Length == 0)
            return;
        if (_atStart)
            Prefix(_quotes, isBlank: true);
        EndLine();
        _atStart = true;
    }

    private void EndLine()
    {
        var end = _text.Length;
        while (end > 0 && _text[end - 1] == ' ')
            end--;
        _text.Length = end;
        _text.Append('\n');
    }

    private void Prefix(int quotes, bool isBlank)
    {
        quotes = Math.Min(quotes, DeepestQuote);
        _text.Append('>', quotes);
        if (isBlank)
            return;
        if (quotes > 0)
            _text.Append(' ');
        var marker = Indent > 0 || _marker is not null ? _marker ?? "  " : "";
        _text.Append(' ', Math.Max(0, Indent - 1) * IndentWidth).Append(marker);
        _marker = null;
    }
}
