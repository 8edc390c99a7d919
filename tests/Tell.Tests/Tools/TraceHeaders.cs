using System.Text;

namespace Tell.Tests.Tools;

/// <summary>The fields that a relay may add before a message, and nothing else (RFC 5321 4.4).</summary>
public static class TraceHeaders
{
    /// <summary>Splits content into the Received and Return-Path fields at its start and the message itself; lines may end in CR LF or LF.</summary>
    public static (string Trace, byte[] Original) Split(byte[] content)
    {
        var text = Encoding.Latin1.GetString(content);
        var at = 0;
        while (IsTrace(text, at))
        {
            do
            {
                at = text.IndexOf('\n', at) + 1;
            }
            while (at < text.Length && text[at] is ' ' or '\t');
        }
        return (text[..at], content[at..]);
    }

    private static bool IsTrace(string text, int at) =>
        string.Compare(text, at, "Received:", 0, 9, StringComparison.OrdinalIgnoreCase) == 0
        || string.Compare(text, at, "Return-Path:", 0, 12, StringComparison.OrdinalIgnoreCase) == 0;
}
