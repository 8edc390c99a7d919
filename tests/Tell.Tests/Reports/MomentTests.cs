using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Operations;
using Tell.Mta.Reports;
using Tell.Mta.Statistics;
using Tell.Tests.Simulation;
using static Tell.Tests.Reports.ReportOffice;

namespace Tell.Tests.Reports;

/// <summary>One message, wherever its documents are: what happens to those here and those elsewhere at one moment is one report.</summary>
public sealed class MomentTests
{
    [Fact]
    public void Who_failed_here_and_who_failed_elsewhere_stand_in_one_report()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.SendAsync("gone@home.test, nobody@one.test, bob@home.test, nobody@two.test", subject: "To all");
            await office.Town.SettledAsync();
            var report = Assert.Single(office.ReportsOf("ada"));
            Assert.Equal(["gone@home.test failed", "nobody@one.test failed", "nobody@two.test failed"], Said(report).Order());
            Assert.Contains("Subject: To all", report);
            Assert.Contains("Hello.", report);
            Assert.Equal((1, 3), (office.Node.Stat(Stat.Reports), office.Facts("reported")));
        });
    }

    [Fact]
    public void Who_has_it_here_and_to_whom_it_was_handed_on_stand_in_one_report()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.SendAsync("bob@home.test, x@far.test", DeliveryReport.Trace);
            await office.Town.SettledAsync();
            var trace = Assert.Single(office.Node.MailFile("ada"));
            Assert.Equal(["bob@home.test", "x@far.test"], trace[ItemNames.IntendedRecipient]!.Texts.Order());
            Assert.Contains(office.Peer.Host.Host, trace[ItemNames.RouteServers]!.Texts);
        });
    }

    [Fact]
    public void A_message_from_away_that_fails_here_and_elsewhere_is_told_of_in_one_report()
    {
        var office = new ReportOffice(settings => settings with { RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")] });
        office.Run(async () =>
        {
            await office.Town.GroupAsync("all", "gone@home.test");
            await office.Town.SendAsync("all@home.test, nobody@one.test");
            await office.Town.SettledAsync();
            Assert.Equal(["gone@home.test failed", "nobody@one.test failed"], Said(Assert.Single(office.Town.Reports)).Order());
        });
    }

    // Two messages stay two, whoever wrote them and whatever they have in common.
    [Fact]
    public void Two_messages_of_one_author_are_two_reports()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.SendAsync("gone@home.test, nobody@one.test");
            await office.SendAsync("gone@home.test, nobody@one.test");
            await office.Town.SettledAsync();
            Assert.Equal([2, 2], office.ReportsOf("ada").Select(report => Said(report).Count));
        });
    }

    // Facts lotus 7.3, trace entire path: also to where it did not arrive.
    [Fact]
    public void The_report_on_a_traced_Memo_that_failed_tells_the_way_to_where_it_failed()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.SendAsync("nobody@far.test", DeliveryReport.Trace);
            await office.SendAsync("nobody@far.test", DeliveryReport.Confirm);
            await office.Town.SettledAsync();
            var (traced, other) = (office.Node.MailFile("ada").Single(report => report[ItemNames.RouteServers] is not null), office.Node.MailFile("ada").Single(report => report[ItemNames.RouteServers] is null));
            Assert.Equal((Forms.NonDeliveryReport, Forms.NonDeliveryReport), (traced.Form, other.Form));
            Assert.Equal(["mta.test", "mta.test", office.Peer.Host.Host], traced[ItemNames.RouteServers]!.Texts.Select(server => server));
            Assert.Contains("------- Way  --------", office.Node.Read("ada", traced));
            Assert.Contains("No such user", office.Node.Read("ada", traced).Split("------- Way  --------")[1]);
            Assert.DoesNotContain("------- Way", office.Node.Read("ada", other));
        });
    }

    // SMTPMTA_ReportRate: what is no failure is made at once, so that nothing stays for it, and leaves at the pace.
    [Fact]
    public void Confirmations_leave_at_the_rate_and_no_document_stays_for_them()
    {
        var office = new ReportOffice(settings => settings with { ReportRate = 60, ReportsPerRecipient = 0 });
        office.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
                await office.FinishedAsync(WorkQueue.Outbound, DocumentState.Success, Of($"a{i}@one.test", Notify.Success, RecipientStatus.Relayed));
            await office.World.Pass(TimeSpan.FromSeconds(30));
            Assert.DoesNotContain(office.Node.In(WorkQueue.Outbound), document => document.State == DocumentState.Success);
            Assert.InRange(office.Town.Reports.Count(), 25, 36);
            Assert.Equal(300, office.Node.Stat(Stat.DeliveryReports));

            // Failures do not wait for them.
            await office.FinishedAsync(WorkQueue.Inbound, DocumentState.Failure, Of("d@one.test", Notify.Unspecified, RecipientStatus.Failed));
            await office.World.Pass(TimeSpan.FromSeconds(5));
            Assert.Contains(office.Town.Reports, report => report.Contains("d@one.test", StringComparison.Ordinal));
            await office.Town.SettledAsync();
            Assert.Equal(301, office.Town.Reports.Count());
            Assert.InRange(office.World.Time.Elapsed, TimeSpan.FromSeconds(290), TimeSpan.FromSeconds(330));
        });
    }

    [Fact]
    public void Confirmations_for_somebody_here_leave_at_the_rate_too()
    {
        var office = new ReportOffice(settings => settings with { ReportRate = 60 });
        office.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
                await office.SendAsync("bob@home.test", DeliveryReport.Confirm);
            await office.World.Pass(TimeSpan.FromSeconds(10));
            Assert.Equal(60, office.Node.MailFile("bob").Count);
            Assert.InRange(office.ReportsOf("ada").Count, 8, 18);
            await office.Town.SettledAsync();
            Assert.Equal(60, office.ReportsOf("ada").Count);
        });
    }

    // What waits for its turn is a document with a time: a program that ends loses none, and sends none twice.
    [Fact]
    public void Confirmations_that_wait_outlive_the_program()
    {
        var office = new ReportOffice(settings => settings with { ReportRate = 60 });
        office.Run(async () =>
        {
            for (var i = 0; i < 30; i++)
                await office.SendAsync("bob@home.test", DeliveryReport.Confirm);
            await office.World.Pass(TimeSpan.FromSeconds(5));
            await office.Node.CrashAsync();
            await office.Node.LoadAsync();
            await office.Town.SettledAsync();
            Assert.Equal((30, 30), (office.Node.MailFile("bob").Count, office.ReportsOf("ada").Count));
        });
    }

    // Three queues fail at once and little may be made: each has its turn.
    [Fact]
    public void A_storm_in_every_queue_leaves_each_its_turn()
    {
        var office = new ReportOffice(settings => settings with { ReportRate = 6, ReportsPerRecipient = 0 });
        office.Run(async () =>
        {
            foreach (var queue in new[] { WorkQueue.Outbound, WorkQueue.Inbound, WorkQueue.MailBox })
            {
                for (var i = 0; i < 20; i++)
                    await office.FinishedAsync(queue, DocumentState.Failure, Of($"{queue}{i}@one.test", Notify.Unspecified, RecipientStatus.Failed));
            }
            await office.World.Pass(TimeSpan.FromMinutes(2));
            var made = office.Town.Reports.SelectMany(Said).Select(said => said[..3]).CountBy(name => name).ToDictionary();
            Assert.All(new[] { "Out", "Inb", "Mai" }, name => Assert.InRange(made[name], 3, 6));
        });
    }

    // A hint is never needed: what is finished without one is found by the next look around.
    [Fact]
    public void What_is_finished_without_a_hint_is_found()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            office.Node.Stores.LosesHints = true;
            await office.FinishedAsync(WorkQueue.Inbound, DocumentState.Success, Of("bob@home.test", Notify.Unspecified, RecipientStatus.Waiting));
            await office.FinishedAsync(WorkQueue.MailBox, DocumentState.Failure, Of("gone@home.test", Notify.Unspecified, RecipientStatus.Failed));
            await office.World.Pass(TimeSpan.FromSeconds(130));
            Assert.Empty(office.Node.In(WorkQueue.Inbound));
            Assert.Empty(office.Node.In(WorkQueue.MailBox));
        });
    }

    // Looks at a store are not free: a queue of which nothing is heard is not asked each time that another has news.
    [Fact]
    public void Only_queues_with_news_are_asked_what_is_finished()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.World.Pass(TimeSpan.FromSeconds(10));
            var asked = 0;
            office.Node.Stores.Asked = _ => asked++;
            for (var i = 0; i < 10; i++)
            {
                await office.FinishedAsync(WorkQueue.Outbound, DocumentState.Success, Of("x@far.test", Notify.Unspecified, RecipientStatus.Transferred));
                await office.World.Pass(TimeSpan.FromSeconds(1));
            }
            Assert.Empty(office.Node.In(WorkQueue.Outbound));
            Assert.InRange(asked, 10, 30);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(6000)]
    public void What_is_spent_comes_back_evenly(int rate)
    {
        var time = new ManualTime();
        var pace = new ReportPace(time);
        var burst = Math.Max(1, rate / 10);
        Assert.Equal(burst, pace.Free(rate));
        pace.Spend(burst + 1, rate);
        Assert.Equal(0, pace.Free(rate));
        var next = pace.Next(rate);
        Assert.True(next > time.GetUtcNow());
        time.Advance(next - time.GetUtcNow());
        Assert.InRange(pace.Free(rate), Math.Max(1, burst / 2), burst);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(burst, pace.Free(rate));
        Assert.Equal(int.MaxValue, pace.Free(0));
    }
}
