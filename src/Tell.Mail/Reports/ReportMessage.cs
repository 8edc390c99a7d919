using System.Buffers;

namespace Tell.Mail;

/// <summary>
/// A delivery report: multipart/report (RFC 6522) of a text for people, message/delivery-status (RFC 3464) and what is returned of the
/// message. The returned octets may be many, so a report is what stands before them and what stands after them: write
/// <see cref="Prefix"/>, then the octets unchanged, then <see cref="Suffix"/>. It is sent with the null reverse path.
/// </summary>
public sealed record ReportMessage
{
    /// <summary>The sender of the message, to whom it is reported.</summary>
    public required Mailbox To { get; init; }

    /// <summary>When the report is made.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The id of the report.</summary>
    public required MessageId MessageId { get; init; }

    /// <summary>What separates its parts.</summary>
    public required Boundary Boundary { get; init; }

    /// <summary>What is reported. The report is from postmaster at its reporting host.</summary>
    public required DeliveryStatus Status { get; init; }

    /// <summary>The id of the message reported on, for In-Reply-To and References (RFC 3834 3.1.5); none where it has none.</summary>
    public MessageId Original { get; init; }

    /// <summary>
    /// What the caller writes between prefix and suffix: the whole message, or its header alone; null for nothing, and then there is no
    /// third part. Unspecified means the whole message for a failure and the header otherwise (RFC 3461 4.3).
    /// </summary>
    public ReturnContent? Returned { get; init; }

    /// <summary>What the returned octets are; the report is declared accordingly and must be sent as that.</summary>
    public BodyType ReturnedBody { get; init; }

    /// <summary>True where the header of the message holds UTF-8 (RFC 6532): it is returned as message/global (RFC 6533).</summary>
    public bool ReturnedUtf8 { get; init; }

    /// <summary>What <see cref="Returned"/> comes to.</summary>
    public ReturnContent? WrittenReturn => Returned switch
    {
        null => null,
        ReturnContent.Unspecified => Reports(DeliveryAction.Failed) ? ReturnContent.Full : ReturnContent.Headers,
        // RFC 3461 4.3: RET speaks of failures; every other report returns the header at most.
        ReturnContent.Full when !Reports(DeliveryAction.Failed) => ReturnContent.Headers,
        _ => Returned,
    };

    /// <summary>True where only SMTPUTF8 can carry the report: the sender's own local part is beyond ASCII, or a UTF-8 header is returned.</summary>
    public bool NeedsSmtpUtf8 => !To.IsAscii || (ReturnedUtf8 && WrittenReturn is not null);

    /// <summary>The subject, in the words of facts lotus 7.1 for a failure.</summary>
    public Line Subject =>
        Line.From(Reports(DeliveryAction.Failed) ? "Undeliverable message" : Reports(DeliveryAction.Delayed) ? "Delayed message" : "Delivered message");

    /// <summary>All that stands before the returned octets; without a return, all but the suffix.</summary>
    public byte[] Prefix()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        var header = new HeaderWriter(output);
        WriteHeader(header);
        var text = TextPart.Of(ReportText.Of(Status, WrittenReturn), Boundary);
        output.Utf8($"--{Boundary}\r\n");
        header.Parts("Content-Type", "text/plain", $"charset={text.Charset}");
        if (text.TransferEncoding is not null)
            header.Parts("Content-Transfer-Encoding", text.TransferEncoding);
        header.End();
        text.WriteTo(output);
        output.Utf8($"\r\n--{Boundary}\r\n");
        header.Parts("Content-Type", "message/delivery-status").End();
        Status.WriteTo(output);
        if (WrittenReturn is { } returned)
        {
            output.Utf8($"\r\n--{Boundary}\r\n");
            header.Parts("Content-Type", (returned == ReturnContent.Headers, ReturnedUtf8) switch
            {
                (true, false) => "text/rfc822-headers",
                (true, true) => "message/global-headers",
                (false, false) => "message/rfc822",
                (false, true) => "message/global",
            });
            if (TransferEncoding is not null)
                header.Parts("Content-Transfer-Encoding", TransferEncoding);
            header.End();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>All that stands after the returned octets, which it leaves unchanged whether they end with a line end or not.</summary>
    public byte[] Suffix() => System.Text.Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n");

    private string? TransferEncoding => (WrittenReturn is null, ReturnedBody, ReturnedUtf8) switch
    {
        (true, _, _) => null,
        (_, BodyType.BinaryMime, _) => "binary",
        (_, BodyType.EightBitMime, _) or (_, _, true) => "8bit",
        _ => null,
    };

    private void WriteHeader(HeaderWriter header)
    {
        var postmaster = Mailbox.TryCreate("postmaster", Status.ReportingMta, out var mailbox)
            ? mailbox
            : throw new InvalidOperationException("The reporting host has no name that fits an address.");
        header
            .Addresses("From", new NamedMailbox(postmaster, Line.From("Mail Delivery")))
            .Addresses("To", To)
            .Field("Date", Line.From(InternetDate.Format(Date)))
            .Field("Message-ID", Line.From(MessageId.Value))
            .Text("Subject", Subject)
            .Field("Auto-Submitted", Line.From("auto-replied"));
        // An id beyond ASCII would make a UTF-8 header of ours.
        if (!Original.IsNone && System.Text.Ascii.IsValid(Original.Value))
            header.Field("In-Reply-To", Line.From(Original.Value)).Field("References", Line.From(Original.Value));
        header
            .Field("MIME-Version", Line.From("1.0"))
            .Parts("Content-Type", "multipart/report", "report-type=delivery-status", $"boundary=\"{Boundary}\"");
        if (TransferEncoding is not null)
            header.Parts("Content-Transfer-Encoding", TransferEncoding);
        header.End();
    }

    private bool Reports(DeliveryAction action) => Status.Recipients.Any(recipient => recipient.Action == action);
}
