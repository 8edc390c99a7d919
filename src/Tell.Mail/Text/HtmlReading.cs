using System.Globalization;

namespace Tell.Mail;

/// <summary>The tags and texts of HTML, turned into lines as they come. It holds no tree: a stack of lists of bounded depth, and the open link.</summary>
internal sealed class HtmlReading(int size)
{
    private const int MostLists = 10, LongestLink = 2000, Bullets = int.MinValue;

    private readonly PlainLines _lines = new(size);
    private readonly Stack<int> _lists = new();
    private int _deeperLists, _pre;
    private bool _inHead, _inRow;
    private string? _link;

    /// <summary>The next token.</summary>
    public void Add(HtmlToken token)
    {
        if (token.Kind == HtmlTokenKind.Text)
            Text(token.Text);
        else if (token.Kind == HtmlTokenKind.Start)
            Start(token);
        else
            End(token.Text);
    }

    /// <summary>The text.</summary>
    public string Finish()
    {
        EndLink();
        return _lines.Finish();
    }

    private void Text(ReadOnlySpan<char> text)
    {
        if (!_inHead)
            _lines.Text(HtmlEntities.Read(text), _pre > 0);
    }

    private void Start(HtmlToken tag)
    {
        if (_inHead && tag.Text is not ("meta" or "link" or "base" or "title" or "style" or "script" or "noscript" or "object"))
            _inHead = false;
        switch (tag.Text)
        {
            case "head":
                _inHead = true;
                break;
            case "br":
                _lines.Newline();
                break;
            case "hr":
                _lines.Break(1);
                _lines.Text("----------------------------------------", false);
                _lines.Break(1);
                break;
            case "img" or "area":
                if (tag["alt"] is { } alternative)
                    _lines.Text(alternative, false);
                break;
            case "a":
                EndLink();
                _link = tag["href"];
                _lines.Mark();
                break;
            case "ul" or "menu" or "dir":
                StartList(Bullets);
                break;
            case "ol":
                StartList(Number(tag["start"], 1) - 1);
                break;
            case "li":
                Item(tag["value"]);
                break;
            case "tr":
                _lines.Break(1);
                _inRow = false;
                break;
            case "td" or "th":
                if (_inRow)
                    _lines.Gap(2);
                _inRow = true;
                break;
            case "blockquote":
                _lines.Break(2);
                _lines.Quote(1);
                break;
            case "pre" or "listing":
                _lines.Break(2);
                _pre++;
                _lines.StartsPre = true;
                break;
            case "input":
                break;
            default:
                _lines.Break(Lines(tag.Text));
                break;
        }
    }

    private void End(ReadOnlySpan<char> name)
    {
        switch (name)
        {
            case "head":
                _inHead = false;
                break;
            case "br" or "hr" or "img":
                break;
            case "a":
                EndLink();
                break;
            case "ul" or "ol" or "menu" or "dir":
                EndList();
                break;
            case "blockquote":
                _lines.Break(2);
                _lines.Quote(-1);
                break;
            case "pre" or "listing":
                _pre = Math.Max(0, _pre - 1);
                _lines.Break(2);
                break;
            case "td" or "th":
                break;
            default:
                _lines.Break(Lines(name));
                break;
        }
    }

    // How many line ends stand before and after an element: 2 make a blank line.
    private static int Lines(ReadOnlySpan<char> name) => name switch
    {
        "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "table" or "dl" or "fieldset" or "figure" => 2,
        "div" or "li" or "tr" or "dt" or "dd" or "body" or "html" or "center" or "address" or "article" or "aside" or "section" or "header" or "footer" or "main"
            or "nav" or "form" or "caption" or "thead" or "tbody" or "tfoot" or "figcaption" or "legend" or "option" or "details" or "summary" => 1,
        _ => 0,
    };

    private void StartList(int before)
    {
        _lines.Break(_lists.Count == 0 ? 2 : 1);
        if (_lists.Count == MostLists)
            _deeperLists++;
        else
            _lists.Push(before);
        _lines.Indent = _lists.Count;
    }

    private void EndList()
    {
        if (_deeperLists > 0)
            _deeperLists--;
        else if (_lists.Count > 0)
            _lists.Pop();
        _lines.Break(_lists.Count == 0 ? 2 : 1);
        _lines.Marker(null);
        _lines.Indent = _lists.Count;
    }

    private void Item(string? value)
    {
        _lines.Break(1);
        var last = _lists.Count > 0 ? _lists.Pop() : Bullets;
        var number = last == Bullets ? Bullets : Number(value, last + 1);
        if (_lists.Count < _lines.Indent)
            _lists.Push(number);
        _lines.Marker(number == Bullets ? "* " : number.ToString(CultureInfo.InvariantCulture) + ". ");
    }

    private static int Number(string? text, int usual) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1_000_000 ? number : usual;

    // "text <address>", but not where the text is the address.
    private void EndLink()
    {
        if (_link is null)
            return;
        var address = string.Concat(_link.Where(c => !char.IsControl(c) && !char.IsWhiteSpace(c) && c is not ('<' or '>')));
        _link = null;
        var scheme = address.IndexOf(':');
        if (address.Length > LongestLink || scheme < 0 || !IsShown(address.AsSpan(0, scheme)))
            return;
        var text = _lines.Since(address.Length + 16);
        if (text is not null && Bare(text).Equals(Bare(address), StringComparison.OrdinalIgnoreCase))
            return;
        _lines.Gap(text is "" ? 0 : 1);
        _lines.Text($"<{address}>", false);
    }

    private static bool IsShown(ReadOnlySpan<char> scheme) =>
        scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || scheme.Equals("https", StringComparison.OrdinalIgnoreCase)
        || scheme.Equals("mailto", StringComparison.OrdinalIgnoreCase) || scheme.Equals("ftp", StringComparison.OrdinalIgnoreCase)
        || scheme.Equals("tel", StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> address)
    {
        address = address.Trim();
        foreach (var scheme in (ReadOnlySpan<string>)["mailto:", "http://", "https://", "ftp://", "tel:"])
        {
            if (address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return address[scheme.Length..].TrimEnd('/');
        }
        return address.TrimEnd('/');
    }
}
