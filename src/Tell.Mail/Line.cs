using System.Buffers;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// A line of text that cannot hold CR, LF or NUL, so that no value from a peer can end a command, a header field or a log line early.
/// The default value is the empty line.
/// </summary>
public readonly record struct Line
{
    private static readonly SearchValues<char> Ends = SearchValues.Create("\r\n\0");

    private readonly string? _text;

    private Line(string text) => _text = text;

    /// <summary>The text; never null, never with CR, LF or NUL.</summary>
    public string Text => _text ?? "";

    /// <summary>True for the empty line.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(_text);

    /// <summary>True and the line if <paramref name="text"/> holds no CR, LF or NUL; false otherwise.</summary>
    public static bool TryCreate(ReadOnlySpan<char> text, out Line line)
    {
        var clean = !text.ContainsAny(Ends);
        line = clean ? new Line(text.ToString()) : default;
        return clean;
    }

    /// <summary>The line, for text that the program itself wrote.</summary>
    /// <exception cref="ArgumentException">The text holds CR, LF or NUL.</exception>
    public static Line From(string text) =>
        text.AsSpan().ContainsAny(Ends)
            ? throw new ArgumentException("A line cannot hold CR, LF or NUL.", nameof(text))
            : new Line(text);

    /// <summary>
    /// The text with each run of CR, LF and NUL turned into one space (none at the start and the end): for showing what a peer said.
    /// Never fails.
    /// </summary>
    public static Line Clean(ReadOnlySpan<char> text) =>
        text.ContainsAny(Ends) ? new Line(WithoutEnds(text)) : new Line(text.ToString());

    /// <summary>
    /// The octets as UTF-8, or as ISO 8859-1 where they are not UTF-8, cleaned like text: for showing what a peer said. Never fails.
    /// </summary>
    public static Line Clean(ReadOnlySpan<byte> octets) => Clean(Decode(octets));

    /// <summary>True for two lines with the same characters; the default value is the empty line.</summary>
    public bool Equals(Line other) => string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <summary>The hash of the text.</summary>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    /// <summary>UTF-8 where the octets are UTF-8, otherwise ISO 8859-1, in which every octet has a meaning.</summary>
    internal static string Decode(ReadOnlySpan<byte> octets) =>
        System.Text.Unicode.Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : Encoding.Latin1.GetString(octets);

    private static string WithoutEnds(ReadOnlySpan<char> text)
    {
        var kept = new StringBuilder(text.Length);
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny(Ends);
            var part = end < 0 ? text : text[..end];
            if (kept.Length > 0 && !part.IsEmpty)
                kept.Append(' ');
            kept.Append(part);
            text = end < 0 ? [] : text[(end + 1)..];
        }
        return kept.ToString();
    }
}
