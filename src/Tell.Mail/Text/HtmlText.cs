using System.Buffers;
using System.Net;
using System.Text;

namespace Tell.Mail;

/// <summary>HTML as plain text and plain text as HTML, for a message that has only one of them. Linear, bounded, never throws, whatever the HTML.</summary>
public static class HtmlText
{
    private static readonly SearchValues<string> Links = SearchValues.Create(["http://", "https://", "mailto:"], StringComparison.OrdinalIgnoreCase);
    private static readonly SearchValues<char> NotInLink = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 33).Select(c => (char)c)) + "<>\"'`\\^{|}\u00a0\u3000\u2028\u2029");

    /// <summary>
    /// What a reader without HTML should see: paragraphs, lists, links with their address, tables row by row; no script, no style, no comment. Lines end with LF,
    /// the last with nothing.
    /// </summary>
    public static string ToPlain(string html)
    {
        var scanner = new HtmlScanner(html);
        var reading = new HtmlReading(html.Length);
        while (scanner.TryNext(out var token))
            reading.Add(token);
        return reading.Finish();
    }

    /// <summary>An HTML document that shows the text as it is: escaped, lines kept, http and mailto addresses as links. It names no charset: its part does.</summary>
    public static string FromPlain(string text)
    {
        var html = new StringBuilder(text.Length + text.Length / 4 + 100);
        html.Append("<!DOCTYPE html>\n<html><head><title></title></head><body>\n");
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf('\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            WriteLine(html, line is [.. var bare, '\r'] ? bare : line);
            html.Append(rest.IsEmpty ? "\n" : "<br>\n");
        }
        return html.Append("</body></html>\n").ToString();
    }

    private static void WriteLine(StringBuilder html, ReadOnlySpan<char> line)
    {
        var isFirst = true;
        while (line.IndexOfAny(Links) is var start and >= 0)
        {
            Escape(html, line[..start], isFirst);
            isFirst = false;
            var link = LinkAt(line[start..]);
            if (link.IndexOf(':') is var colon && link[(colon + 1)..].Trim('/').IsEmpty)
            {
                Escape(html, link, isFirst: false);
            }
            else
            {
                var address = WebUtility.HtmlEncode(link.ToString());
                html.Append("<a href=\"").Append(address).Append("\">").Append(address).Append("</a>");
            }
            line = line[(start + link.Length)..];
        }
        Escape(html, line, isFirst);
    }

    // Up to white space or a character that no address has, without the punctuation of the sentence around it.
    private static ReadOnlySpan<char> LinkAt(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(NotInLink);
        var link = end < 0 ? text : text[..end];
        // Brackets that it opened itself are its own; a run of closing ones is looked at once.
        var opened = link.Count('(') - link.Count(')');
        while (link is [.., '.' or ',' or ';' or ':' or '!' or '?' or ')' or ']' or '*' or '_'] && link is not [_, _, _, _, _, _, ':' or '/'])
        {
            if (link[^1] == ')' && opened++ >= 0)
                break;
            link = link[..^1];
        }
        return link.Length < 7 ? text[..7] : link;
    }

    // HTML drops blanks at the start of a line and joins them elsewhere: all but the last of a run are made to stay.
    private static void Escape(StringBuilder html, ReadOnlySpan<char> text, bool isFirst)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var stays = (isFirst && i == 0) || (i + 1 < text.Length && text[i + 1] is ' ' or '\t');
            _ = c switch
            {
                '\t' => html.Append("&nbsp;&nbsp;&nbsp; "),
                ' ' => html.Append(stays ? "&nbsp;" : " "),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '&' => html.Append("&amp;"),
                '"' => html.Append("&quot;"),
                _ when char.IsControl(c) => html,
                _ => html.Append(c),
            };
        }
    }
}
