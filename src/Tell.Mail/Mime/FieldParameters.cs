using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>
/// The parameters of a structured field (RFC 2045 5.1, RFC 2231), read as programs write them: values without quotes and with spaces in them, comments, quotes
/// that never close, missing semicolons. Never throws, linear, and at most <see cref="Most"/> of them.
/// </summary>
internal static class FieldParameters
{
    /// <summary>How many words are looked at for one, pieces of RFC 2231 counted one by one.</summary>
    public const int Most = 500;

    private const int LongestName = 100;

    /// <summary>Reads what comes after the first word of a field.</summary>
    public static ImmutableArray<(string Name, string Value)> Read(ReadOnlySpan<char> text)
    {
        if (text.Trim(" \t;").IsEmpty)
            return [];
        var pieces = new ParameterPieces();
        // A quote or a parenthesis that never closes is found out once, not again at each that follows.
        var (closes, comments) = (true, true);
        for (var read = 0; read < Most; read++)
        {
            text = SkipComments(text.TrimStart(" \t;,"), ref comments);
            if (text.IsEmpty)
                break;
            var nameEnd = text.IndexOfAny("=; \t(");
            if (nameEnd < 0)
                break;
            var name = text[..nameEnd];
            text = SkipComments(text[nameEnd..], ref comments);
            if (text is not ['=', ..])
                continue;
            text = SkipComments(text[1..], ref comments);
            var value = text is ['"', ..] && closes && Quoted(ref text, ref closes) is { } quoted ? quoted : Unquoted(ref text, name);
            if (name.Length is > 0 and <= LongestName)
                pieces.Add(name.ToString().ToLowerInvariant(), value);
        }
        return pieces.ToParameters();
    }

    /// <summary>The text without white space and comments at its start (RFC 5322 3.2.2); a comment that does not close is none.</summary>
    public static ReadOnlySpan<char> SkipComments(ReadOnlySpan<char> text)
    {
        var comments = true;
        return SkipComments(text, ref comments);
    }

    private static ReadOnlySpan<char> SkipComments(ReadOnlySpan<char> text, scoped ref bool comments)
    {
        text = text.TrimStart(" \t");
        while (text is ['(', ..])
        {
            var end = comments ? CommentEnd(text) : 1;
            comments &= end >= 0;
            text = text[Math.Max(1, end)..].TrimStart(" \t");
        }
        return text;
    }

    private static int CommentEnd(ReadOnlySpan<char> text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '(')
                depth++;
            else if (text[i] == ')' && --depth == 0)
                return i + 1;
        }
        return -1;
    }

    // A backslash escapes what must be escaped and nothing else: "C:\temp\x.txt" is written without escapes by more programs than escape a letter.
    private static string? Quoted(ref ReadOnlySpan<char> text, ref bool closes)
    {
        var end = 1;
        var escaped = false;
        for (; end < text.Length && text[end] != '"'; end++)
        {
            if (text[end] == '\\' && end + 1 < text.Length && text[end + 1] is '"' or '\\')
                (escaped, end) = (true, end + 1);
        }
        if (end >= text.Length)
        {
            closes = false;
            return null;
        }
        var value = text[1..end].ToString();
        text = text[(end + 1)..];
        return escaped ? Unescaped(value) : value;
    }

    private static string Unescaped(string value)
    {
        var kept = new System.Text.StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length && value[i + 1] is '"' or '\\')
                i++;
            kept.Append(value[i]);
        }
        return kept.ToString();
    }

    private static string Unquoted(ref ReadOnlySpan<char> text, ReadOnlySpan<char> name)
    {
        var end = text.IndexOf(';');
        var value = end < 0 ? text : text[..end];
        var isName = name.StartsWith("name", StringComparison.OrdinalIgnoreCase) || name.StartsWith("filename", StringComparison.OrdinalIgnoreCase);
        var rest = end < 0 ? default : text[end..];
        // "charset=utf-8 format=flowed": a semicolon is missing. A file name may well look like that.
        if (!isName && value.IndexOfAny(" \t") is > 0 and var space && value[space..].TrimStart(" \t") is var next && next is not ['(', ..] && next.Contains('='))
        {
            value = value[..space];
            rest = text[space..];
        }
        text = rest;
        return WithoutLastComment(value.Trim(" \t\"")).ToString();
    }

    // "us-ascii (Plain text)"; but "report (1).pdf".
    private static ReadOnlySpan<char> WithoutLastComment(ReadOnlySpan<char> value)
    {
        if (value is not [.., ')'])
            return value;
        var start = value.IndexOf('(');
        return start > 0 && CommentEnd(value[start..]) == value.Length - start ? value[..start].TrimEnd(" \t") : value;
    }
}
