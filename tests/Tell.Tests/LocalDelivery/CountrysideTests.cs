using System.Text.RegularExpressions;
using Tell.Documents;
using Tell.Mta;
using Tell.Mta.LocalDelivery;
using Tell.Tests.Mta;

namespace Tell.Tests.LocalDelivery;

/// <summary>Random address books, messages, faults of the disk and crashes: in the end everybody has one copy, or somebody was told why not.</summary>
public sealed partial class CountrysideTests
{
    private const int Messages = 12;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable("TELL_SEEDS"), out var seeds) ? seeds : 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Each_recipient_of_each_message_has_it_once_or_its_sender_has_one_report(int seed)
    {
        var random = new Random(seed);
        var book = new Countryside(random);
        var town = new Town(settings => settings with { RetryIntervals = [TimeSpan.FromMinutes(2)], QuotaGracePeriod = TimeSpan.FromMinutes(random.Next(2) * 30) }, seed, shuffle: true);
        var store = new LmtpPeer(town.World, town.Node.Address)
        {
            OnMessage = recipient => book.IsFullAtLmtp(recipient) ? "552 5.2.2 full for good" : random.Next(6) == 0 ? "452 4.2.2 not now" : null,
        };
        var crashes = 0;
        var sent = new Dictionary<string, string[]>();
        town.Run(async () =>
        {
            store.UpAt(Countryside.Socket);
            await book.WriteAsync(town.Node, holds: true);
            Disturb();
            for (var i = 0; i < Messages; i++)
            {
                var to = Enumerable.Range(0, random.Next(1, 5)).Select(_ => book.Names[random.Next(book.Names.Count)]).Distinct().ToArray();
                var results = (await SmtpTalk.SendAsync(town.World, town.Node, "eve@away.test", string.Join(',', to), $"From: eve@away.test\r\nSubject: m{i}.\r\n\r\nHello.\r\n")).Recipients;
                var accepted = to.Where((_, at) => results[at].Delivered).ToArray();
                if (accepted.Length > 0)
                    sent[$"m{i}."] = accepted;
                if (random.Next(2) == 0)
                    await town.World.Pass(TimeSpan.FromMilliseconds(random.Next(20_000)));
                if (random.Next(3) == 0)
                    await CrashAsync();
            }
            for (var i = 0; i < 3; i++)
            {
                await town.World.Pass(TimeSpan.FromSeconds(random.Next(300)));
                await CrashAsync();
            }
            Calm();
            await town.SettledAsync(TimeSpan.FromDays(1));
            Check(released: false);

            await book.WriteAsync(town.Node, holds: false);
            Disturb();
            await ReleaseAsync();
            await town.World.Pass(TimeSpan.FromSeconds(random.Next(5)));
            await CrashAsync();
            await ReleaseAsync();
            await town.World.Pass(TimeSpan.FromMinutes(random.Next(5)));
            await CrashAsync();
            Calm();
            await ReleaseAsync();
            await town.SettledAsync(TimeSpan.FromDays(1));
            Check(released: true);
        });

        async Task ReleaseAsync()
        {
            try
            {
                await town.Node.Operations.Holds.ReleaseAsync(null, CancellationToken.None);
            }
            catch (StoreException)
            {
                // The operator is told so, and says it again.
            }
        }

        async Task CrashAsync()
        {
            crashes++;
            await town.Node.CrashAsync();
            Disturb();
            await town.Node.LoadAsync();
        }

        // The disk fails now and then; and in some lives the store takes no settlement after the first filing, until the process dies.
        void Disturb()
        {
            var stores = town.Node.Stores;
            var filed = false;
            var deaf = random.Next(3) == 0;
            stores.Filed = _ => filed = true;
            stores.Before = verb => (deaf && filed && verb == "settle") || (verb is "settle" or "take" or "read" && random.Next(30) == 0) ? new StoreException(StoreFault.InUse, "Not now.") : null;
            stores.BeforeFile = _ => random.Next(20) == 0 ? new StoreException(StoreFault.InUse, "Not now.") : null;
            town.Node.Files.Before = (_, _) => random.Next(20) == 0 ? new IOException("Not now.") : null;
        }

        void Calm()
        {
            town.Node.Stores.Mend();
            town.Node.Stores.BeforeFile = _ => null;
            town.Node.Files.Before = (_, _) => null;
        }

        void Check(bool released)
        {
            // A report that was sent twice, because we died before we could note that it was taken, is one report.
            var reports = town.Reports.DistinctBy(report => MessageId().Match(report).Value).ToArray();
            Assert.Empty(town.Node.View(new QueueView { State = DocumentState.Dead }));
            foreach (var (subject, to) in sent)
            {
                if (book.Reach(to) is not { } reach)
                    continue;
                foreach (var end in reach.Ends)
                {
                    var held = book.IsOnHold(end) && !released;
                    var kind = held ? "held" : book.EndOf(end);
                    var user = end[..end.IndexOf('@')];
                    Exactly(kind == "file" ? 1 : 0, town.Node.MailFile(user).Count(memo => memo[ItemNames.Subject]?.Text == subject), "in the mail file");
                    Exactly(kind == "maildir" ? 1 : 0, town.Node.Files.Paths.Count(path => path.StartsWith($"/home/{user}/new/", StringComparison.Ordinal) && town.Node.Files[path].Contains($"Subject: {subject}\n")), "in the Maildir");
                    Exactly(held ? 1 : 0, town.Node.In(WorkQueue.MailBox).Count(document => Hold.Has(document) && document[ItemNames.Subject]?.Text == subject && document.Envelope!.Recipients[0].Address.ToString() == end), "on hold");
                    Exactly(kind == "fails" ? 1 : 0, Failures(end), "reported");
                    // Between the 250 of another host and our settlement a crash doubles: there, and nowhere else.
                    AboutOnce(kind == "lmtp", store.Filed.Count(filed => filed.Recipient == end && filed.Message.Contains($"Subject: {subject}\r\n")), "filed by LMTP");
                    AboutOnce(kind == "away", town.Peer.Mail.Count(mail => mail.Envelope.Sender is not null && mail.Message.Contains($"Subject: {subject}\r\n") && mail.Envelope.Recipients.Any(one => one.Address.ToString() == end)), "sent away");

                    void Exactly(int expected, int actual, string where) => Assert.True(expected == actual, $"seed {seed}: {subject} for {end} ({kind}) is {actual} times {where}; written to {string.Join(", ", to)}");

                    void AboutOnce(bool expected, int actual, string where) => Assert.True(expected ? actual >= 1 && actual <= 1 + crashes : actual == 0, $"seed {seed}: {subject} for {end} ({kind}) is {actual} times {where}");
                }
                foreach (var circle in reach.Circles)
                    Assert.True(Failures(circle) == 1, $"seed {seed}: {subject} for {circle} leads nowhere, and is reported {Failures(circle)} times; written to {string.Join(", ", to)}");

                int Failures(string address) => reports.Count(report => report.Contains($"Subject: {subject}\r\n") && report.Contains($"Final-Recipient: rfc822; {address}\r\n", StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    [GeneratedRegex(@"^Message-ID:.*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex MessageId();
}
