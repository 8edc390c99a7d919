using System.Text;

namespace Tell.Mail;

/// <summary>Writes format=flowed (RFC 3676 4): long lines are broken behind a space, which stays, so that a reader can join them again.</summary>
internal static class FlowedLines
{
    private const string Signature = "-- ";

    /// <summary>
    /// The text with its lines wrapped at words, no longer than the column where words allow it; line ends are LF. A reader joins them to the
    /// text as it was, but for white space at the ends of lines, which RFC 3676 4.2 takes from them.
    /// </summary>
    public static string Wrap(ReadOnlySpan<char> text, int column)
    {
        var wrapped = new StringBuilder(text.Length + text.Length / 16);
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny('\r', '\n');
            AppendLine(wrapped, end < 0 ? text : text[..end], column);
            if (end < 0)
                break;
            wrapped.Append('\n');
            text = text[(end + (text[end..] is ['\r', '\n', ..] ? 2 : 1))..];
        }
        return wrapped.ToString();
    }

    private static void AppendLine(StringBuilder wrapped, ReadOnlySpan<char> line, int column)
    {
        if (line.SequenceEqual(Signature))
        {
            wrapped.Append(line);
            return;
        }
        line = line.TrimEnd(' ');
        // An empty line of a quote stays one.
        if (!line.ContainsAnyExcept('>'))
        {
            wrapped.Append(line);
            return;
        }
        // RFC 3676 4.5: quote marks stand together, and a space that belongs to the line is told from them by a space before it.
        var quotes = line.IndexOfAnyExcept('>') is var depth and > 0 && line[depth] == ' ' ? line[..depth] : [];
        if (!quotes.IsEmpty)
            line = line[(quotes.Length + 1)..];
        var room = Math.Max(column - quotes.Length - (quotes.IsEmpty ? 0 : 1), 1);
        do
        {
            var cut = Cut(line, room);
            wrapped.Append(quotes);
            if (!quotes.IsEmpty || line is [' ' or '>', ..] || line.StartsWith("From "))
                wrapped.Append(' ');
            wrapped.Append(line[..cut]);
            line = line[cut..];
            if (!line.IsEmpty)
                wrapped.Append('\n');
        }
        while (!line.IsEmpty);
    }

    // Behind the last space that fits, else behind the first: never before a space, which would end the line before its words do.
    private static int Cut(ReadOnlySpan<char> line, int room)
    {
        if (line.Length <= room)
            return line.Length;
        var cut = line[..room].LastIndexOf(' ') + 1;
        if (cut == 0)
            cut = line[room..].IndexOf(' ') is var next and >= 0 ? room + next + 1 : line.Length;
        while (cut < line.Length && line[cut] == ' ')
            cut++;
        return cut;
    }
}
