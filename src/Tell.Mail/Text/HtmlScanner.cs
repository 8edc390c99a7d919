namespace Tell.Mail;

/// <summary>
/// The tags and texts of HTML, from left to right, without a tree. Comments, declarations, scripts and styles are passed over. What is opened and never closed is
/// looked for once, so that no text is walked more often than a fixed number of times.
/// </summary>
internal sealed class HtmlScanner(string html)
{
    private const int LongestName = 24;

    private readonly char[] _name = new char[LongestName];
    private int _at;

    // Where there is no more of it: from here to the end.
    private bool _noTagEnd, _noCommentEnd, _noTitleEnd, _noQuote, _noApostrophe;

    /// <summary>The next token; false at the end.</summary>
    public bool TryNext(out HtmlToken token)
    {
        while (_at < html.Length)
        {
            if (html[_at] == '<')
            {
                if (TryPass())
                    continue;
                if (TryTag(out token))
                    return true;
            }
            // A "<" that begins no tag is text.
            var end = html.IndexOf('<', _at + 1);
            end = end < 0 ? html.Length : end;
            token = new HtmlToken(HtmlTokenKind.Text, html.AsSpan(_at, end - _at), []);
            _at = end;
            return true;
        }
        token = default;
        return false;
    }

    // <!-- -->, <!DOCTYPE >, <![if ]>, <?xml >.
    private bool TryPass()
    {
        var rest = html.AsSpan(_at);
        if (rest.StartsWith("<!--") && !_noCommentEnd)
        {
            // HTML 13.2.5.43: "<!-->" and "<!--->" are whole.
            var end = rest[4..] is ['>', ..] ? 5 : rest[4..] is ['-', '>', ..] ? 6 : rest.IndexOf("-->") is var found and >= 0 ? found + 3 : -1;
            _noCommentEnd = end < 0;
            _at += Math.Max(end, 0);
            if (end >= 0)
                return true;
        }
        if (rest is not ['<', '!' or '?', ..] || _noTagEnd)
            return false;
        var close = rest.IndexOf('>');
        _noTagEnd = close < 0;
        _at += close + 1;
        return close >= 0;
    }

    private bool TryTag(out HtmlToken token)
    {
        token = default;
        var start = _at + 1;
        var isEnd = start < html.Length && html[start] == '/';
        start += isEnd ? 1 : 0;
        var end = start;
        while (end < html.Length && (char.IsAsciiLetterOrDigit(html[end]) || html[end] is ':' or '-' or '_'))
            end++;
        // "<ada@example.test>" and "a <b" are what somebody wrote.
        if (_noTagEnd || end == start || !char.IsAsciiLetter(html[start]) || end == html.Length || html[end] is not ('>' or '/' or ' ' or '\t' or '\r' or '\n' or '\f'))
            return false;
        var close = TagEnd(end);
        if (close < 0)
        {
            _noTagEnd = true;
            return false;
        }
        var length = Math.Min(end - start, LongestName);
        html.AsSpan(start, length).ToLowerInvariant(_name);
        var name = _name.AsSpan(0, length);
        _at = close + 1;
        if (!isEnd && name is "script" or "style" or "title" or "xmp" or "iframe" or "noembed" or "noframes" or "template" or "textarea")
            PassContent(name);
        token = new HtmlToken(isEnd ? HtmlTokenKind.End : HtmlTokenKind.Start, name, html.AsSpan(end, close - end));
        return true;
    }

    // The ">" outside the quotes of attribute values. A quote that nothing closes is none.
    private int TagEnd(int at)
    {
        while (true)
        {
            var step = html.AsSpan(at).IndexOfAny('>', '"', '\'');
            if (step < 0)
                return -1;
            at += step;
            var c = html[at++];
            if (c == '>')
                return at - 1;
            if (!html.AsSpan(0, at - 1).TrimEnd(" \t\r\n\f").EndsWith("=") || (c == '"' ? _noQuote : _noApostrophe))
                continue;
            var close = html.IndexOf(c, at);
            if (close >= 0)
                at = close + 1;
            else if (c == '"')
                _noQuote = true;
            else
                _noApostrophe = true;
        }
    }

    // What is not for people, up to its end tag; a script or style without one goes to the end, as in browsers.
    private void PassContent(ReadOnlySpan<char> name)
    {
        var isWhole = name is "script" or "style";
        if (!isWhole && _noTitleEnd)
            return;
        var end = html.AsSpan(_at).IndexOf($"</{name}", StringComparison.OrdinalIgnoreCase);
        if (end >= 0)
            _at += end;
        else if (isWhole)
            _at = html.Length;
        else
            _noTitleEnd = true;
    }
}
