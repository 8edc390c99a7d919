using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Tell.Mail;

/// <summary>
/// Encoded words that stand side by side. Some senders split a character over two words: octets of one charset are joined before they are read, unless its words
/// have escapes, which hold for one word only (RFC 2047 3).
/// </summary>
internal sealed class WordRun(StringBuilder read)
{
    private readonly ArrayBufferWriter<byte> _octets = new();
    private string? _charset;

    /// <summary>True where a word has been added since the last text.</summary>
    public bool IsOpen => _charset is not null;

    /// <summary>The next word.</summary>
    public void Add(string charset, ReadOnlySpan<byte> octets)
    {
        if (_charset is not null && !AreJoined(_charset, charset))
            Flush();
        _charset = charset;
        _octets.Write(octets);
    }

    /// <summary>Reads what has been added; the next word stands alone.</summary>
    public void Flush()
    {
        if (_charset is null)
            return;
        if (_octets.WrittenCount > 0)
            // A word is a piece of a text: U+FEFF at its start is a character of that text.
            read.Append(IsUtf8(_charset, _octets.WrittenSpan) ? Encoding.UTF8.GetString(_octets.WrittenSpan) : Charset.Decode(_octets.WrittenSpan, _charset).Text);
        _octets.ResetWrittenCount();
        _charset = null;
    }

    private static bool IsUtf8(string charset, ReadOnlySpan<byte> octets) => Utf8.IsValid(octets) && CharsetTable.Find(charset) == CharsetTable.Utf8;

    private static bool AreJoined(string one, string other)
    {
        var row = CharsetTable.Find(one);
        return row == CharsetTable.Find(other) && row is { IsStateful: false };
    }
}
