using System.Text;

namespace Tell.Mail;

/// <summary>One field of a header, as it stands in the message. The octets are those of the message, not a copy.</summary>
public readonly struct HeaderField
{
    private readonly ReadOnlyMemory<byte> _field;
    private readonly int _nameLength, _valueStart;

    internal HeaderField(ReadOnlyMemory<byte> field, int nameLength, int valueStart) =>
        (_field, _nameLength, _valueStart) = (field, nameLength, valueStart);

    /// <summary>The name, as it is spelled: printable US-ASCII without a colon.</summary>
    public string Name => Encoding.ASCII.GetString(_field.Span[.._nameLength]);

    /// <summary>The whole field: name, colon, value, folds, and its line end where it has one.</summary>
    public ReadOnlyMemory<byte> Raw => _field;

    /// <summary>The raw value: all between the colon and the last line end, folds included.</summary>
    public ReadOnlyMemory<byte> RawValue => _field[_valueStart..(_valueStart + HeaderReader.WithoutLineEnd(_field.Span[_valueStart..]).Length)];

    /// <summary>
    /// The value unfolded and trimmed (RFC 5322 2.2.3): line ends that fold are gone, the white space after them stays. Read as UTF-8, as what its escapes of
    /// ISO-2022 say, or else as windows-1252. Encoded words stay encoded: see <see cref="EncodedWord"/>.
    /// </summary>
    public Line Text => Read(Charset.DecodeField);

    /// <summary>The value like <see cref="Text"/>, but a character for each octet: what is compared with octets of the body.</summary>
    internal Line Octets => Read(Encoding.Latin1.GetString);

    /// <summary>True if the field has this name; case does not matter.</summary>
    public bool Is(string name) => Ascii.EqualsIgnoreCase(_field.Span[.._nameLength], name);

    /// <summary>"Name: text".</summary>
    public override string ToString() => $"{Name}: {Text}";

    private Line Read(Reading read)
    {
        var value = RawValue.Span;
        if (value.IndexOf((byte)'\n') < 0)
            return Line.Clean(read(value).AsSpan().Trim(" \t\r"));
        Span<byte> kept = value.Length <= 512 ? stackalloc byte[value.Length] : new byte[value.Length];
        var length = 0;
        foreach (var range in value.Split((byte)'\n'))
        {
            var line = value[range];
            if (line is [.., (byte)'\r'])
                line = line[..^1];
            line.CopyTo(kept[length..]);
            length += line.Length;
        }
        return Line.Clean(read(kept[..length]).AsSpan().Trim(" \t"));
    }

    private delegate string Reading(ReadOnlySpan<byte> octets);
}
