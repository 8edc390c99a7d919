using System.Buffers;

namespace Tell.Mail;

/// <summary>
/// A return receipt: that somebody has opened a message (RFC 8098; facts: lotus 7.3), because the sender asked and the reader agreed. multipart/report of a text,
/// message/disposition-notification and the header of the message. It is sent with the null reverse path, and only ever once for a message.
/// </summary>
public sealed record DispositionReport
{
    /// <summary>Who opened it.</summary>
    public required Mailbox From { get; init; }

    /// <summary>Who asked to be told.</summary>
    public required Mailbox To { get; init; }

    /// <summary>When it is made.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The id of the receipt.</summary>
    public required MessageId MessageId { get; init; }

    /// <summary>What separates its parts.</summary>
    public required Boundary Boundary { get; init; }

    /// <summary>The host whose users read mail.</summary>
    public required Domain Host { get; init; }

    /// <summary>Its language.</summary>
    public ReportWords Words { get; init; } = ReportWords.English;

    /// <summary>The id of the message; none where it has none.</summary>
    public MessageId Original { get; init; }

    /// <summary>The field Original-Recipient of the message as "type;address"; null where it has none.</summary>
    public string? OriginalRecipient { get; init; }

    /// <summary>The subject of the message; null where it is not known.</summary>
    public string? OriginalSubject { get; init; }

    /// <summary>When the message was written; null where it is not known.</summary>
    public DateTimeOffset? Written { get; init; }

    /// <summary>The header of the message, cut as <see cref="ReturnedHeader.Of"/> does; empty to return nothing.</summary>
    public ReadOnlyMemory<byte> Header { get; init; }

    /// <summary>True where only SMTPUTF8 can carry it.</summary>
    public bool NeedsSmtpUtf8 => !To.IsAscii || !From.IsAscii;

    /// <summary>What it is, and has to be sent as.</summary>
    public BodyType Body => NeedsSmtpUtf8 || !System.Text.Ascii.IsValid(Header.Span) ? BodyType.EightBitMime : BodyType.SevenBit;

    /// <summary>The subject.</summary>
    public Line Subject => Words.Subject(ReportKind.Receipt, OriginalSubject);

    /// <summary>The text for people, lines ended by LF.</summary>
    public string Text => string.Concat(Words.Fill("introduction.receipt",
        ("subject", OriginalSubject), ("written", Written is { } written ? Words.Date(written) : null), ("opened", Words.Date(Date)), ("recipient", From.ToString())).Select(line => line + "\n"));

    /// <summary>The message.</summary>
    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>(2048 + Header.Length);
        var header = new HeaderWriter(output, Words.Charset);
        header
            .Addresses("From", From)
            .Addresses("To", To)
            .Field("Date", Line.From(InternetDate.Format(Date)))
            .Field("Message-ID", Line.From(MessageId.Value))
            .Text("Subject", Subject)
            .Field("Auto-Submitted", Line.From("auto-replied"));
        var original = !Original.IsNone && System.Text.Ascii.IsValid(Original.Value) ? Line.From(Original.Value) : default;
        if (!original.IsEmpty)
            header.Field("In-Reply-To", original).Field("References", original);
        header.Field("MIME-Version", Line.From("1.0")).Parts("Content-Type", "multipart/report", "report-type=disposition-notification", $"boundary=\"{Boundary}\"");
        if (Body == BodyType.EightBitMime)
            header.Parts("Content-Transfer-Encoding", "8bit");
        header.End();
        var text = TextPart.Of(Text, Words.Charset, 0, Boundary);
        output.Utf8($"--{Boundary}\r\n");
        header.Parts("Content-Type", ["text/plain", .. text.Parameters]);
        if (text.TransferEncoding is not null)
            header.Parts("Content-Transfer-Encoding", text.TransferEncoding);
        header.End();
        text.WriteTo(output);
        output.Utf8($"\r\n--{Boundary}\r\n");
        // RFC 6533 5: the same with UTF-8.
        if (NeedsSmtpUtf8)
            header.Parts("Content-Type", "message/global-disposition-notification").Parts("Content-Transfer-Encoding", "8bit").End();
        else
            header.Parts("Content-Type", "message/disposition-notification").End();
        DeliveryStatus.Write(header, "Reporting-UA", $"{Host}; Tell");
        DeliveryStatus.WriteAddress(header, "Original-Recipient", OriginalRecipient, NeedsSmtpUtf8);
        DeliveryStatus.WriteAddress(header, "Final-Recipient", DeliveryStatus.Typed(From), NeedsSmtpUtf8);
        if (!original.IsEmpty)
            header.Field("Original-Message-ID", original);
        // RFC 8098 3.2.6: somebody said so, and said that it be sent.
        header.Field("Disposition", Line.From("manual-action/MDN-sent-manually; displayed"));
        if (!Header.IsEmpty)
        {
            output.Utf8($"\r\n--{Boundary}\r\n");
            header.Parts("Content-Type", "text/rfc822-headers");
            if (!System.Text.Ascii.IsValid(Header.Span))
                header.Parts("Content-Transfer-Encoding", "8bit");
            header.End();
            output.Write(Header.Span);
        }
        output.Utf8($"\r\n--{Boundary}--\r\n");
        return output.WrittenSpan.ToArray();
    }
}
