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

    // Two reports on one message, and a disk that is full at the first write, the second, and so on: no try that failed has taken anything of the hour.
    [Fact]
    public void Whatever_of_the_reports_could_not_be_written_none_of_them_has_taken_a_slot()
    {
        var office = new ReportOffice(settings => settings with { ReportsPerRecipient = 1 });
        office.Run(async () =>
        {
            var (queues, tries) = (office.Node.Stores.Queues, 0);
            await office.Node.Operations.StopAsync(Tell.Mta.Operations.TaskSelection.DrTask, CancellationToken.None);
            var first = office.Node.Get(await office.FinishedAsync(
                WorkQueue.Inbound, DocumentState.Failure, [.. Enumerable.Range(0, 600).Select(i => Of($"a{i}@one.test", Notify.Unspecified, RecipientStatus.Failed))]))!;
            await queues.PutAsync([first with { Id = queues.NewId() }], [], CancellationToken.None);
            var cases = (await queues.ReadFinishedAsync(WorkQueue.Inbound, DocumentState.Failure, null, 10, CancellationToken.None))
                .Select(lease => new ReportCase(Settlement.Removed(lease), DeliveryAction.Failed, lease.Document.Envelope!.Recipients)).ToArray();
            var reporter = new Reporter(office.Node.Mta.Context);
            IReadOnlyList<Settlement>? made = null;
            for (; made is null; tries++)
            {
                var writes = 0;
                office.Node.Stores.Before = verb => verb == "write" && ++writes > tries ? new StoreException(StoreFault.Full, "No room on the disk.") : null;
                try
                {
                    made = await reporter.ReportAsync(cases, CancellationToken.None);
                }
                catch (StoreException)
                {
                    await reporter.ReleaseAsync();
                }
            }
            Assert.InRange(tries, 4, 20);
            Assert.Equal([null, office.World.Time.GetUtcNow() + TimeSpan.FromHours(1)], made.Select(settlement => Assert.Single(settlement.Created).Due));
            await reporter.ReleaseAsync();
        });
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
