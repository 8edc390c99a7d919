using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;
using static Tell.Tests.Reports.ReportOffice;

namespace Tell.Tests.Reports;

/// <summary>One report for one message, one kind and one moment; together with its documents or not at all.</summary>
public sealed class GroupingTests
{
    [Fact]
    public void Children_of_one_parent_that_fail_together_are_told_of_in_one_report()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            var parent = await office.SendAsync("nobody@one.test, nobody@two.test, fine@three.test, nobody@four.test", subject: "Four friends");
            await office.Town.SettledAsync();
            var report = Assert.Single(office.ReportsOf("ada"));
            Assert.Equal(["nobody@one.test failed", "nobody@two.test failed", "nobody@four.test failed"], Said(report));
            Assert.Contains("Subject: Four friends", report);
            Assert.Null(office.Node.Get(parent));
            Assert.Equal((1, 3), (office.Node.Stat(Stat.Reports), office.Facts("reported")));
        });
    }

    // An Operator's Memo is one document for each local recipient: they have the Message-ID and the sender in common.
    [Fact]
    public void Local_Memos_of_one_message_are_told_of_in_one_report()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.SendAsync("gone@home.test, bob@home.test, lost@home.test");
            await office.SendAsync("gone@home.test");
            await office.Town.SettledAsync();
            Assert.Equal(
                ["gone@home.test failed", "gone@home.test failed, lost@home.test failed"], office.ReportsOf("ada").Select(report => string.Join(", ", Said(report).Order())).Order());
            Assert.Single(office.Node.MailFile("bob"));
        });
    }

    [Fact]
    public void Relayed_children_of_one_message_are_told_of_in_one_report_and_of_two_messages_in_two()
    {
        var office = new ReportOffice(settings => settings with { RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")] });
        office.Run(async () =>
        {
            await office.Town.SendAsync("nobody@one.test, nobody@two.test, nobody@three.test");
            await office.Town.SendAsync("nobody@one.test, nobody@two.test");
            await office.Town.SettledAsync();
            Assert.Equal([2, 3], office.Town.Reports.Select(report => Said(report).Count).Order());
            Assert.Equal(0, office.Node.Stat(Stat.Dead));
        });
    }

    [Fact]
    public void Ten_thousand_failing_recipients_of_one_message_make_few_bounded_reports()
    {
        var office = new ReportOffice(settings => settings with { MaxRecipients = 10_000 });
        office.Run(async () =>
        {
            // Refused after the data, so that no session ends for its errors. One domain with 4,000, whose child splits by 100 a transaction, and 300 domains with 20 each.
            var all = Enumerable.Range(0, 4000).Select(i => $"a{i}@big.test").Concat(Enumerable.Range(0, 6000).Select(i => $"a{i}@d{i % 300}.test")).ToArray();
            office.Peer.OnMessage = _ => NoSuchUser;
            var parent = await office.SendAsync(string.Join(',', all));
            await office.Town.SettledAsync(TimeSpan.FromDays(1));
            Assert.Null(office.Node.Get(parent));
            var reports = office.ReportsOf("ada");
            Assert.InRange(reports.Count, 10, 20);
            Assert.All(reports, report => Assert.InRange(Said(report).Count, 1, 1000));
            Assert.All(reports, report => Assert.InRange(report.Length, 0, 1_000_000));
            Assert.Equal(all.Select(one => one + " failed").Order(), reports.SelectMany(Said).Order());
            Assert.Equal(reports.Count, office.Node.Stat(Stat.Reports));
        });
    }

    [Fact]
    public void One_document_with_more_recipients_than_a_report_can_bear_makes_several_at_once()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.FinishedAsync(WorkQueue.Inbound, DocumentState.Failure, [.. Enumerable.Range(0, 2500).Select(i => Of($"a{i}@one.test", Notify.Unspecified, RecipientStatus.Failed))]);
            await office.Town.SettledAsync();
            Assert.Equal([500, 1000, 1000], office.Town.Reports.Select(report => Said(report).Count).Order());
        });
    }

    [Fact]
    public void Where_the_lease_of_one_document_was_lost_nothing_is_told_and_the_next_round_tells_of_the_rest()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            var robbed = false;
            office.Node.Stores.Settling = settlements =>
            {
                if (robbed || settlements.FirstOrDefault(one => one.Others.Length == 2) is not { } settlement)
                    return;
                robbed = true;
                // Somebody else settles one of the three first.
                var other = Settlement.Removed(settlement.Others[0].Lease);
                Assert.True(office.Node.Stores.Queues.SettleAsync([other], CancellationToken.None).AsTask().GetAwaiter().GetResult()[0]);
            };
            var parent = await office.SendAsync("nobody@one.test, nobody@two.test, nobody@three.test");
            await office.Town.SettledAsync();
            Assert.True(robbed);
            Assert.Equal(["nobody@one.test failed", "nobody@three.test failed"], Said(Assert.Single(office.ReportsOf("ada"))));
            Assert.Equal(1, office.Node.Stat(Stat.Reports));
            Assert.Null(office.Node.Get(parent));
        });
    }

    // Killed before the settlement: nothing is lost; after it: nothing is told twice.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_crash_around_the_settlement_neither_loses_a_report_nor_doubles_it(bool before)
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            var reporting = false;
            office.Node.Stores.Settling = settlements => reporting |= settlements.Any(one => one.Created.Any(document => document.Form == Forms.NonDeliveryReport));
            if (before)
                office.Node.Stores.Before = verb => verb == "settle" && reporting ? new StoreException(StoreFault.Full, "No room on the disk.") : null;
            await office.SendAsync("nobody@one.test, nobody@two.test, bob@home.test, gone@home.test");
            await office.World.Until(() => reporting, "it is reported, or nearly");
            await office.Node.CrashAsync();
            await office.Node.LoadAsync();
            await office.Town.SettledAsync();
            Assert.Equal(["gone@home.test failed", "nobody@one.test failed", "nobody@two.test failed"], office.ReportsOf("ada").SelectMany(Said).Order());
            Assert.Equal(office.ReportsOf("ada").Count, office.Node.Stat(Stat.Reports));
            Assert.Single(office.Node.MailFile("bob"));
        });
    }

    // "If, for whatever reason, the DRT task cannot build a failure report, the message is marked "dead"": the one, and not those that failed with it.
    [Fact]
    public void A_document_of_which_no_report_can_be_built_dies_alone()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.Node.Operations.StopAsync(TaskSelection.DrTask, CancellationToken.None);
            await office.SendAsync("nobody@one.test, nobody@two.test, nobody@three.test");
            await office.World.Until(() => office.Node.In(WorkQueue.Outbound) is { Count: 3 } children && children.All(child => child is { State: DocumentState.Failure, Due: null }), "all have failed");
            // The report on all three, and then that on the first alone.
            var faults = 2;
            office.Node.Stores.Before = verb => verb == "read" && faults-- > 0 ? new InvalidOperationException("poison") : null;
            await office.Node.Operations.StartAsync(TaskSelection.DrTask, CancellationToken.None);
            await office.World.Until(() => office.Node.In(WorkQueue.Outbound).Count == 1 && office.ReportsOf("ada").Count == 2, "two are reported");
            var dead = Assert.Single(office.Node.In(WorkQueue.Outbound));
            Assert.Equal(("nobody@one.test", DocumentState.Dead), (dead.Envelope!.Recipients.Single().Address.ToString(), dead.State));
            Assert.Contains("no report could be built", dead.Reason);
            Assert.Equal(["nobody@three.test failed", "nobody@two.test failed"], office.ReportsOf("ada").SelectMany(Said).Order());
            Assert.Equal(1, office.Node.Stat(Stat.Dead));
        });
    }

    [Fact]
    public void Addresses_beyond_ASCII_are_told_of_as_they_are()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.FinishedAsync(WorkQueue.Inbound, DocumentState.Failure, Of("gr\u00fc\u00dfe@one.test", Notify.Unspecified, RecipientStatus.Failed) with { OriginalRecipient = "utf-8;gr\u00fc\u00dfe@first.test" });
            await office.Town.SettledAsync();
            Assert.Contains("gr", Assert.Single(office.Town.Reports));
            Assert.Equal((1, 0), (office.Node.Stat(Stat.Reports), office.Node.Stat(Stat.Dead)));
        });
    }
}
