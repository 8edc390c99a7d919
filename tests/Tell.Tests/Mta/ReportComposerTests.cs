using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Configuration;
using static Tell.Tests.Mta.ComposedReports;

namespace Tell.Tests.Mta;

/// <summary>What a report says, what it returns, in which language, and what kind of document it is.</summary>
public sealed class ReportComposerTests
{
    private static readonly RecipientReport Unknown = Of("u0@example.com", DeliveryAction.Failed, "5.1.1", "550 5.1.1 No such user");

    [Fact]
    public void A_report_for_somebody_here_is_a_document_in_the_words_of_Notes() => Run(async reports =>
    {
        var (report, _) = await reports.ComposeAsync(
            [Unknown with { OriginalRecipient = "rfc822;u@example.com" }, Of("u1@example.com", DeliveryAction.Failed, "4.4.7", "expired", remote: false)],
            to: "ada@tell.test", envelope: envelope => envelope with { EnvelopeId = "QQ314" });
        Assert.Equal((WorkQueue.MailBox, Forms.NonDeliveryReport), (report.Queue, report.Form));
        Assert.Null(report.Envelope!.Sender);
        Assert.Equal("Undeliverable message", report[ItemNames.Subject]?.Text);
        Assert.Equal(["0", "0"], report[ItemNames.DsnType]!.Texts.AsEnumerable());
        Assert.Equal(["u0@example.com", "u1@example.com"], report[ItemNames.DsnRecipients]!.Texts.AsEnumerable());
        Assert.Equal(["5.1.1", "4.4.7"], report[ItemNames.DsnStatus]!.Texts.AsEnumerable());
        Assert.Equal(["User not listed in public Name & Address Book: 550 5.1.1 No such user", "Delivery time expired: expired"], report[ItemNames.DsnReason]!.Texts.AsEnumerable());
        Assert.Equal("QQ314", report[ItemNames.EnvelopeId]?.Text);
        Assert.Equal(Forms.Memo, report[ItemNames.MailSavedForm]?.Text);
        Assert.Null(report[ItemNames.DeliveryDate]);
        Assert.Contains("------- Failure Reasons  --------", report[ItemNames.Body]!.Text, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(DeliveryAction.Delayed, "1", Forms.DelayReport, "Delayed message")]
    [InlineData(DeliveryAction.Delivered, "2", Forms.DeliveryReport, "Delivered message")]
    [InlineData(DeliveryAction.Relayed, "3", Forms.DeliveryReport, "Delivered message")]
    [InlineData(DeliveryAction.Expanded, "4", Forms.DeliveryReport, "Delivered message")]
    public void Each_kind_of_report_has_its_number_and_its_subject(DeliveryAction action, string type, string form, string subject) => Run(async reports =>
    {
        var (report, octets) = await reports.ComposeAsync([Unknown with { Action = action }], to: "ada@tell.test");
        Assert.Equal((type, form, subject), (report[ItemNames.DsnType]!.Text, report.Form, report[ItemNames.Subject]!.Text));
        Assert.Contains("Content-Type: text/rfc822-headers\r\n", Encoding.UTF8.GetString(octets), StringComparison.Ordinal);
    });

    [Fact]
    public void A_trace_report_tells_the_way_step_by_step() => Run(async reports =>
    {
        var (report, octets) = await reports.ComposeAsync([Unknown with { Action = DeliveryAction.Delivered, Status = default }], to: "ada@tell.test", form: Forms.TraceReport, way: ["one", "two\u001b[2J"]);
        Assert.Equal("Trace report", report[ItemNames.Subject]?.Text);
        Assert.Contains("\n------- Way  --------\n\none\ntwo [2J\n", report[ItemNames.Body]!.Text, StringComparison.Ordinal);
        Assert.Contains("Action: delivered\r\nStatus: 2.0.0\r\n", Encoding.UTF8.GetString(octets), StringComparison.Ordinal);
    });

    [Fact]
    public void A_delay_says_until_when_it_is_tried_and_that_nothing_has_to_be_done() => Run(async reports =>
    {
        var (_, octets) = await reports.ComposeAsync([Of("u0@example.com", DeliveryAction.Delayed, "4.4.1", "connection refused", remote: false)]);
        var text = Encoding.UTF8.GetString(octets);
        Assert.Contains("It will be tried until Fri, 27 Nov 2026 04:00:00 +0000.\r\n\r\nYou do not have to do anything.", text, StringComparison.Ordinal);
        Assert.Contains("Will-Retry-Until: Fri, 27 Nov 2026 04:00:00 +0000\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Received-From-MTA: dns; client.example.test ([192.0.2.77])\r\n", text, StringComparison.Ordinal);
    });

    [Fact]
    public void What_is_large_or_no_lines_is_returned_as_its_header() => Run(async reports =>
    {
        foreach (var message in new[] { Message + new string('x', 2000), Message + "a\0b\r\n", Message + "a\nb\r\n", Message + "a\r" })
        {
            var (report, octets) = await reports.ComposeAsync([Unknown], message, envelope: envelope => envelope with { Return = ReturnContent.Full, Body = BodyType.BinaryMime });
            var text = Encoding.UTF8.GetString(octets);
            Assert.Contains("Content-Type: text/rfc822-headers\r\n\r\nReceived: from a", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Hello.", text, StringComparison.Ordinal);
            Assert.Equal(BodyType.SevenBit, report.Envelope!.Body);
        }
    }, settings => settings with { ReportReturnSize = 1000 });

    [Fact]
    public void A_header_is_returned_to_64_KiB_and_ends_with_a_whole_field() => Run(async reports =>
    {
        var fields = string.Concat(Enumerable.Range(0, 5000).Select(i => $"X-{i}: {new string('y', 50)}\r\n more\r\n"));
        var (_, octets) = await reports.ComposeAsync([Unknown], fields + Message, envelope: envelope => envelope with { Return = ReturnContent.Headers });
        Assert.InRange(octets.Length, 60_000, ReturnedHeader.MaxOctets + 4000);
        var returned = Encoding.UTF8.GetString(octets).Split("text/rfc822-headers\r\n\r\n")[1];
        Assert.Matches("X-\\d+: y{50}\r\n more\r\n\r\n--0__=\\w+--\r\n$", returned);
    });

    [Fact]
    public void Eight_bit_mail_is_returned_as_that_and_an_internationalised_header_asks_for_nothing_that_the_way_back_may_not_have() => Run(async reports =>
    {
        var (report, octets) = await reports.ComposeAsync([Unknown], Message + "é\r\n", envelope: envelope => envelope with { Return = ReturnContent.Full });
        Assert.Equal((BodyType.EightBitMime, false), (report.Envelope!.Body, report.Envelope.SmtpUtf8));
        Assert.Contains("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n", Encoding.UTF8.GetString(octets), StringComparison.Ordinal);

        var utf8 = Message.Replace("The engine", "Die Mühle", StringComparison.Ordinal);
        (report, octets) = await reports.ComposeAsync([Unknown], utf8, envelope: envelope => envelope with { SmtpUtf8 = true, Return = ReturnContent.Full });
        Assert.Equal((BodyType.SevenBit, false), (report.Envelope!.Body, report.Envelope.SmtpUtf8));
        Assert.True(Ascii.IsValid(octets));
        var coded = Encoding.ASCII.GetString(octets).Split("Content-Type: message/global\r\nContent-Transfer-Encoding: base64\r\n\r\n")[1].Split("\r\n--0__=")[0];
        Assert.Equal(utf8, Encoding.UTF8.GetString(Convert.FromBase64String(coded)));

        (report, octets) = await reports.ComposeAsync([Of("ü@example.com", DeliveryAction.Failed, "5.1.1", "no")], utf8, to: "é@example.test", envelope: envelope => envelope with { SmtpUtf8 = true });
        Assert.Equal((BodyType.EightBitMime, true), (report.Envelope!.Body, report.Envelope.SmtpUtf8));
        var text = Encoding.UTF8.GetString(octets);
        Assert.Contains("Content-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: 8bit\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Final-Recipient: utf-8; ü@example.com\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Content-Type: message/global\r\nContent-Transfer-Encoding: 8bit\r\n", text, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("Accept-Language: en;q=0.2, de-AT, fr;q=0.5\r\n", "Unzustellbare Nachricht")]
    [InlineData("Accept-Language: tlh, ja\r\nContent-Language: de\r\n", "配信不能メッセージ")]
    [InlineData("Content-Language: fr\r\n", "Message non remis")]
    [InlineData("Content-Language: tlh\r\n", "Mensaje no entregado")]
    [InlineData("", "Mensaje no entregado")]
    public void A_report_speaks_the_language_of_the_message_or_that_of_the_settings(string fields, string subject) => Run(async reports =>
    {
        var (report, _) = await reports.ComposeAsync([Unknown], fields + Message);
        Assert.Equal(subject, report[ItemNames.Subject]!.Text);
    }, settings => settings with { ReportLanguages = ["es"] });

    [Fact]
    public void Several_languages_follow_one_another_in_one_text() => Run(async reports =>
    {
        var (report, octets) = await reports.ComposeAsync([Unknown], to: "ada@tell.test");
        var text = report[ItemNames.Body]!.Text;
        Assert.InRange(text.IndexOf("配信できなかった理由", StringComparison.Ordinal), text.IndexOf("Failure Reasons", StringComparison.Ordinal), text.Length);
        Assert.Contains("Content-Type: text/plain; charset=utf-8\r\n", Encoding.UTF8.GetString(octets), StringComparison.Ordinal);
        Assert.Equal("Undeliverable message", report[ItemNames.Subject]!.Text);
    }, settings => settings with { ReportLanguages = ["en", "ja"] });

    [Fact]
    public void A_person_says_which_language_it_speaks() => Run(async reports =>
    {
        var import = await reports.Node.Operations.Names.ImportAsync("""{"form":"Person","shortName":["ada"],"language":["tlh","ja"]}""", CancellationToken.None);
        Assert.Empty(import.Problems);
        var (report, _) = await reports.ComposeAsync([Unknown], "Accept-Language: de\r\n" + Message, to: "ada@tell.test");
        Assert.Equal("配信不能メッセージ", report[ItemNames.Subject]!.Text);
    });

    [Fact]
    public void A_report_is_bounded_whatever_peers_said() => Run(async reports =>
    {
        var recipients = Enumerable.Range(0, 1000).Select(i => Of($"u{i}@example.com", DeliveryAction.Failed, "5.0.0", new string('語', 100_000))).ToArray();
        var (report, octets) = await reports.ComposeAsync(recipients, new string('a', 200_000), to: "ada@tell.test");
        Assert.InRange(octets.Length, 1, 4 << 20);
        Assert.Contains("... and 800 more", report[ItemNames.Body]!.Text, StringComparison.Ordinal);
        Assert.All(report.Items.SelectMany(item => item.Texts).Where(text => text != report[ItemNames.Body]!.Text), text => Assert.InRange(text.Length, 0, 1000));
    });

    private static void Run(Func<ComposedReports, Task> story, Func<MtaSettings, MtaSettings>? change = null)
    {
        var world = new World();
        world.Run(() => story(new ComposedReports(world, change)));
    }
}
