namespace Tell.Mail;

/// <summary>
/// A message id (RFC 5322 3.6.4), kept as it was spelled and compared exactly. It holds no white space, no control character and no
/// angle bracket, so that it can stand in any field. The default value is no id.
/// </summary>
public readonly record struct MessageId
{
    /// <summary>The longest id in octets of UTF-8, angle brackets included: what fits one line behind the space of a fold.</summary>
    public const int MaxLength = HeaderWriter.MaxLine - 1;

    private readonly string? _value;

    private MessageId(string value) => _value = value;

    /// <summary>With its angle brackets: "&lt;0193...@mx.example.test&gt;"; "" where there is none.</summary>
    public string Value => _value ?? "";

    /// <summary>True where there is no id.</summary>
    public bool IsNone => _value is null;

    /// <summary>The id of a document of ours: its UNID, which is unique, at our host.</summary>
    /// <exception cref="ArgumentException">The UNID is not letters, digits, dots and hyphens, or there is no host.</exception>
    public static MessageId New(string unid, Domain host)
    {
        foreach (var c in unid)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-'))
                throw new ArgumentException($"\"{Line.Clean(unid)}\" cannot stand in a message id.", nameof(unid));
        }
        if (unid.Length == 0 || host.IsNone)
            throw new ArgumentException("A message id has two parts.", nameof(unid));
        return new MessageId($"<{unid}@{host.Name}>");
    }

    /// <summary>
    /// Reads the first id of a field value. Tolerant: whatever stands between angle brackets, has no white space, control character or
    /// bracket, and is not empty; many ids in the field have no "@". Never throws.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MessageId id)
    {
        id = default;
        var start = text.IndexOf('<');
        if (start < 0)
            return false;
        text = text[start..];
        var end = text.IndexOf('>');
        if (end < 2 || System.Text.Encoding.UTF8.GetByteCount(text[..(end + 1)]) > MaxLength)
            return false;
        foreach (var c in text[1..end])
        {
            if (c is ' ' or '<' || char.IsControl(c) || char.IsWhiteSpace(c))
                return false;
        }
        id = new MessageId(text[..(end + 1)].ToString());
        return true;
    }

    /// <summary>With its angle brackets.</summary>
    public override string ToString() => Value;
}
