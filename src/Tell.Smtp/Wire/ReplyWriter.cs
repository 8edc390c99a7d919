using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;

namespace Tell.Smtp.Wire;

/// <summary>
/// Writes replies into a pipe without flushing it, so that the replies to pipelined commands leave together. No line is longer than
/// 512 octets (RFC 5321 4.5.3.1.5) and none holds anything but TAB and printable ASCII (4.2): what does not fit is cut off, what may
/// not stand there becomes "?".
/// </summary>
public sealed class ReplyWriter(PipeWriter output)
{
    private const int LongestLine = 512;

    /// <summary>The octets written since the last <see cref="FlushAsync"/>.</summary>
    public long Pending { get; private set; }

    /// <summary>All octets written so far.</summary>
    public long Total { get; private set; }

    /// <summary>Writes a reply.</summary>
    public void Write(Reply reply)
    {
        Span<byte> line = stackalloc byte[LongestLine];
        for (var i = 0; i < reply.Lines.Length; i++)
            Write(line[..Format(line, reply, i)]);
    }

    /// <summary>Writes a reply that <see cref="Encode"/> made.</summary>
    public void Write(ReadOnlySpan<byte> encoded)
    {
        output.Write(encoded);
        Pending += encoded.Length;
        Total += encoded.Length;
    }

    /// <summary>Hands what was written to the network. False where the other side no longer reads.</summary>
    public ValueTask<FlushResult> FlushAsync()
    {
        Pending = 0;
        return output.FlushAsync(CancellationToken.None);
    }

    /// <summary>The octets of a reply as they go over the wire, for replies that are given often.</summary>
    public static byte[] Encode(Reply reply)
    {
        var octets = new ArrayBufferWriter<byte>();
        for (var i = 0; i < reply.Lines.Length; i++)
            octets.Advance(Format(octets.GetSpan(LongestLine), reply, i));
        return octets.WrittenSpan.ToArray();
    }

    private static int Format(Span<byte> to, Reply reply, int index)
    {
        to = to[..LongestLine];
        Utf8Formatter.TryFormat(reply.Code, to, out var length);
        to[length++] = index == reply.Lines.Length - 1 ? (byte)' ' : (byte)'-';
        if (!reply.Status.IsNone)
        {
            length += Number(reply.Status.Class, '.', to[length..]);
            length += Number(reply.Status.Subject, '.', to[length..]);
            length += Number(reply.Status.Detail, ' ', to[length..]);
        }
        var text = reply.Lines[index].Text.AsSpan();
        var octets = to.Slice(length, Math.Min(text.Length, LongestLine - 2 - length));
        Encoding.ASCII.GetBytes(text[..octets.Length], octets);
        // RFC 6531 3.7.4: UTF-8 in a reply needs a client that asked for it, and nothing here is worth the question.
        foreach (ref var octet in octets)
        {
            if (octet is (< 0x20 and not (byte)'\t') or 0x7f)
                octet = (byte)'?';
        }
        length += octets.Length;
        to[length++] = (byte)'\r';
        to[length++] = (byte)'\n';
        return length;
    }

    private static int Number(int value, char separator, Span<byte> to)
    {
        Utf8Formatter.TryFormat(value, to, out var length);
        to[length] = (byte)separator;
        return length + 1;
    }
}
