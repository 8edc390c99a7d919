using System.Buffers;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// Walks the header of a message, field by field, over octets and without allocating (RFC 5322 2.2, 4.5). Tolerant: lines end in CRLF
/// or LF, white space may stand before the colon, a folded line may be blank, values may hold any octet. The header ends at an empty
/// line, or at a line that is no field, which then belongs to the body. Never throws; linear in what it reads.
/// </summary>
public ref struct HeaderReader(ReadOnlySpan<byte> message)
{
    private static readonly SearchValues<byte> NameOctets =
        SearchValues.Create("!\"#$%&'()*+,-./0123456789;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private readonly ReadOnlySpan<byte> _message = message;
    private int _nameLength, _fieldStart, _fieldEnd;

    /// <summary>Where the next field starts; after <see cref="Read"/> returned false, where the body starts.</summary>
    public int Position { get; private set; }

    /// <summary>True when the end of the header was seen, false while it may only be the octets that ended.</summary>
    public bool EndSeen { get; private set; }

    /// <summary>The name of the current field, as it is spelled.</summary>
    public readonly ReadOnlySpan<byte> Name => _message.Slice(_fieldStart, _nameLength);

    /// <summary>The current field whole, with its folds and its line end.</summary>
    public readonly ReadOnlySpan<byte> Field => _message[_fieldStart.._fieldEnd];

    /// <summary>The offset of the octet after the colon of the current field.</summary>
    internal int ValueStart { readonly get; private set; }

    /// <summary>The raw value of the current field: all between the colon and the last line end, folds included.</summary>
    public readonly ReadOnlySpan<byte> Value => WithoutLineEnd(_message[ValueStart.._fieldEnd]);

    /// <summary>Goes to the next field; false at the end of the header or of the octets.</summary>
    public bool Read()
    {
        var rest = _message[Position..];
        if (EndSeen || rest.IsEmpty)
            return false;
        if (rest[0] == '\n' || rest is [(byte)'\r', (byte)'\n', ..])
        {
            Position += rest[0] == '\n' ? 1 : 2;
            EndSeen = true;
            return false;
        }
        var nameLength = rest.IndexOfAnyExcept(NameOctets);
        var colon = nameLength;
        while (colon >= 0 && colon < rest.Length && rest[colon] is (byte)' ' or (byte)'\t')
            colon++;
        if (colon < 0 || colon == rest.Length)
            return false;
        if (nameLength == 0 || rest[colon] != ':')
        {
            // A CR that ends the octets may be the first half of the empty line.
            EndSeen = rest is not [(byte)'\r'];
            return false;
        }
        _fieldStart = Position;
        _nameLength = nameLength;
        ValueStart = Position + colon + 1;
        _fieldEnd = Position = Position + EndOfField(rest, colon + 1);
        return true;
    }

    /// <summary>True if the current field has this name; case does not matter.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(Name, name);

    /// <summary>True if a line begins a field: a name and a colon.</summary>
    internal static bool IsField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOfAnyExcept(NameOctets);
        if (colon <= 0)
            return false;
        while (colon < line.Length && line[colon] is (byte)' ' or (byte)'\t')
            colon++;
        return colon < line.Length && line[colon] == ':';
    }

    /// <summary>How many fields of this name the header of a message has: the hop count, for "Received" (RFC 5321 6.3).</summary>
    public static int Count(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        var count = 0;
        for (var reader = new HeaderReader(message); reader.Read();)
            count += reader.Is(name) ? 1 : 0;
        return count;
    }

    /// <summary>The octets without a final CRLF or LF.</summary>
    internal static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> line) => line switch
    {
        [.. var head, (byte)'\r', (byte)'\n'] => head,
        [.. var head, (byte)'\n'] => head,
        _ => line,
    };

    private static int EndOfField(ReadOnlySpan<byte> rest, int from)
    {
        while (true)
        {
            var length = rest[from..].IndexOf((byte)'\n');
            if (length < 0)
                return rest.Length;
            from += length + 1;
            if (from == rest.Length || rest[from] is not ((byte)' ' or (byte)'\t'))
                return from;
        }
    }
}
