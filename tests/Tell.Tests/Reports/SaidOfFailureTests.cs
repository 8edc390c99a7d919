using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Mta.Outbound;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;
using Tell.Tests.Simulation;
using static Tell.Tests.Reports.ReportOffice;

namespace Tell.Tests.Reports;

/// <summary>What a report on a failure says: the status, the reason, the message itself; also where little is known and where something is broken.</summary>
public sealed class SaidOfFailureTests
{
    // RFC 3463 3.5, X.4.7: "If possible, the code for the actual problem found when delivery was attempted should be returned rather than this code." Class 4 although it is
    // final: RFC 3463 2, "sending in the future may be successful".
    [Theory]
    [InlineData("4.2.2", "450 4.2.2 Later", "4.2.2")]
    [InlineData("4.0.0", "450 Later", "4.4.7")]
    [InlineData("", null, "4.4.7")]
    public void What_has_expired_says_why_where_somebody_said_so_and_else_that_its_time_is_over(string last, string? reply, string status)
    {
        var recipient = new Recipient(Mailbox.Parse("x@far.test")) { LastStatus = EnhancedStatus.TryParse(last, out var parsed) ? parsed : default, LastReply = reply };
        var told = Assert.Single(OutboundOutcome.GiveUp(Lease(recipient)).Envelope!.Recipients);
        Assert.Equal(status, told.LastStatus.ToString());
        Assert.Equal(reply is null ? "Delivery time expired" : $"Delivery time expired; last: {reply}", told.LastReply);
    }

    [Theory]
    [InlineData("450 Later", "4.4.7")]
    [InlineData("450 4.3.2 Later", "4.3.2")]
    public void A_host_that_put_it_off_until_its_time_was_over(string reply, string status)
    {
        var office = new ReportOffice(settings => settings with
        {
            ExpireAfter = TimeSpan.FromHours(2),
            Routes = settings.Routes.Add(Domain.Parse("far.test"), FixedHop.FromHostPort(new HostPort("198.51.100.9", 25))),
        });
        var peer = new RawPeer(office.World, "198.51.100.9") { OnMail = () => reply };
        office.Run(async () =>
        {
            await peer.UpAsync();
            await office.SendAsync("x@far.test");
            await office.Town.SettledAsync(TimeSpan.FromDays(1));
            var report = Assert.Single(office.ReportsOf("ada"));
            Assert.Contains($"Action: failed\r\nStatus: {status}\r\n", report);
            Assert.Contains("Delivery time expired", report);
        });
    }

    // What a host said of it the day before is not why it is given back now.
    [Fact]
    public void What_no_host_will_ever_take_has_the_status_of_that()
    {
        var recipient = new Recipient(Mailbox.Parse("x@far.test")) { LastStatus = new EnhancedStatus(4, 2, 2), LastReply = "450 4.2.2 Later" };
        var outcome = new OutboundOutcome(DestinationLimits.Of(MtaSettings.Default), DailyWindow.Always, new ManualTime(), () => default);
        var attempt = new Attempt { Time = DateTimeOffset.UnixEpoch, Phase = "routing", Text = "far.test does not accept mail (nullmx)", Status = new EnhancedStatus(5, 1, 10) };
        var told = Assert.Single(outcome.GiveBack(Lease(recipient), attempt).Envelope!.Recipients);
        Assert.Equal(("5.1.10", attempt.Text), (told.LastStatus.ToString(), told.LastReply));
    }

    // RFC 7505 registered 5.1.10 for a domain with a null MX; others say so of a recipient that they do not find: the words are true of both.
    [Theory]
    [InlineData("en", "does not know the recipient", "does not accept mail")]
    [InlineData("de", "gibt es nicht", "nimmt keine Nachrichten an")]
    [InlineData("es", "no existe", "no acepta mensajes")]
    [InlineData("fr", "n'existe pas", "n'accepte pas de messages")]
    [InlineData("ja", "存在しないか", "受け付けません")]
    public void The_words_for_5_1_10_suit_an_unknown_recipient_and_a_domain_without_mail(string language, string unknown, string nullMx)
    {
        ReportWords.BuiltIn[language].Reason(new RecipientReport(Mailbox.Parse("x@far.test"), DeliveryAction.Failed, new EnhancedStatus(5, 1, 10)), out var reason);
        Assert.Contains(unknown, reason);
        Assert.Contains(nullMx, reason);
        Assert.Contains("far.test", reason);
    }

