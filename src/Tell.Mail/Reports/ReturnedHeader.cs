using System.Buffers;

namespace Tell.Mail;

/// <summary>What a report returns of a header: all of it, or as many whole fields as there is room for.</summary>
public static class ReturnedHeader
{
    /// <summary>The octets that are returned at most.</summary>
    public const int MaxOctets = 64 * 1024;

    /// <summary>
    /// The header at the start of a message, without what follows it, cut before the field that goes beyond <see cref="MaxOctets"/>; of a first field that does not end there
    /// the whole lines. Line ends are CRLF, no octet is NUL and no CR stands alone, whatever the message has.
    /// </summary>
    public static byte[] Of(ReadOnlySpan<byte> message)
    {
        var block = HeaderBlock.Read(message, MaxOctets);
        var header = message[..block.BodyStart];
        if (header.IsEmpty && message.Length > MaxOctets)
            header = message[..(message[..MaxOctets].LastIndexOf((byte)'\n') + 1)];
        var output = new ArrayBufferWriter<byte>(header.Length + 256);
        while (!header.IsEmpty)
        {
            var end = header.IndexOf((byte)'\n');
            var line = end < 0 ? header : header[..end];
            line = line.TrimEnd((byte)'\r');
            if (line.IsEmpty)
                break;
            foreach (var octet in line)
                output.Octet(octet is 0 or (byte)'\r' ? (byte)' ' : octet);
            output.NewLine();
            header = end < 0 ? [] : header[(end + 1)..];
        }
        return output.WrittenSpan.ToArray();
    }
}
