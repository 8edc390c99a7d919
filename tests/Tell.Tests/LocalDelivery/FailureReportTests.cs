using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Operations;
using Tell.Mta.Routing;

namespace Tell.Tests.LocalDelivery;

/// <summary>What somebody away hears of a message that some here could not have: of each, one time.</summary>
public sealed class FailureReportTests
{
    [Fact]
    public void Each_recipient_that_failed_is_reported_once_whatever_it_failed_of()
    {
        var town = new Town(settings => settings with { QuotaGracePeriod = TimeSpan.Zero });
        town.Run(async () =>
        {
            await town.PersonAsync("full", quota: 10);
            await town.PersonAsync("round", forward: "about@home.test");
            await town.PersonAsync("about", forward: "round@home.test");
            await town.PersonAsync("gone");
            await town.PersonAsync("fine");
            await town.GroupAsync("all", "full@home.test", "nobody@home.test", "fine@home.test");
            await town.GroupAsync("empty");
            await town.Node.Operations.StopAsync(TaskSelection.InboundConversion, CancellationToken.None);
            await town.SendAsync("full@home.test, round@home.test, ROUND@home.test, gone@home.test, all@home.test, empty@home.test, fine@home.test");
            var names = await town.Node.OpenAsync("names");
            await names.DeleteAsync((await names.ViewAsync(Forms.Person, null, 99, CancellationToken.None)).Single(person => person[Persons.ShortName]!.Text == "gone").Id, CancellationToken.None);
            await town.Node.Operations.StartAsync(TaskSelection.InboundConversion, CancellationToken.None);
            await town.SettledAsync(TimeSpan.FromHours(1));

            var lines = town.Reports.SelectMany(report => report.Split("\r\n")).ToArray();
            Assert.Equal(
                ["empty@home.test", "full@home.test", "gone@home.test", "nobody@home.test", "round@home.test", "round@home.test"],
                lines.Where(line => line.StartsWith("Final-Recipient: ", StringComparison.Ordinal)).Select(line => line["Final-Recipient: rfc822; ".Length..].ToLowerInvariant()).Order());
            Assert.Equal(
                ["5.1.1", "5.1.1", "5.2.2", "5.2.4", "5.4.6", "5.4.6"], lines.Where(line => line.StartsWith("Status: ", StringComparison.Ordinal)).Select(line => line["Status: ".Length..]).Order());
            Assert.Single(town.Node.MailFile("fine"));
            Assert.Empty(town.Node.View(new QueueView { State = DocumentState.Dead }));
        });
    }

    // Fields of a message become items of a document: none of them is one by which the MTA finds its way.
    [Theory]
    [InlineData("$Loops: 0")]
    [InlineData("$Hops: :all@home.test\tmail/ada")]
    [InlineData("$Origin: 1, 2, 3, 4")]
    [InlineData("Delivered-To: bob@home.test")]
    [InlineData("DeliveryReport: N")]
    [InlineData("BlindCopyTo: x@far.test")]
    [InlineData("Bcc: x@far.test")]
    [InlineData("DeliveredDate: 1")]
    [InlineData("SMTPOriginator: <>\r\nRecipients: nobody@home.test")]
    [InlineData("$DeliveredTo: ada@home.test\r\nDelivered-To: ada@home.test.away.test")]
    public void No_field_of_a_message_makes_it_vanish(string field)
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada", forward: "bob@home.test, x@far.test", keep: true);
            await town.PersonAsync("bob", format: "converted");
            await town.GroupAsync("all", "ada@home.test", "nobody@home.test");
            await town.SendAsync("all@home.test", $"{field}\r\nFrom: eve@away.test\r\nSubject: Test\r\n\r\nHello.\r\n");
            await town.SettledAsync();
            Assert.Single(town.Node.MailFile("ada"));
            Assert.Equal("eve@away.test", Assert.Single(town.Node.MailFile("bob"))[Tell.Mta.ItemNames.Originator]!.Text);
            Assert.Single(town.Peer.Mail, mail => mail.Envelope.Sender is not null);
            Assert.Contains("Final-Recipient: rfc822; nobody@home.test\r\n", Assert.Single(town.Reports));
        });
    }
}
