using System.Globalization;
using System.Text;

namespace Tell.Commands;

/// <summary>The lines of an answer. Whatever a peer may have put into a value, a line stays one line and sends no command to a terminal.</summary>
public sealed class Answer
{
    // Characters that turn the direction of writing, or break lines, show a name as another one.
    private const string Turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029";

    private readonly List<string> _lines = [];

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Adds a line; control characters are shown as \xNN, those that turn the direction of writing as \uNNNN.</summary>
    public void Line(string text = "") => _lines.Add(Clean(text));

    /// <summary>Adds each line of a text.</summary>
    public void Text(string text)
    {
        foreach (var line in text.TrimEnd('\r', '\n').Split('\n'))
            Line(line.TrimEnd('\r'));
    }

    /// <summary>Adds rows whose columns stand below each other; no line ends in blanks.</summary>
    public void Table(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = new List<int>();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Count; i++)
            {
                if (i == widths.Count)
                    widths.Add(0);
                widths[i] = Math.Max(widths[i], Clean(row[i]).Length);
            }
        }
        foreach (var row in rows)
            Line(string.Join("  ", row.Select((cell, i) => i == row.Count - 1 ? cell : Clean(cell).PadRight(widths[i]))).TrimEnd(' '));
    }

    private static string Clean(string text)
    {
        if (!text.Any(IsHarmful))
            return text;
        var kept = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (!IsHarmful(c))
                kept.Append(c);
            else if (char.IsControl(c))
                kept.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else
                kept.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }
        return kept.ToString();
    }

    private static bool IsHarmful(char c) => char.IsControl(c) ? c != '\t' : Turning.Contains(c);
}
