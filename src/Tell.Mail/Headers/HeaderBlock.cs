using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>
/// The header of a message: its fields in order, and where its body starts. Reading is that of <see cref="HeaderReader"/>: tolerant,
/// linear, never an exception; and bounded, since whoever sent the message decides how long it is.
/// </summary>
public sealed class HeaderBlock
{
    /// <summary>The octets that are read unless the caller says otherwise.</summary>
    public const int DefaultMaxOctets = 256 * 1024;

    /// <summary>The fields that are read at most.</summary>
    public const int MaxFields = 10_000;

    private HeaderBlock(ImmutableArray<HeaderField> fields, int bodyStart, bool isComplete) =>
        (Fields, BodyStart, IsComplete) = (fields, bodyStart, isComplete);

    /// <summary>The fields, in order.</summary>
    public ImmutableArray<HeaderField> Fields { get; }

    /// <summary>The offset of the first octet of the body; the length of the octets where there is no body; where reading stopped if it was not complete.</summary>
    public int BodyStart { get; }

    /// <summary>True when the end of the header was seen; false where the octets ended or a limit was met before it.</summary>
    public bool IsComplete { get; }

    /// <summary>Reads the header at the start of a message. The fields point into <paramref name="message"/>, which must not change under them.</summary>
    public static HeaderBlock Read(ReadOnlyMemory<byte> message, int maxOctets = DefaultMaxOctets) => Read(message.Span, message, maxOctets);

    /// <summary>Reads the header of a message that is only borrowed: the header is copied, the body is not.</summary>
    public static HeaderBlock Read(ReadOnlySpan<byte> message, int maxOctets = DefaultMaxOctets) => Read(message, null, maxOctets);

    /// <summary>Reads octets of which a reader knows that they are a whole header: they are copied.</summary>
    internal static HeaderBlock ReadWhole(ReadOnlySpan<byte> header, bool isComplete)
    {
        var read = Read(header, null, header.Length);
        return new HeaderBlock(read.Fields, read.BodyStart, isComplete && read.BodyStart == header.Length);
    }

    /// <summary>The first field of a name, in any case; null where there is none.</summary>
    public HeaderField? Find(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Is(name))
                return field;
        }
        return null;
    }

    /// <summary>How many fields have a name, in any case.</summary>
    public int Count(string name)
    {
        var count = 0;
        foreach (var field in Fields)
            count += field.Is(name) ? 1 : 0;
        return count;
    }

    private static HeaderBlock Read(ReadOnlySpan<byte> message, ReadOnlyMemory<byte>? owner, int maxOctets)
    {
        var octets = message[..Math.Min(message.Length, maxOctets)];
        var found = new List<(int Start, int End, int NameLength, int ValueStart)>(32);
        var reader = new HeaderReader(octets);
        var bodyStart = -1;
        while (found.Count < MaxFields && reader.Read())
        {
            var start = reader.Position - reader.Field.Length;
            if (reader.Position == octets.Length && octets.Length < message.Length)
            {
                // Half a field at the limit is no field.
                bodyStart = start;
                break;
            }
            found.Add((start, reader.Position, reader.Name.Length, reader.ValueStart));
        }
        if (bodyStart < 0)
            bodyStart = reader.Position;
        var memory = owner ?? message[..bodyStart].ToArray();
        var fields = ImmutableArray.CreateBuilder<HeaderField>(found.Count);
        foreach (var (start, end, nameLength, valueStart) in found)
            fields.Add(new HeaderField(memory[start..end], nameLength, valueStart - start));
        return new HeaderBlock(fields.MoveToImmutable(), bodyStart, reader.EndSeen);
    }
}
