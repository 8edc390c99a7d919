using System.Buffers;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// Writes header fields (RFC 5322 2.2): folded before column 78 where there is white space to fold at, and before 998 in any case; text
/// beyond printable US-ASCII as encoded words (RFC 2047). A value cannot end its field: it comes as a <see cref="Line"/>, and any other
/// control character in it is written as a space or encoded. Names are the program's own.
/// </summary>
/// <param name="output">Where the fields go.</param>
/// <param name="charset">The charset of encoded words, where it holds the text; null for UTF-8.</param>
public sealed class HeaderWriter(IBufferWriter<byte> output, string? charset = null)
{
    /// <summary>The line length that lines keep to where they can (RFC 5322 2.1.1), without CRLF.</summary>
    public const int PreferredLine = 78;

    /// <summary>The line length that no line exceeds (RFC 5322 2.1.1), without CRLF.</summary>
    public const int MaxLine = 998;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!#$%&'*+/=?^`{|}~");

    private static readonly SearchValues<char> PhraseCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~ ");

    private readonly IBufferWriter<byte> _output = output;
    private int _column;
    private bool _first;

    /// <summary>
    /// A field whose value is already in its wire form (structured: dates, ids, addresses). It folds at its own white space; a run without
    /// any that no line can hold is broken. Characters beyond ASCII go out as UTF-8 (RFC 6532), so keep them out unless that is meant.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not a field name of at most 76 characters.</exception>
    public HeaderWriter Field(string name, Line value)
    {
        Begin(name);
        Words(WithoutControls(value.Text).Trim(" \t"));
        return EndField();
    }

    /// <summary>A field of free text (unstructured: Subject, Comments), as encoded words where it must be.</summary>
    /// <exception cref="ArgumentException">The name is not a field name of at most 76 characters.</exception>
    public HeaderWriter Text(string name, Line text)
    {
        Begin(name);
        if (NeedsEncoding(text.Text))
            Encoded(text.Text);
        else
            Words(text.Text);
        return EndField();
    }

    /// <summary>
    /// A list of mailboxes, display names quoted or encoded as they need it; no field at all where the list is empty. A local part beyond
    /// ASCII goes out as UTF-8, which only an SMTPUTF8 message may carry.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not a field name of at most 76 characters.</exception>
    public HeaderWriter Addresses(string name, params ReadOnlySpan<NamedMailbox> mailboxes)
    {
        if (mailboxes.IsEmpty)
            return this;
        Begin(name);
        for (var i = 0; i < mailboxes.Length; i++)
        {
            var end = i + 1 < mailboxes.Length ? "," : "";
            if (mailboxes[i].Name.IsEmpty)
            {
                Word(" ", $"{mailboxes[i].Mailbox}{end}");
                continue;
            }
            Phrase(mailboxes[i].Name.Text);
            Word(" ", $"<{mailboxes[i].Mailbox}>{end}");
        }
        return EndField();
    }

    /// <summary>The empty line that ends the header.</summary>
    public void End() => _output.NewLine();

    /// <summary>True for what stands before the colon of a field (RFC 5322 3.6.8, without the characters that quote or group), at most 76 characters.</summary>
    public static bool IsName(ReadOnlySpan<char> name) => name.Length is > 0 and <= 76 && !name.ContainsAnyExcept(NameCharacters);

    /// <summary>A field of words that are folded between but never inside: a MIME type and its parameters.</summary>
    internal HeaderWriter Parts(string name, params ReadOnlySpan<string> words)
    {
        Begin(name);
        for (var i = 0; i < words.Length; i++)
            Word(" ", i + 1 < words.Length ? words[i] + ";" : words[i]);
        return EndField();
    }

    private void Begin(string name)
    {
        if (!IsName(name))
            throw new ArgumentException($"\"{Line.Clean(name)}\" is not a field name.", nameof(name));
        _output.Utf8(name);
        _output.Octet((byte)':');
        (_column, _first) = (name.Length + 1, true);
    }

    private HeaderWriter EndField()
    {
        _output.NewLine();
        return this;
    }

    private void Phrase(string name)
    {
        if (NeedsEncoding(name))
            Encoded(name);
        else if (!name.AsSpan().ContainsAnyExcept(PhraseCharacters) && !name.Contains("  ", StringComparison.Ordinal))
            Words(name);
        else
            Words($"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
    }

    // Plain words round-trip only if unfolding gives them back: no controls, no white space at the ends or in long runs, nothing that a
    // reader would take for an encoded word, nothing longer than a line.
    private static bool NeedsEncoding(string text)
    {
        if (text.Length == 0)
            return false;
        if (text.AsSpan().ContainsAnyExceptInRange(' ', '~') || text[0] == ' ' || text[^1] == ' ' || text.Contains("=?", StringComparison.Ordinal))
            return true;
        var (blanks, word) = (0, 0);
        foreach (var c in text)
        {
            (blanks, word) = c == ' ' ? (blanks + 1, 0) : (0, word + 1);
            if (blanks > PreferredLine / 2 || word > MaxLine - PreferredLine)
                return true;
        }
        return false;
    }

    private void Encoded(string text)
    {
        var room = Math.Min(EncodedWord.MaxLength, PreferredLine - _column - 1);
        if (room < 32)
        {
            room = EncodedWord.MaxLength;
            _first = false;
        }
        foreach (var word in EncodedWord.Encode(text, room, charset))
            Word(" ", word);
    }

    private void Words(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var start = text.IndexOfAnyExcept(' ', '\t');
            if (start < 0)
                return;
            var gap = start is 0 or > PreferredLine / 2 ? " " : text[..start];
            text = text[start..];
            var length = text.IndexOfAny(' ', '\t');
            Word(gap, length < 0 ? text : text[..length]);
            text = length < 0 ? [] : text[length..];
        }
    }

    // The first word stays behind the name where a line can hold both, so that no field begins with an empty line.
    private void Word(ReadOnlySpan<char> gap, ReadOnlySpan<char> word)
    {
        var length = Encoding.UTF8.GetByteCount(word);
        if (_column + gap.Length + length > (_first ? MaxLine : PreferredLine) && (!_first || gap.Length + length <= MaxLine))
            Fold();
        _first = false;
        _output.Utf8(gap);
        _column += gap.Length;
        while (_column + length > MaxLine)
        {
            // At most three octets a code unit.
            var cut = Math.Min(word.Length, (MaxLine - _column) / 3);
            if (cut > 0 && char.IsHighSurrogate(word[cut - 1]))
                cut--;
            _output.Utf8(word[..cut]);
            word = word[cut..];
            length = Encoding.UTF8.GetByteCount(word);
            Fold();
            _output.Octet((byte)' ');
            _column = 1;
        }
        _output.Utf8(word);
        _column += length;
    }

    private void Fold()
    {
        _output.NewLine();
        _column = 0;
    }

    private static ReadOnlySpan<char> WithoutControls(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.Contains('\x7f', StringComparison.Ordinal))
            return text;
        return string.Create(text.Length, text, static (kept, from) =>
        {
            for (var i = 0; i < kept.Length; i++)
                kept[i] = Octets.IsAsciiControl(from[i]) ? ' ' : from[i];
        });
    }
}
