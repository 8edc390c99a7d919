using System.Buffers;
using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>
/// The machine-readable part of a report, message/delivery-status (RFC 3464 2). What is written is printable US-ASCII, folded; addresses
/// beyond ASCII are written in utf-8-addr-xtext (RFC 6533 3).
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

    /// <summary>When the message came; null leaves it out.</summary>
    public DateTimeOffset? Arrival { get; init; }

    /// <summary>The recipients; at least one.</summary>
    public required ImmutableArray<RecipientReport> Recipients { get; init; }

    /// <summary>Writes the per-message fields and a group of fields for each recipient, groups separated by an empty line.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        var header = new HeaderWriter(output);
        Write(header, "Original-Envelope-Id", EnvelopeId);
        Write(header, "Reporting-MTA", $"dns; {ReportingMta}");
        Write(header, "Received-From-MTA", ReceivedFrom is null ? null : $"dns; {ReceivedFrom}");
        Write(header, "Arrival-Date", Arrival);
        foreach (var recipient in Recipients)
        {
            header.End();
            Write(header, "Original-Recipient", recipient.OriginalRecipient is null ? null : Typed(recipient.OriginalRecipient));
            Write(header, "Final-Recipient", Typed(recipient.FinalRecipient));
            Write(header, "Action", recipient.Action.ToString().ToLowerInvariant());
            Write(header, "Status", recipient.WrittenStatus.ToString());
            Write(header, "Remote-MTA", string.IsNullOrEmpty(recipient.RemoteMta) ? null : $"dns; {recipient.RemoteMta}");
            Write(header, "Diagnostic-Code", string.IsNullOrEmpty(recipient.Diagnostic) ? null : $"{recipient.DiagnosticType}; {recipient.Diagnostic}");
            Write(header, "Last-Attempt-Date", recipient.LastAttempt);
            Write(header, "Will-Retry-Until", recipient.Action == DeliveryAction.Delayed ? recipient.WillRetryUntil : null);
        }
    }

    private static void Write(HeaderWriter header, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            header.Field(name, Line.From(Octets.Printable(value, LongestText)));
    }

    private static void Write(HeaderWriter header, string name, DateTimeOffset? time)
    {
        if (time is { } known)
            Write(header, name, InternetDate.Format(known));
    }

    private static string Typed(Mailbox mailbox) =>
        mailbox.IsAscii ? $"rfc822; {mailbox}" : $"utf-8; {Xtext.EncodeUtf8Address(mailbox.ToString())}";

    // RFC 6533 3: an address of type utf-8 is coded in this body; all others are printable ASCII as they are.
    private static string Typed(string typeAndAddress)
    {
        var semicolon = typeAndAddress.IndexOf(';', StringComparison.Ordinal);
        var (type, address) = semicolon < 0 ? ("rfc822", typeAndAddress) : (typeAndAddress[..semicolon], typeAndAddress[(semicolon + 1)..]);
        var coded = type.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? Xtext.EncodeUtf8Address(address) : address;
        return $"{type}; {coded}";
    }
}
