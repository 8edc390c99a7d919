using System.Buffers;
using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>
/// A delivery report: multipart/report (RFC 6522) of a text for people, message/delivery-status (RFC 3464) and what is returned of the
/// message. The returned octets may be many, so a report is what stands before them and what stands after them: write
/// <see cref="Prefix"/>, then the octets, as they are or in base64 where <see cref="ReturnsBase64"/> says so, then <see cref="Suffix"/>. It is sent with the null reverse path.
/// </summary>
public sealed record ReportMessage
{
    private const int LongestSubject = 200;

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

    /// <summary>The languages that it speaks, one after the other; at least one.</summary>
    public ImmutableArray<ReportWords> Words { get; init; } = [ReportWords.English];

    /// <summary>The id of the message reported on, for In-Reply-To and References (RFC 3834 3.1.5); none where it has none.</summary>
    public MessageId Original { get; init; }

    /// <summary>The subject of the message reported on, for people; null where it is not known.</summary>
    public string? OriginalSubject { get; init; }

    /// <summary>True for a report whose sender wanted to know the way of the message.</summary>
    public bool IsTrace { get; init; }

    /// <summary>The way of the message, one line for each step; empty for none.</summary>
    public ImmutableArray<string> Way { get; init; } = [];

    /// <summary>
    /// What the caller writes between prefix and suffix: the whole message, or its header alone; null for nothing, and then there is no
    /// third part. Unspecified means the whole message for a failure and the header otherwise (RFC 3461 4.3).
    /// </summary>
    public ReturnContent? Returned { get; init; }

    /// <summary>What the returned octets are; the report is declared accordingly and must be sent as <see cref="Body"/>.</summary>
    public BodyType ReturnedBody { get; init; }

    /// <summary>True where the header of the message holds UTF-8 (RFC 6532): it is returned as message/global (RFC 6533).</summary>
    public bool ReturnedUtf8 { get; init; }

    /// <summary>What it is about.</summary>
    public ReportKind Kind => Reports(DeliveryAction.Failed) ? ReportKind.Failure
        : IsTrace ? ReportKind.Trace
        : Reports(DeliveryAction.Delayed) ? ReportKind.Delay
        : ReportKind.Delivery;

    /// <summary>What <see cref="Returned"/> comes to.</summary>
    public ReturnContent? WrittenReturn => Returned switch
    {
        null => null,
        ReturnContent.Unspecified => Reports(DeliveryAction.Failed) ? ReturnContent.Full : ReturnContent.Headers,
        // RFC 3461 4.3: RET speaks of failures; every other report returns the header at most.
        ReturnContent.Full when !Reports(DeliveryAction.Failed) => ReturnContent.Headers,
        _ => Returned,
    };

    /// <summary>
    /// True where only SMTPUTF8 can carry the report: the sender's own local part is beyond ASCII. A UTF-8 header that is returned does not ask for it (RFC 6533 4): the
    /// sender may be reached by nothing else than what is 7bit.
    /// </summary>
    public bool NeedsSmtpUtf8 => !To.IsAscii;

    /// <summary>True where the caller writes the returned octets in base64: a UTF-8 header in a report that travels without SMTPUTF8 (RFC 6532 3.7, RFC 6533 4).</summary>
    public bool ReturnsBase64 => ReturnedUtf8 && WrittenReturn is not null && !NeedsSmtpUtf8;

    /// <summary>What the report is, and has to be sent as.</summary>
    public BodyType Body => NeedsSmtpUtf8 && ReturnedBody == BodyType.SevenBit ? BodyType.EightBitMime : WrittenReturn is null || ReturnsBase64 ? BodyType.SevenBit : ReturnedBody;

    /// <summary>The subject, in the words of facts lotus 7.1 for a failure in English.</summary>
    public Line Subject => Words[0].Subject(Kind, OriginalSubject is { } subject ? Shortened(subject) : null);

    /// <summary>The text for people, lines ended by LF.</summary>
    public string Text => ReportText.Of(OriginalSubject is { } subject ? this with { OriginalSubject = Shortened(subject) } : this);

    /// <summary>All that stands before the returned octets; without a return, all but the suffix.</summary>
    public byte[] Prefix()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        // One charset holds one language; only UTF-8 holds all of them.
        var charset = Words.Length == 1 ? Words[0].Charset : null;
        var header = new HeaderWriter(output, charset);
        WriteHeader(header);
        var text = TextPart.Of(Text, charset, 0, Boundary);
        output.Utf8($"--{Boundary}\r\n");
        header.Parts("Content-Type", ["text/plain", .. text.Parameters]);
        if (text.TransferEncoding is not null)
            header.Parts("Content-Transfer-Encoding", text.TransferEncoding);
        if (Words.Length == 1 && Words[0].Language != ReportWords.LastResort)
            header.Parts("Content-Language", Words[0].Language);
        header.End();
        text.WriteTo(output);
        output.Utf8($"\r\n--{Boundary}\r\n");
        if (NeedsSmtpUtf8)
            header.Parts("Content-Type", "message/global-delivery-status").Parts("Content-Transfer-Encoding", "8bit").End();
        else
            header.Parts("Content-Type", "message/delivery-status").End();
        Status.WriteTo(output, NeedsSmtpUtf8);
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
            if ((ReturnsBase64 ? "base64" : Encoding(ReturnedUtf8 && ReturnedBody == BodyType.SevenBit ? BodyType.EightBitMime : ReturnedBody)) is { } encoding)
                header.Parts("Content-Transfer-Encoding", encoding);
            header.End();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>All that stands after the returned octets, which it leaves unchanged whether they end with a line end or not.</summary>
    public byte[] Suffix() => System.Text.Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n");

    private static string? Encoding(BodyType body) => body switch { BodyType.BinaryMime => "binary", BodyType.EightBitMime => "8bit", _ => null };

    private static string Shortened(string text)
    {
        var shown = ReportWords.Shown(text).Trim();
        if (shown.Length <= LongestSubject)
            return shown;
        return string.Concat(shown.AsSpan(0, char.IsHighSurrogate(shown[LongestSubject - 1]) ? LongestSubject - 1 : LongestSubject), "...");
    }

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
        if (Encoding(Body) is { } encoding)
            header.Parts("Content-Transfer-Encoding", encoding);
        header.End();
    }

    private bool Reports(DeliveryAction action) => Status.Recipients.Any(recipient => recipient.Action == action);
}
