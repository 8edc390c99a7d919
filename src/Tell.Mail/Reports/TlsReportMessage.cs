using System.Buffers;

namespace Tell.Mail;

/// <summary>
/// A report on TLS sessions as mail (RFC 8460 5.3): multipart/report of a text for people and the compressed report. All of it is 7bit.
/// </summary>
public sealed record TlsReportMessage
{
    /// <summary>Who reports.</summary>
    public required Mailbox From { get; init; }

    /// <summary>Who asked for it.</summary>
    public required Mailbox To { get; init; }

    /// <summary>When it is sent.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The id of the message.</summary>
    public required MessageId MessageId { get; init; }

    /// <summary>What separates its parts.</summary>
    public required Boundary Boundary { get; init; }

    /// <summary>The domain that it is about.</summary>
    public required string Domain { get; init; }

    /// <summary>The host that reports.</summary>
    public required string Submitter { get; init; }

    /// <summary>The id of the report.</summary>
    public required string ReportId { get; init; }

    /// <summary>The name of the attached file.</summary>
    public required string FileName { get; init; }

    /// <summary>The report, compressed.</summary>
    public required ReadOnlyMemory<byte> Report { get; init; }

    /// <summary>The subject in the form that RFC 8460 5.3 prescribes.</summary>
    public Line Subject => Line.From($"Report Domain: {Domain} Submitter: {Submitter} Report-ID: <{ReportId}>");

    /// <summary>The message.</summary>
    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>(2048 + (int)Base64Lines.EncodedSize(Report.Length));
        var header = new HeaderWriter(output);
        header
            .Addresses("From", From)
            .Addresses("To", To)
            .Field("Date", Line.From(InternetDate.Format(Date)))
            .Field("Message-ID", Line.From(MessageId.Value))
            .Field("Subject", Subject)
            .Field("TLS-Report-Domain", Line.From(Domain))
            .Field("TLS-Report-Submitter", Line.From(Submitter))
            // RFC 8460 3, RFC 8689 5: whatever is wrong with TLS on the way, the report about it is to arrive.
            .Field("TLS-Required", Line.From("No"))
            .Field("Auto-Submitted", Line.From("auto-generated"))
            .Field("MIME-Version", Line.From("1.0"))
            .Parts("Content-Type", "multipart/report", "report-type=\"tlsrpt\"", $"boundary=\"{Boundary}\"")
            .End();
        output.Utf8($"--{Boundary}\r\n");
        header.Parts("Content-Type", "text/plain", "charset=us-ascii").End();
        output.Utf8($"This is a report on TLS sessions for mail to {Domain},\r\nmade by {Submitter} (RFC 8460).\r\n");
        output.Utf8($"\r\n--{Boundary}\r\n");
        header
            .Parts("Content-Type", "application/tlsrpt+gzip")
            .Parts("Content-Transfer-Encoding", "base64")
            .Parts("Content-Disposition", ["attachment", .. MimeParameter.Words("filename", FileName)])
            .End();
        var base64 = new Base64Lines(output);
        base64.Write(Report.Span);
        base64.Finish();
        output.Utf8($"--{Boundary}--\r\n");
        return output.WrittenSpan.ToArray();
    }
}
