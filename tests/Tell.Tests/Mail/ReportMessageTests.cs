using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class ReportMessageTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 22, 4, 19, 0, TimeSpan.Zero);

    private static readonly RecipientReport Failed = new(Mailbox.Parse("kijitora@example.com"), DeliveryAction.Failed, new EnhancedStatus(5, 1, 1))
    {
        OriginalRecipient = "rfc822;kiji@example.com",
        RemoteMta = "mx.example.com",
        Diagnostic = "550 5.1.1 No such user",
        LastAttempt = Time,
    };

    private static ReportMessage Report(params RecipientReport[] recipients) => new()
    {
        To = Mailbox.Parse("ada@example.test"),
        Date = Time,
        MessageId = MessageId.New("0193AC", Domain.Parse("mx.example.test")),
        Boundary = Boundary.Of("0193AC"),
        Status = new DeliveryStatus
        {
            ReportingMta = Domain.Parse("mx.example.test"),
            EnvelopeId = "QQ 314",
            ReceivedFrom = "client.example.test",
            ReceivedFromAddress = "2001:db8::1",
            Arrival = Time.AddHours(-1),
            Recipients = [.. recipients],
        },
        OriginalSubject = "The engine",
        Returned = ReturnContent.Full,
    };

    private static string Prefix(ReportMessage report) => Encoding.UTF8.GetString(report.Prefix());

    [Fact]
    public void A_failure_is_reported_in_the_words_of_the_original_and_for_machines() =>
        Assert.Equal(
            """
            From: Mail Delivery <postmaster@mx.example.test>
            To: ada@example.test
            Date: Sun, 22 Nov 2026 04:19:00 +0000
            Message-ID: <0193AC@mx.example.test>
            Subject: Undeliverable message
            Auto-Submitted: auto-replied
            In-Reply-To: <1@example.test>
            References: <1@example.test>
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status;
             boundary="0__=0193AC"

            --0__=0193AC
            Content-Type: text/plain; charset=us-ascii

            Your message of Sun, 22 Nov 2026 03:19:00 +0000 was not delivered to those named below, and it will not be tried again.
            Subject: The engine

            ------- Failure Reasons  --------

            User not listed in public Name & Address Book
            kijitora@example.com
            mx.example.com said: 550 5.1.1 No such user

            ------- Returned Message --------

            The message is returned as it came.

            --0__=0193AC
            Content-Type: message/delivery-status

            Original-Envelope-Id: QQ 314
            Reporting-MTA: dns; mx.example.test
            Received-From-MTA: dns; client.example.test ([IPv6:2001:db8::1])
            Arrival-Date: Sun, 22 Nov 2026 03:19:00 +0000

            Original-Recipient: rfc822; kiji@example.com
            Final-Recipient: rfc822; kijitora@example.com
            Action: failed
            Status: 5.1.1
            Remote-MTA: dns; mx.example.com
            Diagnostic-Code: smtp; 550 5.1.1 No such user
            Last-Attempt-Date: Sun, 22 Nov 2026 04:19:00 +0000

            --0__=0193AC
            Content-Type: message/rfc822


            """.ReplaceLineEndings("\r\n"),
            Prefix(Report(Failed) with { Original = Id("<1@example.test>") }));

    [Fact]
    public void Several_recipients_repeat_the_pair()
    {
        var expired = new RecipientReport(Mailbox.Parse("b@x"), DeliveryAction.Failed, new EnhancedStatus(4, 4, 7)) { Reason = Line.From("Delivery time expired") };
        var text = Prefix(Report(Failed with { Diagnostic = null }, expired));
        Assert.Contains("- User not listed in public Name & Address Book\r\nkijitora@example.com\r\nDetails: 5.1.1 User not listed in public Name & Address Book\r\n\r\n- Delivery time expired\r\nb@x\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Final-Recipient: rfc822; b@x\r\nAction: failed\r\nStatus: 4.4.7\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_delay_says_until_when_and_returns_the_header_only()
    {
        var report = Report(Failed with { Action = DeliveryAction.Delayed, Status = default, WillRetryUntil = Time.AddDays(4) });
        var text = Prefix(report);
        Assert.Contains("Subject: Delayed message\r\n", text, StringComparison.Ordinal);
        Assert.Contains("------- Delay Reasons  --------\r\n", text, StringComparison.Ordinal);
        Assert.Contains("It will be tried until Thu, 26 Nov 2026 04:19:00 +0000.\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Action: delayed\r\nStatus: 4.0.0\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Will-Retry-Until: Thu, 26 Nov 2026 04:19:00 +0000\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("Content-Type: text/rfc822-headers\r\n\r\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DeliveryAction.Delivered, "delivered")]
    [InlineData(DeliveryAction.Relayed, "relayed")]
    [InlineData(DeliveryAction.Expanded, "expanded")]
    public void Success_is_never_written_with_the_status_of_a_failure(DeliveryAction action, string word)
    {
        var text = Prefix(Report(Failed with { Action = action }));
        Assert.Contains($"Action: {word}\r\nStatus: 2.1.1\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Subject: Delivered message", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BodyType.SevenBit, false, "message/rfc822", null)]
    [InlineData(BodyType.EightBitMime, false, "message/rfc822", "8bit")]
    [InlineData(BodyType.BinaryMime, false, "message/rfc822", "binary")]
    public void The_third_part_and_the_report_say_what_is_returned(BodyType body, bool utf8, string type, string? encoding)
    {
        var report = Report(Failed) with { ReturnedBody = body, ReturnedUtf8 = utf8 };
        var end = encoding is null ? "" : $"Content-Transfer-Encoding: {encoding}\r\n";
        Assert.EndsWith($"Content-Type: {type}\r\n{end}\r\n", Prefix(report), StringComparison.Ordinal);
        Assert.Equal(encoding, HeaderBlock.Read(report.Prefix().AsMemory()).Find("Content-Transfer-Encoding")?.Text.Text);
        Assert.False(report.NeedsSmtpUtf8);
    }

    // RFC 6533 4: a sender whose address is ASCII may be reached by nothing but what is 7bit.
    [Fact]
    public void An_internationalised_message_is_returned_in_base64_where_its_report_travels_without_SMTPUTF8()
    {
        var report = Report(Failed) with { ReturnedBody = BodyType.EightBitMime, ReturnedUtf8 = true };
        Assert.EndsWith("Content-Type: message/global\r\nContent-Transfer-Encoding: base64\r\n\r\n", Prefix(report), StringComparison.Ordinal);
        Assert.Equal((true, false, BodyType.SevenBit), (report.ReturnsBase64, report.NeedsSmtpUtf8, report.Body));
        Assert.Null(HeaderBlock.Read(report.Prefix().AsMemory()).Find("Content-Transfer-Encoding"));

        report = report with { To = Mailbox.Parse("\u00e9@example.test") };
        Assert.EndsWith("Content-Type: message/global\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", Prefix(report), StringComparison.Ordinal);
        Assert.Equal((false, true, BodyType.EightBitMime), (report.ReturnsBase64, report.NeedsSmtpUtf8, report.Body));
    }

    // RFC 6533 3 and 4: unitext in message/global-delivery-status, xtext in message/delivery-status.
    [Fact]
    public void Addresses_beyond_ASCII_stand_for_themselves_where_the_report_travels_with_SMTPUTF8()
    {
        var text = Prefix(Report(new RecipientReport(Mailbox.Parse("\u00e9+x@b\u00fccher.example"), DeliveryAction.Failed, default) { OriginalRecipient = "utf-8;\u00e9\\\u0085@x" })
            with { To = Mailbox.Parse("\u00e9@example.test") });
        Assert.Contains("Content-Type: message/global-delivery-status\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Original-Recipient: utf-8; \u00e9\\x{5C}\\x{85}@x\r\nFinal-Recipient: utf-8; \u00e9\\x{2B}x@xn--bcher-kva.example\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_in_German()
    {
        var report = Report(Failed, Failed with { Action = DeliveryAction.Delayed, WillRetryUntil = Time.AddDays(4) }) with { Words = [ReportWords.BuiltIn["de"]] };
        Assert.Equal(
            """
            Ihre Nachricht vom 22.11.2026 03:19 +00:00 wurde den unten Genannten nicht zugestellt, und es wird nicht noch einmal versucht.
            Betreff: The engine

            ------- Gründe des Scheiterns --------

            Der Empfänger ist nicht bekannt
            kijitora@example.com
            mx.example.com antwortete: 550 5.1.1 No such user

            ------- Gründe der Verspätung --------

            Der Empfänger ist nicht bekannt
            kijitora@example.com
            mx.example.com antwortete: 550 5.1.1 No such user
            Es wird bis 26.11.2026 04:19 +00:00 versucht.

            Sie müssen nichts tun. Sie erfahren es, wenn die Nachricht nicht zugestellt werden kann.

            ------- Zurückgegebene Nachricht --------

            Die Nachricht wird zurückgegeben, wie sie kam.

            """.ReplaceLineEndings("\n"), report.Text);
        Assert.Contains("Content-Type: text/plain; charset=iso-8859-1\r\n", Prefix(report), StringComparison.Ordinal);
        Assert.Contains("Content-Language: de\r\n", Prefix(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_kind_in_English_and_in_Japanese()
    {
        foreach (var (language, delayed, delivered, relayed, expanded) in new[]
        {
            ("en", "Delayed message", "The message was delivered\n", "The message was handed on to the next host; nothing more", "The message was delivered to a group"),
            ("ja", "配信遅延メッセージ", "メッセージは配信されました\n", "メッセージは次のサーバーに渡されました", "メッセージはグループに"),
        })
        {
            ReportMessage Of(DeliveryAction action) => Report(Failed with { Action = action }) with { Words = [ReportWords.BuiltIn[language]] };
            Assert.Equal(delayed, Of(DeliveryAction.Delayed).Subject.Text);
            Assert.Contains(delivered, Of(DeliveryAction.Delivered).Text, StringComparison.Ordinal);
            Assert.Contains(relayed, Of(DeliveryAction.Relayed).Text, StringComparison.Ordinal);
            Assert.Contains(expanded, Of(DeliveryAction.Expanded).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void With_nothing_returned_there_is_no_third_part()
    {
        var text = Prefix(Report(Failed) with { Returned = null, ReturnedBody = BodyType.EightBitMime });
        Assert.DoesNotContain("Returned Message", text, StringComparison.Ordinal);
        Assert.DoesNotContain("8bit", text, StringComparison.Ordinal);
        Assert.EndsWith("Last-Attempt-Date: Sun, 22 Nov 2026 04:19:00 +0000\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_peers_said_cannot_add_a_field_a_part_or_a_screen_command()
    {
        var hostile = "550 no\r\nAction: delivered\r\n\r\n--0__=0193AC--\r\n\u001b[2J\u009b漢" + new string('x', 5000);
        var report = Report(Failed with
        {
            Diagnostic = hostile,
            RemoteMta = hostile,
            Reason = Line.Clean(hostile),
            OriginalRecipient = "rfc822;" + hostile,
            DiagnosticType = "smtp\r\nX",
        });
        report = report with { Status = report.Status with { EnvelopeId = hostile, ReceivedFrom = hostile } };
        var text = Prefix(report);
        Assert.DoesNotContain("\r\nAction: delivered", text, StringComparison.Ordinal);
        Assert.Equal(3, text.Split("\r\n--0__=0193AC").Length - 1);
        Assert.DoesNotContain('\u001b', text);
        Assert.All(text.Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, HeaderWriter.MaxLine));
        Assert.True(Ascii.IsValid(text));
    }

    [Fact]
    public void Quoted_printable_does_not_carry_a_screen_command_past_the_cleaning()
    {
        var text = Prefix(Report(Failed with { Diagnostic = "550 é\u001b[2J\u009b2J\u007f" }));
        Assert.Contains("quoted-printable", text, StringComparison.Ordinal);
        Assert.Contains("said: 550 =C3=A9 [2J 2J=20\r\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('\u2028')]
    [InlineData('\u2029')]
    [InlineData('\u202A')]
    [InlineData('\u202E')]
    [InlineData('\u2066')]
    [InlineData('\u2069')]
    public void What_a_host_said_neither_turns_the_text_around_nor_begins_a_line_of_it(char hidden)
    {
        var text = Prefix(Report(Failed with { Diagnostic = $"550 5.1.1 é{hidden}gnp.exe" }));
        Assert.Contains("said: 550 5.1.1 =C3=A9 gnp.exe\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_beyond_ASCII_are_coded_for_machines()
    {
        var text = Prefix(Report(new RecipientReport(Mailbox.Parse("é@bücher.example"), DeliveryAction.Failed, default) { OriginalRecipient = "utf-8;é@x" }));
        Assert.Contains("Original-Recipient: utf-8; \\x{E9}@x\r\nFinal-Recipient: utf-8; \\x{E9}@xn--bcher-kva.example\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Status: 5.0.0", text, StringComparison.Ordinal);
    }

    private static MessageId Id(string text) => MessageId.TryParse(text, out var id) ? id : throw new FormatException(text);
}
