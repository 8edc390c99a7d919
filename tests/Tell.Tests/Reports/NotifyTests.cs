using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Reports;
using Tell.Mta.Statistics;
using static Tell.Tests.Reports.ReportOffice;

namespace Tell.Tests.Reports;

/// <summary>NOTIFY (RFC 3461 4.1, 5.2): what a sender is told of, and what not.</summary>
public sealed class NotifyTests
{
    [Theory]
    [InlineData(Notify.Unspecified, true)]
    [InlineData(Notify.Never, false)]
    [InlineData(Notify.Success, false)]
    [InlineData(Notify.Delay, false)]
    [InlineData(Notify.Failure, true)]
    [InlineData(Notify.Success | Notify.Delay, false)]
    [InlineData(Notify.Success | Notify.Failure | Notify.Delay, true)]
    public void Of_a_failure_hears_who_did_not_say_or_said_so(Notify notify, bool told)
    {
        foreach (var queue in new[] { WorkQueue.Outbound, WorkQueue.Inbound, WorkQueue.MailBox })
        {
            var office = new ReportOffice();
            office.Run(async () =>
            {
                await office.FinishedAsync(queue, DocumentState.Failure, Of("bob@one.test", notify, RecipientStatus.Failed));
                await office.Town.SettledAsync();
                Assert.Equal(told ? 1 : 0, office.Town.Reports.Count());
                Assert.Equal((told ? 1 : 0, told ? 0 : 1), (office.Node.Stat(Stat.Reports), office.Node.Stat(Stat.SuppressedRecipients)));
                Assert.Equal((told ? 1 : 0, told ? 0 : 1), (office.Facts("reported"), office.Facts("suppressed")));
                Assert.Equal(0, office.Node.Stat(Stat.Dead));
            });
        }
    }

