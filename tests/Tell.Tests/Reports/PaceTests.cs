using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Reports;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;
using Tell.Tests.Simulation;
using static Tell.Tests.Reports.ReportOffice;

namespace Tell.Tests.Reports;

/// <summary>SMTPMTA_ReportRate and SMTPMTA_ReportsPerRecipient: a storm of reports waits its turn, and nothing else waits for it.</summary>
public sealed class PaceTests
{
    [Fact]
    public void A_storm_is_reported_at_the_rate_and_what_has_succeeded_is_cleared_away_meanwhile()
    {
        var office = new ReportOffice(settings => settings with { ReportRate = 60, ReportsPerRecipient = 0 });
        office.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
                await office.FinishedAsync(WorkQueue.Outbound, DocumentState.Failure, Of($"a{i}@one.test", Notify.Unspecified, RecipientStatus.Failed));
            await office.World.Pass(TimeSpan.FromSeconds(30));
            // Six at once, and one a second.
            Assert.InRange(office.Node.Stat(Stat.Reports), 25, 36);
            Assert.EndsWith(" reports wait", office.Node.Operations.ShowTasks().Single(task => task.Task == "SMTPMTA drt").Description);

            await office.FinishedAsync(WorkQueue.Outbound, DocumentState.Success, Of("b@one.test", Notify.Unspecified, RecipientStatus.Delivered));
            await office.FinishedAsync(WorkQueue.Outbound, DocumentState.Success, Of("c@one.test", Notify.Success, RecipientStatus.Delivered));
            var quiet = await office.FinishedAsync(WorkQueue.Inbound, DocumentState.Failure, Of("d@one.test", Notify.Never, RecipientStatus.Failed));
            await office.World.Pass(TimeSpan.FromSeconds(5));
            Assert.DoesNotContain(office.Node.In(WorkQueue.Outbound), document => document.State == DocumentState.Success);
            Assert.Equal(1, office.Node.Stat(Stat.DeliveryReports));

            await office.World.Pass(TimeSpan.FromSeconds(60));
            Assert.InRange(office.Node.Stat(Stat.Reports), 85, 102);
            await office.Town.SettledAsync();
            Assert.Equal(300, office.Node.Stat(Stat.Reports));
            Assert.InRange(office.World.Time.Elapsed, TimeSpan.FromSeconds(290), TimeSpan.FromSeconds(330));
            Assert.Null(office.Node.Get(quiet));
            Assert.Equal("Idle", office.Node.Operations.ShowTasks().Single(task => task.Task == "SMTPMTA drt").Description);
        });
    }

    // A storm in SMTPOBWQ takes not all: those who are here hear of what failed here.
    [Fact]
    public void A_storm_of_relayed_mail_leaves_room_for_what_failed_here()
    {
        var office = new ReportOffice(settings => settings with { ReportRate = 60, ReportsPerRecipient = 0 });
        office.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
                await office.FinishedAsync(WorkQueue.Outbound, DocumentState.Failure, Of($"a{i}@one.test", Notify.Unspecified, RecipientStatus.Failed));
            await office.World.Pass(TimeSpan.FromSeconds(30));
            await office.SendAsync("gone@home.test");
            await office.World.Until(() => office.ReportsOf("ada").Count == 1, "ada knows", TimeSpan.FromSeconds(30));
        });
    }

    // A round holds only so much; nothing new has to fail, and no poll to come, before the rest is looked at.
    [Fact]
    public void What_one_round_has_no_room_for_is_told_of_by_the_next()
    {
        var office = new ReportOffice(settings => settings with { ReportRate = 6000, ReportsPerRecipient = 0, DrtPollSeconds = 3600 });
        office.Run(async () =>
        {
            var first = office.Node.Get(await office.FinishedAsync(WorkQueue.Inbound, DocumentState.Failure, Of("a@one.test", Notify.Unspecified, RecipientStatus.Failed)))!;
            await office.Node.Stores.Queues.PutAsync(
                [.. Enumerable.Range(0, 600).Select(i => first with
                {
                    Id = office.Node.Stores.Queues.NewId(),
                    Envelope = first.Envelope! with { Recipients = [.. Enumerable.Range(0, 50).Select(j => Of($"a{i}.{j}@one.test", Notify.Unspecified, RecipientStatus.Failed))] },
                })],
                [],
                CancellationToken.None);
            await office.World.Pass(TimeSpan.FromMinutes(2));
            Assert.Empty(office.Node.In(WorkQueue.Inbound));
        });
    }

    [Fact]
    public void One_address_elsewhere_gets_so_many_reports_an_hour_and_the_others_wait_their_turn()
    {
        var office = new ReportOffice(settings => settings with { ReportsPerRecipient = 10 });
        office.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
                await office.FinishedAsync(WorkQueue.Inbound, DocumentState.Failure, Of($"a{i}@one.test", Notify.Unspecified, RecipientStatus.Failed));
            await office.World.Pass(TimeSpan.FromMinutes(59));
            // One line for all that wait, not one for each.
            Assert.Equal(
                "reports to eve@away.test begin to wait: no more than 10 an hour leave for one address (SMTPMTA_ReportsPerRecipient)",
                Assert.Single(office.Node.Warnings.Lines));
            Assert.InRange(office.Town.Reports.Count(), 9, 10);
            Assert.Equal((25, 24), (office.Node.Stat(Stat.Reports), office.Node.Stat(Stat.ReportsDelayed)));
            Assert.All(office.Node.In(WorkQueue.Outbound), report => Assert.Equal(DocumentState.Pending, report.State));
            await office.Town.SettledAsync(TimeSpan.FromHours(3));
            Assert.Equal(25, office.Town.Reports.Count());
        });
    }

    [Fact]
    public void No_hour_has_more_slots_than_the_limit_wherever_it_begins()
    {
        var time = new ManualTime();
        foreach (var limit in new[] { 1, 2, 7, 10, 100 })
        {
            var slots = new ReportSlots(time);
            var given = Enumerable.Range(0, 3 * limit).Select(_ => slots.Take(Mailbox.Parse("eve@away.test"), limit, out var _)).Select(slot => slot < time.GetUtcNow() ? time.GetUtcNow() : slot).ToArray();
            foreach (var begin in given)
                Assert.InRange(given.Count(slot => slot >= begin && slot < begin + TimeSpan.FromHours(1)), 1, limit);
            Assert.True(slots.Take(Mailbox.Parse("other@away.test"), limit, out _) <= time.GetUtcNow());
        }
    }

    [Fact]
    public void A_slot_that_is_given_back_is_the_next_ones()
    {
        var time = new ManualTime();
        var slots = new ReportSlots(time);
        var eve = Mailbox.Parse("eve@away.test");
        slots.Take(eve, 1, out _);
        var second = slots.Take(eve, 1, out _);
        slots.Return(eve, 1);
        Assert.Equal(second, slots.Take(eve, 1, out _));
    }
}
