using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.LocalDelivery;
using Tell.Mta.Statistics;

namespace Tell.Tests.LocalDelivery;

/// <summary>Groups: their members take their place, each once.</summary>
public sealed class GroupTests
{
    [Fact]
    public void Members_and_members_of_members_have_the_message_once()
    {
        var town = new Town();
        town.Run(async () =>
        {
            foreach (var name in new[] { "ada", "bob", "cara" })
                await town.PersonAsync(name);
            await town.GroupAsync("all", "ada@home.test", "some@home.test", "x@far.test");
            await town.GroupAsync("some", "bob@home.test", "ada@home.test", "all@home.test", "x@far.test");
            await town.SendAsync("all@home.test, cara@home.test, ada@home.test");
            await town.SettledAsync();
            Assert.All(new[] { "ada", "bob", "cara" }, name => Assert.Single(town.Node.MailFile(name)));
            Assert.Single(Assert.Single(town.Peer.Mail).Envelope.Recipients);
            Assert.Contains("Delivered-To: all@home.test\r\n", town.Peer.Mail[0].Message);
            Assert.Equal(2, town.Node.Stat(Stat.Expanded));
            Assert.Empty(town.Reports);
        });
    }

    [Fact]
    public void Of_a_group_with_an_owner_the_owner_hears_of_failures_and_the_author_does_not()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.PersonAsync("owner");
            await town.ListAsync("list", "owner@home.test", "ada@home.test", "gone@home.test", "x@far.test");
            await town.SendAsync("list@home.test");
            await town.SettledAsync();
            Assert.Equal("owner@home.test", Assert.Single(town.Node.MailFile("ada"))[ItemNames.Originator]!.Text);
            Assert.Equal("owner@home.test", Assert.Single(town.Peer.Mail).Envelope.Sender!.ToString());
            var report = Assert.Single(town.Node.MailFile("owner"));
            Assert.Equal(Forms.NonDeliveryReport, report.Form);
            Assert.Equal("gone@home.test", report[ItemNames.IntendedRecipient]!.Text);
        });
    }

    [Fact]
    public void A_report_to_a_group_with_an_owner_stays_without_a_sender()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("owner");
            await town.ListAsync("list", "owner@home.test", "x@far.test", "gone@home.test");
            await town.SendAsync("list@home.test", from: "");
            await town.SettledAsync();
            Assert.Null(Assert.Single(town.Peer.Mail).Envelope.Sender);
            Assert.Empty(town.Node.MailFile("owner"));
        });
    }

    [Fact]
    public void An_unknown_member_fails_for_the_author_and_a_name_that_is_nobody_is_logged_and_the_others_have_it()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.GroupAsync("list", "gone@home.test", "No Body", "ada@home.test");
            await town.SendAsync("list@home.test");
            await town.SettledAsync();
            Assert.Single(town.Node.MailFile("ada"));
            Assert.Contains("gone@home.test", Assert.Single(town.Reports));
            Assert.Contains(town.Node.Warnings.Lines, line => line.Contains("No Body"));
        });
    }

    [Fact]
    public void A_group_of_itself_fails_once_and_ends()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.GroupAsync("one", "two@home.test");
            await town.GroupAsync("two", "one@home.test");
            await town.SendAsync("one@home.test");
            await town.SettledAsync();
            Assert.Contains("Status: 5.4.6\r\n", Assert.Single(town.Reports));
        });
    }

    [Fact]
    public void A_thousand_members_have_it_once_each_in_documents_of_a_hundred_and_a_crash_at_any_time_changes_nothing()
    {
        const int members = 1000;
        var town = new Town();
        town.Run(async () =>
        {
            for (var i = 0; i < members; i++)
                await town.NewPersonAsync($"u{i}");
            await town.GroupAsync("all", [.. Enumerable.Range(0, members).Select(i => $"u{i}@home.test")]);
            var files = 0;
            var crashes = new[] { 3, 250, 600 };
            var largest = 0;
            town.Node.Stores.Filed = _ => files++;
            await town.SendAsync("all@home.test");
            foreach (var crash in crashes)
            {
                await town.World.Until(() =>
                {
                    largest = Math.Max(largest, town.Node.In(WorkQueue.MailBox).Select(memo => memo.Envelope!.Recipients.Length).DefaultIfEmpty().Max());
                    return files >= crash || town.Node.In(WorkQueue.MailBox).Count == 0 && files > 0;
                }, "some are filed");
                await town.Node.CrashAsync();
                town.Node.Stores.Filed = _ => files++;
                await town.Node.LoadAsync();
            }
            await town.SettledAsync();
            for (var i = 0; i < members; i++)
                Assert.Single(town.Node.MailFile($"u{i}"));
            Assert.True(largest <= Router.MostRecipients, $"{largest} recipients in one document");
        });
    }

    // Killed between filing and settling: the store takes no settlement until it is dead.
    [Fact]
    public void What_was_filed_and_not_settled_is_filed_again_in_its_place()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.PersonAsync("bob", quota: 100_000);
            await town.GroupAsync("both", "ada@home.test", "bob@home.test");
            var filed = new List<string>();
            town.Node.Stores.Filed = filed.Add;
            var stuck = false;
            town.Node.Stores.Before = verb =>
            {
                stuck |= verb == "settle" && filed.Count == 2;
                return stuck && verb == "settle" ? new StoreException(StoreFault.InputOutput, "No.") : null;
            };
            await town.SendAsync("both@home.test", "Subject: S\r\n\r\n" + new string('x', 60_000) + "\r\n");
            await town.World.Until(() => stuck, "both are filed and nothing is settled");
            await town.Node.CrashAsync();
            await town.Node.LoadAsync();
            await town.SettledAsync();
            // The message alone is more than half of bob's quota: what lies there already is not counted twice.
            Assert.Single(town.Node.MailFile("ada"));
            Assert.Single(town.Node.MailFile("bob"));
            Assert.Empty(town.Reports);
        });
    }

    [Fact]
    public void Mail_to_postmaster_ends_in_a_mail_file()
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.SendAsync("postmaster@home.test");
            await town.SettledAsync();
            Assert.Single(town.Node.MailFile("postmaster"));
        });
    }

    // The property: whoever can be reached has one copy, and it ends.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void In_any_graph_of_groups_and_forwarding_everybody_who_is_reached_has_one_copy(int seed)
    {
        var random = new Random(seed);
        const int users = 30, groups = 8;
        string Any() => random.Next(5) == 0 ? $"g{random.Next(groups)}@home.test" : random.Next(12) == 0 ? $"x{random.Next(3)}@far.test" : $"u{random.Next(users)}@home.test";
        var leads = new Dictionary<string, string[]>();
        var keeps = new HashSet<string>();
        for (var i = 0; i < users; i++)
        {
            leads[$"u{i}@home.test"] = random.Next(2) == 0 ? [] : [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Any()).Distinct()];
            if (leads[$"u{i}@home.test"].Length == 0 || random.Next(4) == 0)
                keeps.Add($"u{i}@home.test");
        }
        for (var i = 0; i < groups; i++)
            leads[$"g{i}@home.test"] = [.. Enumerable.Range(0, random.Next(0, 6)).Select(_ => Any()).Distinct()];
        var named = Enumerable.Range(0, 3).Select(_ => Any()).Where(name => name.EndsWith("home.test")).Append("u0@home.test").Distinct().ToArray();

        // The shortest way in forwardings: what is further away than ten is not reached.
        var depth = named.ToDictionary(name => name, _ => 0);
        var open = new Queue<string>(named);
        while (open.TryDequeue(out var name))
        {
            foreach (var next in leads.GetValueOrDefault(name) ?? [])
            {
                if (depth.TryAdd(next, depth[name] + 1))
                    open.Enqueue(next);
            }
        }
        Assert.All(depth.Values, far => Assert.True(far <= Expansion.MostForwardings, "the graph is too deep for this test"));

        var town = new Town(seed: seed);
        town.Run(async () =>
        {
            for (var i = 0; i < users; i++)
                await town.NewPersonAsync($"u{i}", string.Join(',', leads[$"u{i}@home.test"]), keeps.Contains($"u{i}@home.test"));
            for (var i = 0; i < groups; i++)
                await town.GroupAsync($"g{i}", leads[$"g{i}@home.test"]);
            await town.SendAsync(string.Join(", ", named));
            await town.SettledAsync();
            for (var i = 0; i < users; i++)
            {
                var name = $"u{i}@home.test";
                Assert.True(town.Node.MailFile($"u{i}").Count == (depth.ContainsKey(name) && keeps.Contains(name) ? 1 : 0), $"seed {seed}: {name} has {town.Node.MailFile($"u{i}").Count}");
            }
            for (var i = 0; i < 3; i++)
            {
                var name = $"x{i}@far.test";
                Assert.Equal(depth.ContainsKey(name) ? 1 : 0, town.Peer.Mail.Where(mail => mail.Envelope.Sender is not null).SelectMany(mail => mail.Envelope.Recipients).Count(recipient => recipient.Address.ToString() == name));
            }
            // What leads to nobody is reported: never silence.
            if (!depth.Keys.Any(name => keeps.Contains(name) || name.EndsWith("far.test")))
                Assert.NotEmpty(town.Reports);
        });
    }
}
