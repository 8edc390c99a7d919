using System.Buffers;
using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>
/// The machine-readable part of a report: message/delivery-status (RFC 3464 2), or message/global-delivery-status where the report travels with SMTPUTF8
/// (RFC 6533 4). What is written is printable US-ASCII, folded, except for addresses: those beyond ASCII are written in utf-8-addr-xtext in the one
/// and in utf-8-addr-unitext in the other.
/// </summary>
public sealed record DeliveryStatus
{
    private const int LongestText = 900;

    /// <summary>The host that reports.</summary>
    public required Domain ReportingMta { get; init; }

    /// <summary>ENVID, decoded; null where there is none.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>The name that the client gave from which the message came; null leaves it out.</summary>
    public string? ReceivedFrom { get; init; }

    /// <summary>The address of that client, without the port; null for none. Only written together with its name (RFC 3464 2.2.4).</summary>
    public string? ReceivedFromAddress { get; init; }

    /// <summary>When the message came; null leaves it out.</summary>
    public DateTimeOffset? Arrival { get; init; }

    /// <summary>The time by which the sender wanted it delivered (RFC 2852); null leaves it out.</summary>
    public DateTimeOffset? DeliverBy { get; init; }

    /// <summary>The recipients; at least one.</summary>
    public required ImmutableArray<RecipientReport> Recipients { get; init; }

    /// <summary>Writes the per-message fields and a group of fields for each recipient, groups separated by an empty line.</summary>
    /// <param name="output">Where they go.</param>
    /// <param name="global">True for message/global-delivery-status.</param>
    public void WriteTo(IBufferWriter<byte> output, bool global = false)
    {
        var header = new HeaderWriter(output);
        Write(header, "Original-Envelope-Id", EnvelopeId);
        Write(header, "Reporting-MTA", $"dns; {ReportingMta}");
        Write(header, "Received-From-MTA", Client());
        Write(header, "Arrival-Date", Arrival);
        Write(header, "Deliver-By-Date", DeliverBy);
        foreach (var recipient in Recipients)
        {
            header.End();
            WriteAddress(header, "Original-Recipient", recipient.OriginalRecipient, global);
            WriteAddress(header, "Final-Recipient", Typed(recipient.FinalRecipient), global);
            Write(header, "Action", recipient.Action.ToString().ToLowerInvariant());
            Write(header, "Status", recipient.WrittenStatus.ToString());
            Write(header, "Remote-MTA", string.IsNullOrEmpty(recipient.RemoteMta) ? null : $"dns; {recipient.RemoteMta}");
            Write(header, "Diagnostic-Code", string.IsNullOrEmpty(recipient.Diagnostic) ? null : $"{recipient.DiagnosticType}; {recipient.Diagnostic}");
            Write(header, "Last-Attempt-Date", recipient.LastAttempt);
            Write(header, "Will-Retry-Until", recipient.Action == DeliveryAction.Delayed ? recipient.WillRetryUntil : null);
        }
    }

    /// <summary>A mailbox as "type;address": of type utf-8 where it is beyond ASCII (RFC 6533 3).</summary>
    internal static string Typed(Mailbox mailbox) => $"{(mailbox.IsAscii ? "rfc822" : "utf-8")};{mailbox}";

    /// <summary>Writes an address given as "type;address". One of type utf-8 is coded as the body allows, all others are printable ASCII.</summary>
    internal static void WriteAddress(HeaderWriter header, string name, string? typeAndAddress, bool global)
    {
        if (string.IsNullOrEmpty(typeAndAddress))
            return;
        var semicolon = typeAndAddress.IndexOf(';', StringComparison.Ordinal);
        var (type, address) = semicolon < 0 ? ("rfc822", typeAndAddress) : (typeAndAddress[..semicolon], typeAndAddress[(semicolon + 1)..].TrimStart(' '));
        if (!type.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            Write(header, name, $"{type}; {address}");
        else if (global)
            header.Field(name, Line.Clean($"utf-8; {Xtext.EncodeUtf8Unitext(address[..Math.Min(address.Length, LongestText / 3)])}"));
        else
            Write(header, name, $"utf-8; {Xtext.EncodeUtf8Address(address)}");
    }

    internal static void Write(HeaderWriter header, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            header.Field(name, Line.From(Octets.Printable(value, LongestText)));
    }

    private static void Write(HeaderWriter header, string name, DateTimeOffset? time)
    {
        if (time is { } known)
            Write(header, name, InternetDate.Format(known));
    }

    // RFC 3464 2.2.4: the address is a comment. What the client called itself may hold anything, a parenthesis too.
    private string? Client() => string.IsNullOrEmpty(ReceivedFrom) ? null
        : string.IsNullOrEmpty(ReceivedFromAddress) ? $"dns; {Name(ReceivedFrom)}"
        : $"dns; {Name(ReceivedFrom)} ([{(ReceivedFromAddress.Contains(':', StringComparison.Ordinal) ? "IPv6:" : "")}{Name(ReceivedFromAddress)}])";

    private static string Name(string text) =>
        string.Concat(text.Take(255).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '[' or ']' ? c : '?'));
}
