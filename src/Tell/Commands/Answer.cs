using System.Globalization;
using System.Text;

namespace Tell.Commands;

/// <summary>The lines of an answer. Whatever a peer may have put into a value, a line stays one line and sends no command to a terminal.</summary>
public sealed class Answer
{
    private readonly List<string> _lines = [];

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Adds a line; control characters are shown as \xNN.</summary>
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
        if (!text.Any(c => char.IsControl(c) && c != '\t'))
            return text;
        var kept = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (char.IsControl(c) && c != '\t')
                kept.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else
                kept.Append(c);
        }
        return kept.ToString();
    }
}
