using System.Buffers;
using System.Net;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// The trace field that every message gets (RFC 5321 4.4). All that a client said is reduced to characters that cannot end a clause,
/// open a comment or forge another clause; what it is too long or too strange to show, "?" shows.
/// </summary>
public sealed record ReceivedField
{
    private const int LongestPeerWord = 255;

    private static readonly SearchValues<char> TlsWords =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_= ");

    private static readonly SearchValues<char> PeerWord =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]");

    /// <summary>What the client called itself; null leaves out the from clause unless the address is known.</summary>
    public string? Helo { get; init; }

    /// <summary>The address of the client; null where there is none.</summary>
    public IPAddress? Client { get; init; }

    /// <summary>Our name.</summary>
    public required Domain By { get; init; }

    /// <summary>The way in: the "with" keyword of RFC 3848.</summary>
    public string With { get; init; } = "SMTP";

    /// <summary>What TLS it came by, "version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384", written as a comment; null for none.</summary>
    public string? Tls { get; init; }

    /// <summary>Our id of the message: the UNID of its document; null leaves it out.</summary>
    public string? Id { get; init; }

    /// <summary>The recipient. RFC 5321 7.6: only where it is the only one, else it would show one recipient to another.</summary>
    public Mailbox? For { get; init; }

    /// <summary>When the message came.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>
    /// The field for a message with this envelope. The recipient is named only where it is the only one, and can be written in ASCII
    /// or the message is an SMTPUTF8 one. A user who authenticated shows in the "with" keyword, and not by name.
    /// </summary>
    public static ReceivedField Of(Envelope envelope, Domain by, string id, DateTimeOffset time, string? tls = null)
    {
        var only = envelope.Recipients.Length == 1 ? envelope.Recipients[0].Address : null;
        return new ReceivedField
        {
            Helo = envelope.Submission.Helo,
            Client = IPAddress.TryParse(envelope.Submission.Client, out var address) ? address : null,
            By = by,
            With = envelope.Submission.Protocol,
            Tls = tls,
            Id = id,
            For = only is null || (!only.IsAscii && !envelope.SmtpUtf8) ? null : only,
            Time = time,
        };
    }

    /// <summary>
    /// Writes the field with its line end: from, by, TLS, id, for and date each on a line of its own.
    /// </summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        var room = 256 + 2 * LongestPeerWord + 2 * Mailbox.MaxLength + By.Name.Length + With.Length + (Id?.Length ?? 0) * 3;
        var span = output.GetSpan(room);
        var at = 0;
        Put(span, ref at, "Received: "u8);
        if (Helo is not null || Client is not null)
        {
            Put(span, ref at, "from "u8);
            PutPeer(span, ref at, string.IsNullOrEmpty(Helo) ? "unknown" : Helo);
            if (Client is not null)
                PutAddress(span, ref at, Client);
            Put(span, ref at, "\r\n\t"u8);
        }
        Put(span, ref at, "by "u8);
        Put(span, ref at, By.Name);
        Put(span, ref at, " (Tell) with "u8);
        PutPeer(span, ref at, With);
        if (Tls is not null)
        {
            Put(span, ref at, "\r\n\t("u8);
            PutPeer(span, ref at, Tls, TlsWords);
            Put(span, ref at, ")"u8);
        }
        if (Id is not null)
        {
            Put(span, ref at, "\r\n\tid "u8);
            PutPeer(span, ref at, Id);
        }
        if (For is not null)
        {
            Put(span, ref at, "\r\n\tfor <"u8);
            Put(span, ref at, For.ToString());
            Put(span, ref at, ">"u8);
        }
        Put(span, ref at, ";\r\n\t"u8);
        InternetDate.Format(Time, span[at..]);
        at += InternetDate.Length;
        Put(span, ref at, "\r\n"u8);
        output.Advance(at);
    }

    /// <summary>The octets of <see cref="WriteTo"/>.</summary>
    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>(1536);
        WriteTo(output);
        return output.WrittenSpan.ToArray();
    }

    private static void PutAddress(Span<byte> span, ref int at, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var v6 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        Put(span, ref at, v6 ? " ([IPv6:"u8 : " (["u8);
        // A scope ("%eth0") means something on one machine only and has no place in a literal.
        address.TryFormat(span[at..], out var written);
        var scope = span.Slice(at, written).IndexOf((byte)'%');
        at += scope < 0 ? written : scope;
        Put(span, ref at, "])"u8);
    }

    private static void Put(Span<byte> span, ref int at, ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(span[at..]);
        at += octets.Length;
    }

    private static void Put(Span<byte> span, ref int at, string text) => at += Encoding.UTF8.GetBytes(text, span[at..]);

    private static void PutPeer(Span<byte> span, ref int at, ReadOnlySpan<char> text) => PutPeer(span, ref at, text, PeerWord);

    private static void PutPeer(Span<byte> span, ref int at, ReadOnlySpan<char> text, SearchValues<char> allowed)
    {
        text = text[..Math.Min(text.Length, LongestPeerWord)];
        if (text.ContainsAnyExcept(allowed))
        {
            foreach (var c in text)
                span[at++] = (byte)(allowed.Contains(c) ? c : '?');
            return;
        }
        at += Encoding.ASCII.GetBytes(text, span[at..]);
    }
}
