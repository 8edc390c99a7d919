using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Operations;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;
using static Tell.Tests.Reports.ReportOffice;

namespace Tell.Tests.Reports;

/// <summary>Two names of one user in one message: it is filed once, and each of the recipients has its end told.</summary>
public sealed class NamesOfOneTests
{
    [Fact]
    public void Both_are_told_of_as_delivered_and_there_is_one_copy()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await RobertAsync(office);
            await SendAsync(office, "robert@home.test", "bob@home.test", "robert.browning@home.test");
            await office.Town.SettledAsync();
            Assert.Single(office.Node.MailFile("robert"));
            Assert.Equal(["bob@home.test delivered", "robert.browning@home.test delivered", "robert@home.test delivered"], Said(Assert.Single(office.Town.Reports)).Order());
        });
    }

    [Fact]
    public void Only_who_asked_is_told_of()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await RobertAsync(office);
            await office.FinishedAsync(
                WorkQueue.Inbound, DocumentState.Pending, Of("robert@home.test", Notify.Never, RecipientStatus.Waiting), Of("robert.browning@home.test", Notify.Success, RecipientStatus.Waiting));
            await office.Town.SettledAsync();
            Assert.Single(office.Node.MailFile("robert"));
            Assert.Equal(["robert.browning@home.test delivered"], office.Town.Reports.SelectMany(Said));
        });
    }

    [Fact]
    public void Both_fail_and_what_is_tried_again_is_tried_for_both()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await RobertAsync(office, quota: 10);
            await SendAsync(office, "robert@home.test", "robert.browning@home.test", "bob@home.test");
            await office.Town.SettledAsync(TimeSpan.FromDays(10));
            Assert.Equal(
                ["bob@home.test delivered", "robert.browning@home.test failed", "robert@home.test failed"], office.Town.Reports.SelectMany(Said).Order());
            Assert.Equal(2, office.Node.Stat(Stat.FailedRecipients));
        });
    }

    [Fact]
    public void What_is_deferred_for_both_is_filed_once_and_told_of_both()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await RobertAsync(office);
            var faults = 2;
            office.Node.Stores.BeforeFile = verb => verb == "put mail/robert" && faults-- > 0 ? new StoreException(StoreFault.InputOutput, "The disk is gone.") : null;
            await SendAsync(office, "robert@home.test", "robert.browning@home.test");
            await office.Town.SettledAsync(TimeSpan.FromDays(1));
            Assert.True(faults <= 0);
            Assert.Single(office.Node.MailFile("robert"));
            Assert.Equal(["robert.browning@home.test delivered", "robert@home.test delivered"], Said(Assert.Single(office.Town.Reports)).Order());
        });
    }

    [Fact]
    public void Held_for_both_and_released_it_is_filed_once_and_told_of_both()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await RobertAsync(office, hold: true);
            await SendAsync(office, "robert@home.test", "robert.browning@home.test");
            await office.Town.SettledAsync();
            var held = Assert.Single(office.Node.In(WorkQueue.MailBox));
            Assert.Equal((DocumentState.Held, 2), (held.State, held.Envelope!.Recipients.Length));
            await RobertAsync(office);
            Assert.Equal(1, (await office.Node.Operations.Holds.ReleaseAsync("robert", CancellationToken.None)).Released);
            await office.Town.SettledAsync();
            Assert.Empty(office.Node.In(WorkQueue.MailBox).Select(document => document.ToString()));
            Assert.Single(office.Node.MailFile("robert"));
            Assert.Equal(["robert.browning@home.test delivered", "robert@home.test delivered"], Said(Assert.Single(office.Town.Reports)).Order());
        });
    }

    // Whoever sends it on has one copy sent on; of the second name no more can be said.
    [Fact]
    public void Sent_on_to_one_the_second_name_is_expanded()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await RobertAsync(office, forward: "bob@home.test");
            await SendAsync(office, "robert@home.test", "robert.browning@home.test");
            await office.Town.SettledAsync();
            Assert.Single(office.Node.MailFile("bob"));
            // The first is told of by the original recipient.
            Assert.Equal(["bob@home.test delivered", "robert.browning@home.test expanded"], Said(Assert.Single(office.Town.Reports)).Order());
        });
    }

    // RFC 3461 4.1 lets each name have a wish of its own: that one must not be told of hides nothing of the other.
    [Theory]
    [InlineData("NEVER", "FAILURE")]
    [InlineData("FAILURE", "NEVER")]
    public void What_failed_for_both_is_told_of_the_name_whose_failure_is_wanted(string first, string second)
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await RobertAsync(office, forward: "nobody@one.test");
            await using var client = await RawClient.HelloAsync(office.World, office.Node);
            foreach (string line in (string[])["MAIL FROM:<eve@away.test>", $"RCPT TO:<robert@home.test> NOTIFY={first}", $"RCPT TO:<robert.browning@home.test> NOTIFY={second}", "DATA", "Subject: Test\r\n\r\nHello.\r\n."])
                Assert.Matches("^[23]", await client.SayAsync(line));
            await office.Town.SettledAsync();
            Assert.Equal(["nobody@one.test failed"], Said(Assert.Single(office.Town.Reports)));
        });
    }

    // Who is named and is a member of a group as well is told of once: the sender named one.
    [Fact]
    public void A_member_of_a_group_is_not_a_second_name()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await RobertAsync(office);
            await office.Town.GroupAsync("all", "robert.browning@home.test");
            await SendAsync(office, "robert@home.test", "all@home.test");
            await office.Town.SettledAsync();
            Assert.Single(office.Node.MailFile("robert"));
            Assert.Equal(["all@home.test expanded", "robert@home.test delivered"], Said(Assert.Single(office.Town.Reports)).Order());
        });
    }

    private static async Task SendAsync(ReportOffice office, params string[] recipients)
    {
        await using var client = await RawClient.HelloAsync(office.World, office.Node);
        foreach (string line in (string[])[ "MAIL FROM:<eve@away.test>", .. recipients.Select(to => $"RCPT TO:<{to}> NOTIFY=SUCCESS,FAILURE"), "DATA", "Subject: Test\r\n\r\nHello.\r\n."])
            Assert.Matches("^[23]", await client.SayAsync(line));
    }

    private static async Task RobertAsync(ReportOffice office, long? quota = null, bool hold = false, string forward = "")
    {
        await office.Town.PersonAsync("robert", forward: forward, hold: hold, quota: quota);
        var names = await office.Node.OpenAsync("names");
        var person = (await names.ViewAsync(Forms.Person, null, 100, CancellationToken.None)).Single(one => one[Persons.ShortName]?.Text == "robert");
        await names.PutAsync([person with { Items = person.Items.Add(Item.OfText(Persons.FullName, "Robert Browning")) }], CancellationToken.None);
    }
}
