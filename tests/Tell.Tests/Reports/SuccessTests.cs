using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;
using static Tell.Tests.Reports.ReportOffice;

namespace Tell.Tests.Reports;

/// <summary>What is told of a good end: delivered here, gone to the members of a group, sent on, and the way that it took (RFC 3461 5.2; facts: lotus 7.3).</summary>
public sealed class SuccessTests
{
    [Theory]
    [InlineData(DeliveryReport.None, 0)]
    [InlineData(DeliveryReport.Basic, 0)]
    [InlineData(DeliveryReport.Confirm, 1)]
    [InlineData(DeliveryReport.Trace, 1)]
    public void A_delivery_here_is_told_where_the_author_wants_it_confirmed(DeliveryReport report, int told)
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.SendAsync("bob@home.test", report);
            await office.Town.SettledAsync();
            Assert.Single(office.Node.MailFile("bob"));
            Assert.Equal(Enumerable.Repeat("bob@home.test delivered", told), office.ReportsOf("ada").SelectMany(Said));
            Assert.Equal(told, office.Node.Stat(Stat.DeliveryReports) + office.Node.Stat(Stat.TraceReports));
            Assert.Equal(0, office.Node.Stat(Stat.Reports));
        });
    }

    [Theory]
    [InlineData(DeliveryReport.None, 0)]
    [InlineData(DeliveryReport.Basic, 1)]
    [InlineData(DeliveryReport.Confirm, 1)]
    [InlineData(DeliveryReport.Trace, 1)]
    public void A_failure_is_told_unless_the_author_wants_to_hear_nothing(DeliveryReport report, int told)
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.SendAsync("gone@home.test", report);
            await office.SendAsync("nobody@far.test", report);
            await office.Town.SettledAsync();
            Assert.Equal(Enumerable.Repeat(Forms.NonDeliveryReport, 2 * told), office.FormsOf("ada"));
            Assert.Equal(2 - 2 * told, office.Node.Stat(Stat.SuppressedRecipients));
            Assert.Equal(2 - 2 * told, office.Facts("suppressed"));
        });
    }

    [Fact]
    public void Several_deliveries_of_one_message_are_told_of_in_one_report()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.Town.PersonAsync("cara");
            await office.SendAsync("bob@home.test, cara@home.test", DeliveryReport.Confirm);
            await office.Town.SettledAsync();
            Assert.Equal(["bob@home.test delivered", "cara@home.test delivered"], Said(Assert.Single(office.ReportsOf("ada"))).Order());
            Assert.Equal([Forms.DeliveryReport], office.FormsOf("ada"));
        });
    }

    [Fact]
    public void Good_and_bad_ends_of_one_message_are_two_reports()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.Town.PersonAsync("held", hold: true);
            await office.SendAsync("bob@home.test, gone@home.test, held@home.test", DeliveryReport.Confirm);
            await office.Town.SettledAsync();
            Assert.Equal([Forms.DeliveryReport, Forms.NonDeliveryReport], office.FormsOf("ada").Order());
            Assert.Equal(["bob@home.test delivered", "gone@home.test failed"], office.ReportsOf("ada").SelectMany(Said).Order());
        });
    }

    // RFC 3461 5.2.7.3: the sender is told once that its message went to the members, and not of each of them.
    [Fact]
    public void A_group_is_expanded_and_its_members_are_asked_for_no_success()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.Town.GroupAsync("all", "bob@home.test", "x@far.test", "gone@home.test");
            await office.SendAsync("all@home.test", DeliveryReport.Confirm);
            await office.Town.SettledAsync();
            Assert.Equal(["all@home.test expanded", "gone@home.test failed"], office.ReportsOf("ada").SelectMany(Said).Order());
            var sent = Assert.Single(office.Peer.Mail).Envelope.Recipients.Single();
            Assert.Equal((Notify.Failure, "rfc822;all@home.test"), (sent.Notify, sent.OriginalRecipient));
            Assert.Equal(1, office.Node.Stat(Stat.DeliveryReports));
        });
    }

    // RFC 3461 5.2.7.1: for the sender it is at its end, and what becomes of it there is the owner's affair.
    [Fact]
    public void A_list_with_an_owner_is_delivered_and_its_members_are_asked_what_the_list_wants()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.Town.ListAsync("list", "bob@home.test", "x@far.test", "gone@home.test");
            await office.SendAsync("list@home.test", DeliveryReport.Confirm);
            await office.Town.SettledAsync();
            Assert.Equal(["list@home.test delivered"], office.ReportsOf("ada").SelectMany(Said));
            Assert.Equal(["gone@home.test failed"], office.ReportsOf("bob").SelectMany(Said));
            var (envelope, _) = Assert.Single(office.Peer.Mail);
            Assert.Equal(("bob@home.test", Notify.Failure | Notify.Delay), (envelope.Sender!.ToString(), envelope.Recipients.Single().Notify));
            Assert.Null(envelope.Recipients.Single().OriginalRecipient);
        });
    }

    // RFC 3461 5.2.7.2: one in the place of one.
    [Fact]
    public void Who_sends_mail_on_to_one_passes_on_what_the_sender_wants_to_know()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.Town.PersonAsync("cara", forward: "x@far.test");
            await office.Town.PersonAsync("dora", forward: "bob@home.test");
            await office.SendAsync("cara@home.test, dora@home.test", DeliveryReport.Confirm);
            await office.Town.SettledAsync();
            var sent = Assert.Single(office.Peer.Mail).Envelope.Recipients.Single();
            Assert.Equal((Notify.Success | Notify.Failure, "rfc822;cara@home.test"), (sent.Notify, sent.OriginalRecipient));
            var said = Assert.Single(office.ReportsOf("ada"), report => report.Contains("bob@home.test", StringComparison.Ordinal));
            Assert.Contains("dora@home.test", said);
        });
    }

    [Fact]
    public void Who_keeps_a_copy_has_it_and_who_sends_it_on_to_several_has_given_it_up()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.Town.PersonAsync("cara", forward: "x@far.test", keep: true);
            await office.Town.PersonAsync("dora", forward: "y@far.test, bob@home.test");
            await office.SendAsync("cara@home.test, dora@home.test", DeliveryReport.Confirm);
            await office.Town.SettledAsync();
            Assert.Equal(["cara@home.test delivered", "dora@home.test expanded"], office.ReportsOf("ada").SelectMany(Said).Order());
            Assert.All(office.Peer.Mail, mail => Assert.Equal(Notify.Failure, mail.Envelope.Recipients.Single().Notify));
        });
    }

    // Each recipient has one end: what went in a circle, or to nobody, was not expanded.
    [Fact]
    public void A_group_that_leads_to_nobody_fails_and_is_not_expanded()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.Town.GroupAsync("empty");
            await office.Town.GroupAsync("one", "two@home.test");
            await office.Town.GroupAsync("two", "one@home.test");
            await office.SendAsync("empty@home.test, one@home.test", DeliveryReport.Confirm);
            await office.Town.SettledAsync();
            Assert.Equal(["empty@home.test failed", "one@home.test failed"], office.ReportsOf("ada").SelectMany(Said).Order());
        });
    }

    [Fact]
    public void Of_more_members_than_one_document_bears_the_sender_hears_once()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.Town.GroupAsync("all", [.. Enumerable.Range(0, 250).Select(i => $"x{i}@far.test"), "bob@home.test"]);
            await office.SendAsync("all@home.test", DeliveryReport.Confirm);
            await office.Town.SettledAsync();
            Assert.Equal(["all@home.test expanded"], office.ReportsOf("ada").SelectMany(Said));
            Assert.Equal(250, office.Peer.Mail.Sum(mail => mail.Envelope.Recipients.Length));
        });
    }

    // Filing is idempotent; the document that tells of it is made in the transaction in which the Memo goes.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Killed_between_filing_and_settling_the_sender_hears_of_it_once(bool mixed)
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            var filed = 0;
            office.Node.Stores.Filed = file => filed += file == "mail/bob" ? 1 : 0;
            office.Node.Stores.Before = verb => verb == "settle" && filed > 0 ? new StoreException(StoreFault.InputOutput, "The disk is gone.") : null;
            await office.SendAsync(mixed ? "bob@home.test, gone@home.test" : "bob@home.test", DeliveryReport.Confirm);
            await office.World.Until(() => filed > 0, "it is filed");
            await office.Node.CrashAsync();
            await office.Node.LoadAsync();
            await office.Town.SettledAsync();
            Assert.Single(office.Node.MailFile("bob"));
            Assert.Single(office.ReportsOf("ada").SelectMany(Said), said => said == "bob@home.test delivered");
            Assert.Equal(1, office.Node.Stat(Stat.DeliveryReports));
        });
    }

    [Fact]
    public void A_sender_away_hears_of_a_delivery_here_by_its_own_names()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await using var client = await RawClient.HelloAsync(office.World, office.Node);
            foreach (var line in new[] { "MAIL FROM:<eve@away.test> ENVID=Q+3D1 RET=HDRS", "RCPT TO:<bob@home.test> NOTIFY=SUCCESS ORCPT=rfc822;robert@first.test", "DATA", "Subject: Test\r\n\r\nHello.\r\n." })
                Assert.Matches("^[23]", await client.SayAsync(line));
            await office.Town.SettledAsync();
            var report = Assert.Single(office.Town.Reports);
            Assert.Equal(["bob@home.test delivered"], Said(report));
            Assert.Contains("Original-Envelope-Id: Q=1", report);
            Assert.Contains("robert@first.test", report);
            Assert.DoesNotContain("Hello.", report);
        });
    }

    // Facts lotus 7.3: trace entire path: where it went in, through whom, and what the next hop said, also where that one answers for it from there on.
    [Fact]
    public void The_way_of_a_traced_Memo_is_told_to_those_who_are_here()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.SendAsync("x@far.test, bob@home.test", DeliveryReport.Trace);
            await office.Town.SettledAsync();
            var trace = Assert.Single(office.Node.MailFile("ada"));
            Assert.Equal(Forms.TraceReport, trace.Form);
            Assert.Equal(["bob@home.test", "x@far.test"], trace[ItemNames.IntendedRecipient]!.Texts.Order());
            Assert.Equal(["mta.test", "mta.test", office.Peer.Host.Host, "mta.test"], trace[ItemNames.RouteServers]!.Texts.Select(server => server));
            Assert.Equal(4, trace[ItemNames.RouteTimes]!.Times.Length);
            Assert.Equal((1, 0), (office.Node.Stat(Stat.TraceReports), office.Node.Stat(Stat.DeliveryReports)));
            Assert.Equal(Notify.Success | Notify.Failure | Notify.Delay, Assert.Single(office.Peer.Mail).Envelope.Recipients.Single().Notify);
        });
    }

    [Fact]
    public void No_field_of_a_message_from_away_asks_for_the_way_through_our_house()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.Town.SendAsync("bob@home.test", "DeliveryReport: T\r\nSubject: Test\r\n\r\nHello.\r\n");
            await office.Town.SettledAsync();
            Assert.Empty(office.Peer.Mail);
            Assert.Equal(0, office.Node.Stat(Stat.TraceReports));
        });
    }
}