    [Theory]
    [InlineData("551 5.1.6 Moved away", "smtp")]
    [InlineData("550", "smtp")]
    [InlineData("the peer sent no reply: \"550 junk\"", "x-tell")]
    [InlineData("connection closed; whether the peer has the message is in doubt", "x-tell")]
    [InlineData("Delivery time expired; last: 450 4.2.0 Later", "x-tell")]
    [InlineData("5500 5.1.1 odd", "x-tell")]
    public void Only_a_reply_is_given_as_what_the_host_said(string last, string type)
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            var recipient = Of("bob@one.test", Notify.Unspecified, RecipientStatus.Failed) with { LastHost = "mx.one.test", LastReply = last };
            await office.FinishedAsync(WorkQueue.Outbound, DocumentState.Failure, recipient);
            await office.Town.SettledAsync();
            var report = Assert.Single(office.Town.Reports).Replace("\r\n ", " ", StringComparison.Ordinal);
            Assert.Contains($"Diagnostic-Code: {type}; {last}\r\n", report);
            Assert.Equal(type == "smtp", report.Contains($"mx.one.test said: {last}", StringComparison.Ordinal));
            Assert.Contains("Remote-MTA: dns; mx.one.test", report);
        });
    }

    [Theory]
    [InlineData(RecipientStatus.Delivered, "delivered")]
    [InlineData(RecipientStatus.Relayed, "relayed")]
    [InlineData(RecipientStatus.Expanded, "expanded")]
    [InlineData(RecipientStatus.Transferred, null)]
    [InlineData(RecipientStatus.Waiting, null)]
    public void Of_success_hears_who_said_so_and_of_what_came_to_its_end_here(RecipientStatus status, string? action)
    {
        foreach (var notify in new[] { Notify.Success, Notify.Success | Notify.Failure, Notify.Unspecified, Notify.Never, Notify.Failure | Notify.Delay })
        {
            var office = new ReportOffice();
            office.Run(async () =>
            {
                await office.FinishedAsync(WorkQueue.Outbound, DocumentState.Success, Of("bob@one.test", notify, status));
                await office.Town.SettledAsync();
                var told = action is not null && notify.HasFlag(Notify.Success);
                Assert.Equal(told ? [$"bob@one.test {action}"] : [], office.Town.Reports.SelectMany(Said));
                Assert.Equal((told ? 1 : 0, 0, 0), (office.Node.Stat(Stat.DeliveryReports), office.Node.Stat(Stat.Reports), office.Node.Stat(Stat.SuppressedRecipients)));
            });
        }
    }

    [Fact]
    public void Of_one_document_each_recipient_has_its_own_wish()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.FinishedAsync(
                WorkQueue.Inbound,
                DocumentState.Failure,
                Of("a@one.test", Notify.Unspecified, RecipientStatus.Failed) with { OriginalRecipient = "rfc822;alpha@first.test" },
                Of("b@one.test", Notify.Never, RecipientStatus.Failed),
                Of("c@one.test", Notify.Success, RecipientStatus.Failed),
                Of("d@one.test", Notify.Failure, RecipientStatus.Failed));
            await office.Town.SettledAsync();
            var report = Assert.Single(office.Town.Reports);
            Assert.Equal(["a@one.test failed", "d@one.test failed"], Said(report.Replace("Original-Recipient: rfc822; alpha@first.test\r\n", "", StringComparison.Ordinal)));
            Assert.Contains("alpha@first.test", report);
            Assert.Contains("Original-Envelope-Id: E=1", report);
            Assert.Equal((1, 2), (office.Node.Stat(Stat.Reports), office.Node.Stat(Stat.SuppressedRecipients)));
        });
    }

    [Fact]
    public void Nobody_is_told_of_a_report_nor_is_anything_told_to_the_null_sender()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            foreach (var form in new[] { Forms.NonDeliveryReport, Forms.DeliveryReport, Forms.DelayReport, Forms.TraceReport, Forms.ReturnReceipt })
            {
                foreach (var state in new[] { DocumentState.Success, DocumentState.Failure })
                {
                    await office.Node.PutAsync(new Document
                    {
                        Id = default,
                        Form = form,
                        Queue = WorkQueue.MailBox,
                        State = state,
                        Envelope = new Envelope { Recipients = [Of("ada@home.test", Notify.Success | Notify.Failure, state == DocumentState.Success ? RecipientStatus.Delivered : RecipientStatus.Failed)] },
                    });
                }
            }
            await office.Town.SettledAsync();
            Assert.Equal(5, office.Node.In(WorkQueue.MailBox).Count(document => document.State == DocumentState.Dead));
            Assert.Equal((0, 0, 5), (office.Node.Stat(Stat.Reports), office.Node.Stat(Stat.DeliveryReports), office.Node.Stat(Stat.Dead)));
            Assert.Empty(office.Peer.Mail);
        });
    }

    // "messages relayed to other mail systems, or nondelivery reports, are documents that don't have parents. [...] If, however, these documents reach a "state" of
    // failure, the DRT task marks these messages dead": so it is where SMTPMTA_RelayFailures says dead, whatever NOTIFY says.
    [Theory]
    [InlineData(Notify.Unspecified)]
    [InlineData(Notify.Never)]
    public void Where_relayed_mail_dies_it_dies_whatever_its_sender_wants_to_know(Notify notify)
    {
        var office = new ReportOffice(settings => settings with { RelayFailures = RelayFailures.Dead });
        office.Run(async () =>
        {
            await office.FinishedAsync(WorkQueue.Outbound, DocumentState.Failure, Of("bob@one.test", notify, RecipientStatus.Failed));
            await office.Town.SettledAsync();
            Assert.Equal(DocumentState.Dead, Assert.Single(office.Node.In(WorkQueue.Outbound)).State);
            Assert.Equal((0, 0), (office.Node.Stat(Stat.Reports), office.Node.Stat(Stat.SuppressedRecipients)));
        });
    }

    [Theory]
    [InlineData(Notify.Unspecified, Notify.Unspecified)]
    [InlineData(Notify.Never, Notify.Never)]
    [InlineData(Notify.Success, Notify.Never)]
    [InlineData(Notify.Success | Notify.Failure, Notify.Failure)]
    [InlineData(Notify.Failure | Notify.Delay, Notify.Failure | Notify.Delay)]
    public void The_members_of_a_group_are_asked_for_no_success(Notify asked, Notify passed) => Assert.Equal(passed, Wish.WithoutSuccess(asked));
}