    // Exchangers say 5.6.0 of a message that they do not like; we say 5.6.x where we cannot convert one: the words are true of both.
    [Theory]
    [InlineData("en", "form or content")]
    [InlineData("de", "Form oder Inhalt")]
    [InlineData("es", "la forma o el contenido")]
    [InlineData("fr", "la forme ou le contenu")]
    [InlineData("ja", "形式または内容")]
    public void The_words_for_5_6_0_suit_the_verdict_of_a_host_and_a_conversion_that_cannot_be(string language, string words)
    {
        ReportWords.BuiltIn[language].Reason(new RecipientReport(Mailbox.Parse("x@far.test"), DeliveryAction.Failed, new EnhancedStatus(5, 6, 0)), out var reason);
        Assert.Contains(words, reason);
    }

    // A Memo of items alone has no octets to return: its author gets what it would have been.
    [Theory]
    [InlineData(DeliveryReport.Basic, "message/rfc822", true)]
    [InlineData(DeliveryReport.Trace, "message/rfc822", true)]
    public void A_Memo_that_never_was_a_message_is_returned_as_one(DeliveryReport option, string type, bool whole)
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.SendAsync("gone@home.test", option, "The engine");
            await office.Town.SettledAsync();
            var report = Assert.Single(office.ReportsOf("ada"));
            Assert.Contains($"Content-Type: {type}\r\n", report);
            var returned = report[report.IndexOf(type, StringComparison.Ordinal)..];
            foreach (var field in new[] { "Subject: The engine\r\n", "From: ada@home.test\r\n", "To: gone@home.test\r\n", "Date: ", "Message-ID: <" })
                Assert.Contains("\r\n" + field, returned);
            Assert.Equal(whole, returned.Contains("Hello.", StringComparison.Ordinal));
            Assert.Contains("------- Returned Message --------", report);
        });
    }

    [Fact]
    public void A_large_one_is_returned_as_its_header()
    {
        var office = new ReportOffice(settings => settings with { ReportReturnSize = 100 });
        office.Run(async () =>
        {
            await office.SendAsync("gone@home.test", subject: "The engine");
            await office.Town.SettledAsync();
            var report = Assert.Single(office.ReportsOf("ada"));
            Assert.Contains("Content-Type: text/rfc822-headers\r\n", report);
            Assert.Contains("\r\nSubject: The engine\r\n", report);
            Assert.DoesNotContain("Hello.", report);
        });
    }

    // A file that is edited to nonsense while mail flows: said once with its line, and the report goes with the words that are built in.
    [Fact]
    public void A_broken_file_of_words_stops_no_report()
    {
        const string file = "/nowhere/templates/en.txt";
        var office = new ReportOffice(settings => settings with { ReportTemplates = "templates" });
        office.Run(async () =>
        {
            office.Node.Files.Put(file, "[subject]\nfailure = It came back\n");
            await office.World.Pass(TimeSpan.FromMinutes(3));
            await office.SendAsync("gone@home.test");
            await office.Town.SettledAsync();
            office.Node.Files.Put(file, "[subject]\nfailure = {nonsense\n\0\0");
            await office.World.Pass(TimeSpan.FromMinutes(10));
            await office.SendAsync("gone@home.test");
            await office.Town.SettledAsync();
            Assert.Equal(["It came back", "Undeliverable message"], office.Node.MailFile("ada").Select(report => report[ItemNames.Subject]!.Text));
            Assert.Single(office.Node.Warnings.Lines, line => line.Contains("en.txt:2: a { that no } closes; a brace is {{; the built-in words count", StringComparison.Ordinal));
            Assert.Equal(0, office.Node.Stat(Stat.Dead));
        });
    }

    // A disk that is full while reports are made loses none, dies of nothing, and tells each once when there is room.
    [Fact]
    public void A_disk_that_fills_while_a_report_is_made_costs_time_and_nothing_else()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            var full = false;
            office.Node.Stores.Settling = settlements => full |= settlements.Any(one => one.Created.Any(document => document.Form == Forms.NonDeliveryReport));
            office.Node.Stores.Before = verb => full && verb is "put" or "settle" or "write" && full ? new StoreException(StoreFault.Full, "No room on the disk.") : null;
            await office.SendAsync("gone@home.test, nobody@one.test");
            await office.World.Until(() => full, "a report is made");
            await office.World.Pass(TimeSpan.FromMinutes(10));
            Assert.Empty(office.ReportsOf("ada"));
            office.Node.Stores.Settling = _ => { };
            office.Node.Stores.Mend();
            await office.Town.SettledAsync();
            Assert.Equal(["gone@home.test failed", "nobody@one.test failed"], Said(Assert.Single(office.ReportsOf("ada"))).Order());
            Assert.Equal((1, 0), (office.Node.Stat(Stat.Reports), office.Node.Stat(Stat.Dead)));
        });
    }

    private static Lease Lease(Recipient recipient) => new(new Document { Id = default, Form = Forms.Message, Queue = WorkQueue.Outbound, Envelope = new Envelope { Recipients = [recipient] } }, 1);
}
