using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;
using static Tell.Tests.Reports.ReportOffice;

namespace Tell.Tests.Reports;

/// <summary>DELIVERBY (RFC 2852 4.1.4): who is told that a message with a time was handed on.</summary>
public sealed class DeliverByTests
{
    // The trace modifier: a "relayed" report from each relay, also where the next one knows of DELIVERBY and of DSN and answers from there on. Unless NOTIFY is NEVER.
    [Theory]
    [InlineData("BY=600;RT", "", true)]
    [InlineData("BY=600;NT", "", true)]
    [InlineData("BY=600;NT", " NOTIFY=FAILURE", true)]
    [InlineData("BY=600;NT", " NOTIFY=DELAY", true)]
    [InlineData("BY=600;NT", " NOTIFY=SUCCESS,FAILURE", true)]
    [InlineData("BY=600;NT", " NOTIFY=NEVER", false)]
    [InlineData("BY=600;RT", " NOTIFY=NEVER", false)]
    [InlineData("BY=600;R", "", false)]
    [InlineData("BY=600;N", "", false)]
    [InlineData("BY=600;N", " NOTIFY=SUCCESS", false)]
    public void A_relay_tells_that_it_has_handed_a_traced_message_on(string by, string notify, bool told)
    {
        var office = Relay();
        office.Run(async () =>
        {
            await SendAsync(office, by, notify);
            await office.Town.SettledAsync();
            Assert.Equal(told ? ["x@far.test relayed"] : [], office.Town.Reports.SelectMany(Said));
            Assert.Equal(told ? 1 : 0, office.Node.Stat(Stat.DeliveryReports));
            Assert.Equal(by.EndsWith('T'), office.Peer.Mail[0].Envelope.DeliverByTrace);
            if (told)
            {
                var report = office.Town.Reports.Single();
                Assert.Contains("Status: 2.", report);
                Assert.Contains("Deliver-By-Date: ", report);
                Assert.Contains("nothing more is reported from here", report.Replace("=\r\n", "", StringComparison.Ordinal));
            }
        });
    }

    // Without the modifier: the last that keeps the time says that it is the last; NOTIFY=NEVER is NEVER.
    [Theory]
    [InlineData("BY=600;N", "", true)]
    [InlineData("BY=600;N", " NOTIFY=FAILURE", true)]
    [InlineData("BY=600;N", " NOTIFY=NEVER", false)]
    [InlineData("BY=600;NT", "", true)]
    [InlineData("", "", false)]
    public void Who_hands_a_message_to_a_host_without_DELIVERBY_says_so(string by, string notify, bool told)
    {
        var office = Relay(settings => settings with { Routes = settings.Routes.Add(Domain.Parse("far.test"), FixedHop.FromHostPort(new HostPort("198.51.100.9", 25))) });
        var peer = new RawPeer(office.World, "198.51.100.9") { Offers = ["DSN"] };
        office.Run(async () =>
        {
            await peer.UpAsync();
            await SendAsync(office, by, notify);
            await office.Town.SettledAsync();
            Assert.Equal(1, peer.Messages);
            Assert.Equal(told ? ["x@far.test relayed"] : [], office.Town.Reports.SelectMany(Said));
        });
    }

    [Theory]
    [InlineData("BY=600;RT")]
    [InlineData("BY=600;NT")]
    public void What_comes_to_its_end_here_was_not_handed_on(string by)
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await SendAsync(office, by, "", "bob@home.test");
            await office.Town.SettledAsync();
            Assert.Single(office.Node.MailFile("bob"));
            Assert.Empty(office.Town.Reports);
        });
    }

    // For its author it was at its end with the list, and the owner asked for nothing.
    [Fact]
    public void Of_a_list_nobody_traces_the_members()
    {
        var office = new ReportOffice();
        office.Run(async () =>
        {
            await office.Town.ListAsync("list", "bob@home.test", "x@far.test");
            await SendAsync(office, "BY=600;NT", "", "list@home.test");
            await office.Town.SettledAsync();
            Assert.Single(office.Peer.Mail);
            Assert.False(office.Peer.Mail[0].Envelope.DeliverByTrace);
            Assert.Empty(office.ReportsOf("bob"));
            Assert.Empty(office.Town.Reports);
        });
    }

    [Fact]
    public void The_null_sender_is_told_nothing()
    {
        var office = Relay();
        office.Run(async () =>
        {
            await SendAsync(office, "BY=600;NT", "", from: "");
            await office.Town.SettledAsync();
            Assert.Single(office.Peer.Mail);
            Assert.Equal(0, office.Node.Stat(Stat.DeliveryReports));
        });
    }

    private static ReportOffice Relay(Func<MtaSettings, MtaSettings>? change = null) =>
        new(settings => (change ?? (same => same))(settings with { RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")] }));

    private static async Task SendAsync(ReportOffice office, string by, string notify, string to = "x@far.test", string from = "eve@away.test")
    {
        await using var client = await RawClient.HelloAsync(office.World, office.Node);
        foreach (var line in new[] { $"MAIL FROM:<{from}> {by}".TrimEnd(), $"RCPT TO:<{to}>{notify}", "DATA", "Subject: Test\r\n\r\nHello.\r\n." })
            Assert.Matches("^[23]", await client.SayAsync(line));
    }
}
