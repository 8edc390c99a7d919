namespace Tell.Mail;

/// <summary>
/// A line of text that cannot hold CR, LF or NUL, so that no value from a peer can end a command, a header field or a log line early.
/// The default value is the empty line.
/// </summary>
public readonly record struct Line
{
    private readonly string? _text;

    private Line(string text) => _text = text;

    /// <summary>The text; never null, never with CR, LF or NUL.</summary>
    public string Text => _text ?? "";

    /// <summary>True and the line if <paramref name="text"/> holds no CR, LF or NUL; false otherwise.</summary>
    public static bool TryCreate(ReadOnlySpan<char> text, out Line line)
    {
        var clean = text.IndexOfAny('\r', '\n', '\0') < 0;
        line = clean ? new Line(text.ToString()) : default;
        return clean;
    }

    /// <summary>The line, for text that the program itself wrote.</summary>
    /// <exception cref="ArgumentException">The text holds CR, LF or NUL.</exception>
    public static Line From(string text) =>
        text.AsSpan().IndexOfAny('\r', '\n', '\0') < 0
            ? new Line(text)
            : throw new ArgumentException("A line cannot hold CR, LF or NUL.", nameof(text));

    /// <summary>The text with each run of CR, LF and NUL turned into one space: for showing what a peer said. Never fails.</summary>
    public static Line Clean(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny('\r', '\n', '\0') < 0)
            return new Line(text.ToString());
        var kept = new System.Text.StringBuilder(text.Length);
        var gap = false;
        foreach (var c in text)
        {
            if (c is '\r' or '\n' or '\0')
            {
                gap = true;
                continue;
            }
            if (gap && kept.Length > 0)
                kept.Append(' ');
            gap = false;
            kept.Append(c);
        }
        return new Line(kept.ToString());
    }

    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
