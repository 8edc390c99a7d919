using System.Text.Json;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Tests.Mta;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Statistics;

/// <summary>Mail of every kind with crashes in between: what the counters say is what the transfer log, the peer and the mail files have.</summary>
public sealed class CrashStoryTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_number_is_what_the_log_and_the_peer_saw(int seed)
    {
        var world = new World(seed);
        var random = new Random(seed);
        var peer = world.Peer();
        var tries = new Dictionary<Mailbox, int>();
        peer.OnRecipient = mailbox => mailbox.LocalPart[0] switch
        {
            'n' => Reply.Of(550, "5.1.1", "No such user"),
            'l' when (tries[mailbox] = tries.GetValueOrDefault(mailbox) + 1) < 3 => Reply.Of(451, "4.2.1", "Later"),
            _ => null,
        };
        var node = world.Node("mta.test", settings => Routed(settings, ("one.test", peer), ("two.test", peer)) with
        {
            RelayClients = [System.Net.IPNetwork.Parse("192.0.2.0/24")],
            LocalDomains = [Domain.Parse("home.test")],
        });
        world.Run(async () =>
        {
            await peer.UpAsync();
            await node.LoadAsync();
            var (messages, recipients, memos) = (0, 0, 0);
            for (var i = 0; i < 30; i++)
            {
                var to = Enumerable.Range(0, random.Next(1, 5)).Select(n => $"{"gln"[random.Next(3)]}{i}x{n}@{(random.Next(2) == 0 ? "one.test" : "two.test")}").Append($"user{random.Next(3)}@home.test").ToArray();
                if (random.Next(3) == 0)
                {
                    await node.SendAsync("ada@home.test", string.Join(',', to));
                    memos++;
                }
                else
                {
                    await SmtpTalk.SendAsync(world, node, "ada@home.test", string.Join(',', to), "Subject: x\r\n\r\n");
                    (messages, recipients) = (messages + 1, recipients + to.Length);
                }
                await world.Pass(TimeSpan.FromSeconds(random.Next(40)));
                if (random.Next(5) > 0)
                    continue;
                await node.CrashAsync();
                await node.LoadAsync();
            }
            await world.Until(() => WorkQueues.All.All(queue => node.In(queue).All(document => document.State == DocumentState.Dead)), "all is over", TimeSpan.FromDays(2));

            Assert.Equal((messages, recipients, memos), (node.Stat(Stat.Received), node.Stat(Stat.ReceivedRecipients), node.Stat(Stat.Submitted)));
            Assert.Equal(Facts(node, "received"), messages);
            Assert.Equal(Facts(node, "delivered"), node.Stat(Stat.DeliveredRecipients));
            Assert.Equal(Facts(node, "failed"), node.Stat(Stat.FailedRecipients));
            Assert.Equal(Facts(node, "filed"), node.Stat(Stat.Filed));
            Assert.Equal(Facts(node, "dead"), node.Stat(Stat.Dead));
            // The fact stands for each document that a report is about.
            var told = node.Log.Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("fact").GetString() == "reported")
                .Select(line => line.GetProperty("report").GetString()).Distinct().Count();
            Assert.Equal(told, node.Stat(Stat.Reports) + node.Stat(Stat.DelayReports));
            // A crash between the peer's 250 and our settlement makes a second copy there (RFC 1047), never a second count here.
            Assert.InRange(node.Stat(Stat.DeliveredRecipients), 1, peer.Mail.Sum(mail => mail.Envelope.Recipients.Length));
            Assert.Equal(peer.Mail.SelectMany(mail => mail.Envelope.Recipients).Select(recipient => recipient.Address).Distinct().Count(), node.Stat(Stat.DeliveredRecipients));

            var accounts = (await node.Operations.Statistics.ChannelsAsync(None)).ToDictionary(account => account.Name);
            Assert.All(accounts.Values, account => Assert.Equal((account.Traffic.Delivered, default), (account.Traffic.Received, account.Stored)));
            var smtp = accounts[Channels.Smtp].Traffic;
            var reports = accounts[Channels.Reports].Traffic;
            Assert.Equal(node.Stat(Stat.DeliveredRecipients), smtp.Delivered.Recipients - smtp.Failed.Recipients + reports.Delivered.Recipients - reports.Failed.Recipients);
            Assert.Equal((messages, recipients), (smtp.Submitted.Messages - node.Stat(Stat.Reports), smtp.Submitted.Recipients - node.Stat(Stat.Reports)));
            Assert.Equal(node.Stat(Stat.Deferred), smtp.Attempted.Messages + reports.Attempted.Messages + accounts[Channels.Local].Traffic.Attempted.Messages);
            var destinations = await node.Operations.Statistics.DestinationsAsync(null, None);
            Assert.Equal(smtp.Delivered + reports.Delivered + accounts[Channels.Lmtp].Traffic.Delivered, destinations.Aggregate(default(Amount), (sum, account) => sum + account.Traffic.Delivered));
            await node.Mta.DisposeAsync();
        });
    }

    private static int Facts(Node node, string fact) =>
        node.Log.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("fact").GetString()).Count(found => found == fact);
}
