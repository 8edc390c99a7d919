using System.Text;

namespace Tell.Mail;

/// <summary>format=flowed (RFC 3676): paragraphs joined again, quotes kept, space-stuffing undone.</summary>
public static class FlowedText
{
    private const string SignatureSeparator = "-- ";

    /// <summary>
    /// The text with its soft line breaks undone; line ends are LF or CRLF as they were. Lines of a quote keep their marks, as "&gt;&gt; text". What is flowed at the
    /// end of its quote or of the text ends there, and a signature separator is never joined to anything.
    /// </summary>
    /// <param name="text">The text of the part.</param>
    /// <param name="deleteSpace">True for DelSp=yes: the space of a soft line break is not part of the text.</param>
    public static string Unwrap(string text, bool deleteSpace)
    {
        var joined = new StringBuilder(text.Length + text.Length / 8);
        ReadOnlySpan<char> rest = text, openEnd = [];
        var openDepth = -1;
        while (!rest.IsEmpty)
        {
            var length = rest.IndexOf('\n');
            var line = length < 0 ? rest : rest[..length];
            var end = length < 0 ? rest[rest.Length..] : rest.Slice(length, 1);
            rest = length < 0 ? [] : rest[(length + 1)..];
            if (line is [.. var bare, '\r'])
            {
                line = bare;
                end = end.IsEmpty ? "\r" : "\r\n";
            }

            // RFC 3676 4.5: quote marks first, then one stuffed space.
            var depth = line.IndexOfAnyExcept('>') is var first and >= 0 ? first : line.Length;
            line = line[depth..];
            if (line is [' ', .. var stuffed])
                line = stuffed;
            var isSeparator = line.SequenceEqual(SignatureSeparator);
            if (openDepth >= 0 && (openDepth != depth || isSeparator))
            {
                joined.Append(openEnd);
                openDepth = -1;
            }
            if (openDepth < 0)
                Quote(joined, depth, line);
            var isFlowed = line is [.., ' '] && !isSeparator;
            joined.Append(isFlowed && deleteSpace ? line[..^1] : line);
            if (!isFlowed)
                joined.Append(end);
            openDepth = isFlowed ? depth : -1;
            openEnd = end;
        }
        if (openDepth >= 0)
            joined.Append(openEnd);
        return joined.ToString();
    }

    private static void Quote(StringBuilder joined, int depth, ReadOnlySpan<char> line)
    {
        joined.Append('>', depth);
        if (depth > 0 && !line.IsEmpty)
            joined.Append(' ');
    }
}
