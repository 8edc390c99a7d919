using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class DispositionReportTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 22, 4, 19, 0, TimeSpan.Zero);

    private static DispositionReport Receipt => new()
    {
        From = Mailbox.Parse("ben@tell.test"),
        To = Mailbox.Parse("ada@example.test"),
        Date = Time,
        MessageId = MessageId.New("0193AC", Domain.Parse("mx.tell.test")),
        Boundary = Boundary.Of("0193AC"),
        Host = Domain.Parse("mx.tell.test"),
        Original = MessageId.TryParse("<1@example.test>", out var id) ? id : default,
        OriginalRecipient = "rfc822;b@tell.test",
        OriginalSubject = "The engine",
        Written = Time.AddHours(-2),
        Header = "Subject: The engine\r\n"u8.ToArray(),
    };

    [Fact]
    public void A_receipt_says_that_a_message_was_opened_and_no_more() =>
        Assert.Equal(
            """
            From: ben@tell.test
            To: ada@example.test
            Date: Sun, 22 Nov 2026 04:19:00 +0000
            Message-ID: <0193AC@mx.tell.test>
            Subject: Return receipt
            Auto-Submitted: auto-replied
            In-Reply-To: <1@example.test>
            References: <1@example.test>
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=disposition-notification;
             boundary="0__=0193AC"

            --0__=0193AC
            Content-Type: text/plain; charset=us-ascii

            Your message of Sun, 22 Nov 2026 02:19:00 +0000 was opened by ben@tell.test on Sun, 22 Nov 2026 04:19:00 +0000.
            Subject: The engine
            This says nothing about whether it was read or understood.

            --0__=0193AC
            Content-Type: message/disposition-notification

            Reporting-UA: mx.tell.test; Tell
            Original-Recipient: rfc822; b@tell.test
            Final-Recipient: rfc822; ben@tell.test
            Original-Message-ID: <1@example.test>
            Disposition: manual-action/MDN-sent-manually; displayed

            --0__=0193AC
            Content-Type: text/rfc822-headers

            Subject: The engine

            --0__=0193AC--

            """.ReplaceLineEndings("\r\n"), Encoding.ASCII.GetString(Receipt.ToBytes()));

    [Fact]
    public void Beyond_ASCII_it_is_a_global_one_in_the_language_that_was_asked_for()
    {
        var receipt = Receipt with { To = Mailbox.Parse("\u00e9@example.test"), Words = ReportWords.BuiltIn["fr"], OriginalRecipient = "utf-8;\u00fc@tell.test" };
        var text = Encoding.UTF8.GetString(receipt.ToBytes());
        Assert.Equal((true, BodyType.EightBitMime), (receipt.NeedsSmtpUtf8, receipt.Body));
        Assert.Contains("Content-Type: message/global-disposition-notification\r\nContent-Transfer-Encoding: 8bit\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Original-Recipient: utf-8; \u00fc@tell.test\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Accus\u00e9 de lecture", receipt.Subject.Text, StringComparison.Ordinal);
    }

    [PythonFact]
    public void Python_reads_it_without_defects()
    {
        var read = PythonEmail.Read(Receipt.ToBytes());
        PythonEmail.AssertNoDefects(read);
        Assert.Equal(["text/plain", "message/disposition-notification", "text/rfc822-headers"], PythonEmail.Parts(read).Select(PythonEmail.Type));
    }
}
