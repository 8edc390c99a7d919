using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Tests.Mta;

namespace Tell.Tests.Pickup;

/// <summary>The pickup folder of a whole MTA in a simulated world.</summary>
public sealed class PickupStories
{
    private const string Folder = "/nowhere/pickup";

    [Fact]
    public void A_Memo_in_JSON_reaches_mail_files_and_the_Internet() => Story(async (world, node, peer) =>
    {
        node.Files.Put($"{Folder}/a.json", """
            {"from": "ada@tell.test", "to": ["ben@tell.test", "Carl <carl@example.org>"], "bcc": "dora@example.org", "subject": "Grüße", "html": "<b>hi</b>", "body": "hi",
             "importance": "high", "replyTo": ["desk@tell.test"], "references": ["<0@x.test>"], "files": [{"name": "a.txt", "base64": "aGk="}]}
            """);
        await Emptied(world, node);
        await world.Until(() => peer.Mail.Count == 2 && node.MailFile("ben").Count == 1, "all have it");

        var memo = node.MailFile("ben")[0];
        Assert.Equal(["Carl <carl@example.org>"], memo[ItemNames.SendTo]!.Texts.Skip(1));
        Assert.Null(memo[ItemNames.BlindCopyTo]);
        Assert.Equal(["text/plain", "text/html"], memo.Items.Where(item => item.Name == ItemNames.Body).Select(item => item.MediaType));
        var sent = peer.Mail.Single(mail => !mail.Message.Contains("dora", StringComparison.Ordinal)).Message;
        Assert.Contains("Carl <carl@example.org>", sent, StringComparison.Ordinal);
        Assert.Contains($"Message-ID: {memo[ItemNames.MessageId]!.Text}", sent, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("<0@x.test>", sent, StringComparison.Ordinal);
    });

    [Fact]
    public void A_message_is_sent_as_it_is_but_for_its_blind_copies() => Story(async (world, node, peer) =>
    {
        node.Files.Put($"{Folder}/a.eml", "From: Ada <ada@tell.test>\nTo: ben@tell.test,\n carl@example.org\nBcc: dora@example.org,\n\teve@example.org\nSubject:  kept   as it is\nX-Odd: \u00e4\nDate: Thu, 1 Jan 2026 00:00:00 +0000\nMessage-ID: <1@x.test>\n\n.dot\r\nlast");
        await Emptied(world, node);
        await world.Until(() => peer.Mail.Count == 1 && node.MailFile("ben").Count == 1, "all have it");
        Assert.Equal("From: Ada <ada@tell.test>\r\nTo: ben@tell.test,\r\n carl@example.org\r\nSubject:  kept   as it is\r\nX-Odd: \u00e4\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@x.test>\r\n\r\n.dot\r\nlast\r\n",
            node.Read("ben", node.MailFile("ben")[0]));
        Assert.Equal(["carl@example.org", "dora@example.org", "eve@example.org"], peer.Mail.Single().Envelope.Recipients.Select(recipient => recipient.Address.ToString()).Order());
    });

    [Fact]
    public void Lines_at_the_top_say_who_sends_it_to_whom_and_are_not_sent() => Story(async (world, node, _) =>
    {
        node.Files.Put($"{Folder}/a.eml", "X-Sender: <>\nX-Receiver: ben@tell.test\nX-Receiver: <carl@tell.test>\nFrom: ada@tell.test\nTo: nobody@example.org\nX-Sender: kept\n\nhi\n");
        await Emptied(world, node);
        await world.Until(() => node.MailFile("ben").Count == 1 && node.MailFile("carl").Count == 1, "both have it");
        var text = node.Read("ben", node.MailFile("ben")[0]);
        Assert.Matches(@"^Message-ID: <[0-9A-F]{32}@mx\.tell\.test>\r\nDate: [^\r]+\r\nFrom: ada@tell\.test\r\nTo: nobody@example\.org\r\nX-Sender: kept\r\n\r\nhi\r\n$", text);
        Assert.Equal("", node.MailFile("ben")[0][ItemNames.Originator]!.Text);
    });

    [Fact]
    public void A_message_that_is_sent_on_goes_to_whom_it_is_sent_on() => Story(async (world, node, _) =>
    {
        node.Files.Put($"{Folder}/a.eml", "Resent-To: ben@tell.test\nResent-From: carl@tell.test\nResent-To: old@tell.test\nFrom: ada@tell.test\nTo: nobody@example.org\n\nhi\n");
        await Emptied(world, node);
        await world.Until(() => node.MailFile("ben").Count == 1, "ben has it");
        Assert.Empty(node.MailFile("old"));
    });

    [Theory]
    [InlineData("a.eml", "", "it is empty")]
    [InlineData("a.json", "", "line 1: the file is empty")]
    [InlineData("a.eml", "no header at all", "it does not begin with a header")]
    [InlineData("a.eml", "\n\nFrom: a@x.test\n", "it does not begin with a header")]
    [InlineData("a.eml", "To: a@x.test\n\n", "the header has no From")]
    [InlineData("a.eml", "From: a@x.test\n\n", "there is no recipient")]
    [InlineData("a.eml", "From: a@x.test\nTo: undisclosed-recipients:;\n\n", "there is no recipient")]
    [InlineData("a.eml", "From: a@x.test\nTo: Ben Bitdiddle\n\n", "is not an address: expected name@domain")]
    [InlineData("a.eml", "From: a@x.test\nTo: b@x.test\nno field\nBcc: c@x.test\n\nhi\n", "line 3: \"no field\" is neither a field nor the empty line")]
    [InlineData("a.eml", "From: nobody\nTo: a@x.test\n\n", "field \"From\": \"nobody\" is not an address")]
    [InlineData("a.json", "{\"from\": \"a@x.test\", \"tO\": \"b@x.test\", \"sbject\": \"x\"}", "did you mean \"subject\"?")]
    public void A_bad_file_is_put_aside_with_its_reason_and_keeps_no_other_waiting(string name, string text, string reason) => Story(async (world, node, _) =>
    {
        node.Files.Put($"{Folder}/{name}", text, world.Time.GetUtcNow().AddHours(-1));
        node.Files.Put($"{Folder}/good.eml", "From: ada@tell.test\nTo: ben@tell.test\n\nhi\n");
        await world.Until(() => node.MailFile("ben").Count == 1, "the good one is sent");
        Assert.Equal([$"{Folder}/bad/{name}", $"{Folder}/bad/{name}.reason"], node.Files.Paths);
        Assert.Equal(text, node.Files[$"{Folder}/bad/{name}"]);
        Assert.Contains(reason, node.Files[$"{Folder}/bad/{name}.reason"], StringComparison.Ordinal);
        Assert.Contains(node.Warnings.Lines, line => line.Contains(name, StringComparison.Ordinal));
        Assert.Equal(1, node.Stat("MTA.Pickup.Bad"));
        Assert.Equal(1, node.Stat("MTA.Pickup.Files"));
    });

    [Fact]
    public void Two_bad_files_of_one_name_are_both_kept() => Story(async (world, node, _) =>
    {
        for (var i = 0; i < 2; i++)
        {
            node.Files.Put($"{Folder}/a.json", $"{i}");
            await Emptied(world, node);
        }
        Assert.Equal(["0", "1"], node.Files.Paths.Where(path => path.EndsWith("a.json", StringComparison.Ordinal)).Select(path => node.Files[path]).Order());
        Assert.Equal(4, node.Files.Paths.Count);
    });

    [Fact]
    public void Many_bad_files_cost_no_look_at_all_others_each() => Story(async (world, node, _) =>
    {
        var looks = 0;
        node.Files.Before = (verb, _) =>
        {
            looks += verb == "list" ? 1 : 0;
            return null;
        };
        for (var i = 0; i < 1000; i++)
            node.Files.Put($"{Folder}/{i}.json", "{}");
        await Emptied(world, node);
        Assert.Equal(2000, node.Files.Paths.Count);
        Assert.True(looks < 100, $"{looks} looks");
    });

    [Fact]
    public void Many_files_that_the_store_has_no_room_for_cost_no_look_at_all_others_each() => Story(async (world, node, _) =>
    {
        var looks = 0;
        node.Stores.Fill();
        node.Files.Before = (verb, _) =>
        {
            looks += verb == "list" ? 1 : 0;
            return null;
        };
        for (var i = 0; i < 1000; i++)
            node.Files.Put($"{Folder}/{i}.eml", "From: ada@tell.test\nTo: ben@tell.test\n\nhi\n", world.Time.GetUtcNow().AddHours(-1));
        await world.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(1000, node.Files.Paths.Count);
        Assert.True(looks < 100, $"{looks} looks");
    });

    [Theory]
    [InlineData("a\nb.json")]
    [InlineData("\u001b[31mred.eml")]
    [InlineData("....................................................................................................................................................................................................................eml")]
    public void A_hostile_name_is_put_aside_under_another_one(string name) => Story(async (world, node, _) =>
    {
        name = name.StartsWith('.') ? name.TrimStart('.').PadLeft(230, 'n')[..226] + ".eml" : name;
        node.Files.Put($"{Folder}/{name}", "From: a@x.test\nTo: b@x.test\n\n");
        await Emptied(world, node);
        Assert.All(node.Files.Paths, path => Assert.Matches(@"^/nowhere/pickup/bad/[0-9A-F]{32}\.(json|eml)(\.reason)?$", path));
        Assert.DoesNotContain(node.Warnings.Lines, line => line.Any(char.IsControl));
    });

    [Fact]
    public void What_does_not_end_right_or_is_still_written_to_is_left_alone() => Story(async (world, node, _) =>
    {
        const string Text = "From: ada@tell.test\nTo: ben@tell.test\n\nhi\n";
        foreach (var name in new[] { "a.eml.tmp", ".a.eml", "a.txt", "x.taken", "a.eml.12.taken" })
            node.Files.Put($"{Folder}/{name}", Text, world.Time.GetUtcNow().AddDays(-1));
        for (var i = 0; i < 40; i++)
        {
            node.Files.Put($"{Folder}/b.eml", Text[..(Text.Length / 2)]);
            await world.Pass(TimeSpan.FromMilliseconds(500));
        }
        Assert.Equal(6, node.Files.Paths.Count);
        node.Files.Put($"{Folder}/b.eml", Text);
        await world.Until(() => node.MailFile("ben").Count == 1, "it is sent when it is whole");
        Assert.Equal(5, node.Files.Paths.Count);
    });

    [Fact]
    public void A_file_of_tomorrow_is_sent_today() => Story(async (world, node, _) =>
    {
        node.Files.Put($"{Folder}/b.eml", "From: ada@tell.test\nTo: ben@tell.test\n\nhi\n", world.Time.GetUtcNow().AddDays(1));
        await world.Until(() => node.MailFile("ben").Count == 1, "it is sent", TimeSpan.FromMinutes(1));
    });

    [Fact]
    public void What_is_too_large_is_put_aside() => Story(async (world, node, _) =>
    {
        node.Files.Put($"{Folder}/a.eml", "From: ada@tell.test\nTo: ben@tell.test\n\n" + new string('x', 200_000));
        node.Files.Put($"{Folder}/b.eml", "From: ada@tell.test\nTo: ben@tell.test\nX: " + new string('x', 60_000) + "\n\nhi\n");
        node.Files.Put($"{Folder}/c.json", "{\"from\": \"ada@tell.test\", \"to\": \"ben@tell.test\", \"body\": \"" + new string('x', 200_000) + "\"}");
        await Emptied(world, node);
        Assert.Contains("SMTPMTA_MaxMessageSize", node.Files[$"{Folder}/bad/a.eml.reason"], StringComparison.Ordinal);
        Assert.Contains("SMTPMTA_MaxHeaderSize", node.Files[$"{Folder}/bad/b.eml.reason"], StringComparison.Ordinal);
        Assert.Contains("SMTPMTA_MaxMessageSize", node.Files[$"{Folder}/bad/c.json.reason"], StringComparison.Ordinal);
    }, settings => settings with { MaxMessageSize = 100_000, MaxHeaderSize = 50_000 });

    [Fact]
    public void Many_recipients_at_once_are_refused() => Story(async (world, node, _) =>
    {
        var list = string.Join(",", Enumerable.Range(0, 101).Select(i => $"r{i}@example.org"));
        node.Files.Put($"{Folder}/a.eml", $"From: ada@tell.test\nTo: {list}\n\nhi\n");
        node.Files.Put($"{Folder}/b.json", $"{{\"from\": \"ada@tell.test\", \"to\": [{string.Join(",", list.Split(',').Select(to => $"\"{to}\""))}]}}");
        await Emptied(world, node);
        Assert.Contains("SMTPMTA_MaxRecipients", node.Files[$"{Folder}/bad/a.eml.reason"], StringComparison.Ordinal);
        Assert.Contains("SMTPMTA_MaxRecipients", node.Files[$"{Folder}/bad/b.json.reason"], StringComparison.Ordinal);
    }, settings => settings with { MaxRecipients = 100 });

    [Fact]
    public void A_store_without_room_keeps_the_file_until_there_is_room() => Story(async (world, node, _) =>
    {
        node.Stores.Fill();
        node.Files.Put($"{Folder}/a.eml", "From: ada@tell.test\nTo: ben@tell.test\n\nhi\n");
        await world.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal([$"{Folder}/a.eml"], node.Files.Paths);
        Assert.Single(node.Warnings.Lines, line => line.Contains("pickup folder", StringComparison.Ordinal));
        node.Stores.Mend();
        await world.Until(() => node.MailFile("ben").Count == 1, "it is sent", TimeSpan.FromMinutes(3));
    });

    [Fact]
    public void A_file_that_cannot_be_deleted_is_not_sent_before_it_is_gone() => Story(async (world, node, _) =>
    {
        node.Files.Before = (verb, path) => verb == "delete" && path.EndsWith(".taken", StringComparison.Ordinal) ? new IOException($"{path}: read-only") : null;
        node.Files.Put($"{Folder}/a.eml", "From: ada@tell.test\nTo: ben@tell.test\n\nhi\n");
        await world.Pass(TimeSpan.FromMinutes(10));
        var held = Assert.Single(node.In(WorkQueue.Inbound));
        Assert.Equal(DocumentState.Held, held.State);
        Assert.Contains(Assert.Single(node.Files.Paths), held.Reason, StringComparison.Ordinal);

        await node.CrashAsync();
        await node.LoadAsync();
        await world.Until(() => node.MailFile("ben").Count == 1, "it is sent");
        await world.Pass(TimeSpan.FromMinutes(10));
        Assert.Single(node.MailFile("ben"));
        Assert.Empty(node.Files.Paths);
    });

    [Fact]
    public void A_folder_that_cannot_be_used_is_said_once_and_used_when_it_can_be() => Story(async (world, node, _) =>
    {
        node.Files.Before = (verb, path) => verb == "list" ? new IOException($"{path} may not be opened") : null;
        node.Files.Put($"{Folder}/a.eml", "From: ada@tell.test\nTo: ben@tell.test\n\nhi\n");
        await world.Pass(TimeSpan.FromMinutes(10));
        Assert.Single(node.Warnings.Lines);
        node.Files.Before = (_, _) => null;
        await world.Until(() => node.MailFile("ben").Count == 1, "it is sent");
    });

    [Fact]
    public void A_file_that_says_that_it_is_taken_and_is_not_harms_nobody() => Story(async (world, node, _) =>
    {
        var other = await node.SendAsync("ada@tell.test", "carl@example.org");
        await world.Until(() => node.Get(other) is { State: DocumentState.Success }, "it waits for its child", TimeSpan.FromMinutes(1));
        node.Files.Put($"{Folder}/a.eml.{other}.taken", "From: ada@tell.test\nTo: ben@tell.test\n\nhi\n");
        node.Files.Put($"{Folder}/b.eml.FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF.taken", "From: ada@tell.test\nTo: ben@tell.test\n\nhi\n");
        await world.Until(() => node.MailFile("ben").Count == 1, "the one that nobody has taken is sent");
        await world.Pass(TimeSpan.FromMinutes(1));
        Assert.NotNull(node.Get(other));
        Assert.Contains(node.Files.Paths, path => path.StartsWith($"{Folder}/bad/", StringComparison.Ordinal));
        Assert.Equal(1, node.Stat("MTA.Pickup.Files"));
    }, settings => settings with { RelayHost = null });

    [Fact]
    public void A_folder_that_another_server_uses_waits_until_that_one_has_gone() => Story(async (world, node, _) =>
    {
        node.Source.Settings = node.Source.Settings with { PickupDirectory = "shared" };
        var other = await node.Files.LockAsync("/nowhere/shared/.lock", CancellationToken.None);
        await node.Operations.RefreshAsync(CancellationToken.None);
        node.Files.Put("/nowhere/shared/a.eml", "From: ada@tell.test\nTo: ben@tell.test\n\nhi\n");
        await world.Pass(TimeSpan.FromMinutes(5));
        Assert.Single(node.Files.Paths);
        Assert.Single(node.Warnings.Lines);
        other.Dispose();
        await world.Until(() => node.MailFile("ben").Count == 1, "it is sent");
    });

    [Fact]
    public void A_file_whose_first_document_an_operator_deletes_is_not_sent_again() => Story(async (world, node, peer) =>
    {
        node.Files.Before = (verb, path) => verb == "delete" && path.EndsWith(".taken", StringComparison.Ordinal) ? new IOException($"{path}: read-only") : null;
        node.Files.Put($"{Folder}/a.json", "{\"from\": \"ada@tell.test\", \"to\": [\"carl@example.org\", \"ben@tell.test\"], \"subject\": \"a\"}");
        await world.Until(() => node.View(new QueueView { State = DocumentState.Held }).Count == 2, "both documents wait");
        var lease = (await node.Mta.Context.Queues.ReadLeaseAsync(node.In(WorkQueue.SmtpBox).Single().Id, CancellationToken.None))!;
        Assert.Equal([true], await node.Mta.Context.Queues.SettleAsync([Settlement.Removed(lease)], CancellationToken.None));
        await world.Pass(TimeSpan.FromMinutes(5));
        node.Files.Before = (_, _) => null;
        await world.Until(() => node.MailFile("ben").Count == 1, "the other one is sent", TimeSpan.FromMinutes(3));
        await world.Pass(TimeSpan.FromMinutes(5));
        Assert.Single(node.MailFile("ben"));
        Assert.Empty(peer.Mail);
        Assert.Empty(node.Files.Paths);
    });

    [Fact]
    public void A_file_on_which_the_task_fails_keeps_no_other_waiting() => Story(async (world, node, _) =>
    {
        node.Files.Before = (verb, path) => verb == "read" && path.Contains("poison", StringComparison.Ordinal) ? new InvalidOperationException("our fault") : null;
        node.Files.Put($"{Folder}/poison.eml", new string('x', 2 << 20), world.Time.GetUtcNow().AddHours(-1));
        node.Files.Put($"{Folder}/good.eml", "From: ada@tell.test\nTo: ben@tell.test\n\nhi\n");
        await world.Until(() => node.MailFile("ben").Count == 1, "the good one is sent", TimeSpan.FromMinutes(5));
        Assert.Contains("poison", Assert.Single(node.Files.Paths), StringComparison.Ordinal);
    });

    [Fact]
    public void A_Memo_goes_to_people_and_groups_by_name_and_unknown_names_are_said() => Story(async (world, node, _) =>
    {
        var names = await node.OpenAsync("names");
        Document Of(string form, params Item[] items) => new() { Id = names.NewId(), Form = form, Items = [.. items] };
        await names.PutAsync(
            [
                Of(Forms.Person, Item.OfText(Tell.Mta.Routing.Persons.FullName, "Ben Bitdiddle"), Item.OfText(Tell.Mta.Routing.Persons.ShortName, "ben")),
                Of(Forms.Group, Item.OfText("name", "All Staff"), Item.OfText(Tell.Mta.Routing.Persons.InternetAddress, "staff@tell.test"), Item.OfText("Members", "ben", "carl@tell.test")),
            ],
            CancellationToken.None);
        node.Files.Put($"{Folder}/a.json", "{\"from\": \"ada@tell.test\", \"to\": \"Ben Bitdiddle\", \"subject\": \"a\"}");
        node.Files.Put($"{Folder}/b.json", "{\"from\": \"ada@tell.test\", \"to\": \"all staff\", \"subject\": \"b\"}");
        node.Files.Put($"{Folder}/c.json", "{\"from\": \"ada@tell.test\", \"to\": [\"Ben Bitdiddle\", \"Nobody Here\"], \"subject\": \"c\"}");
        await Emptied(world, node);
        await world.Until(() => node.MailFile("ben").Count == 2 && node.MailFile("carl").Count == 1, "all have it");
        Assert.Contains("field \"to\": \"Nobody Here\" is neither an address", node.Files[$"{Folder}/bad/c.json.reason"], StringComparison.Ordinal);
    });

    [Fact]
    public void The_folder_can_be_switched_off_and_changed_while_the_MTA_runs() => Story(async (world, node, _) =>
    {
        node.Source.Settings = node.Source.Settings with { PickupDirectory = "" };
        await node.Operations.RefreshAsync(CancellationToken.None);
        node.Files.Put($"{Folder}/a.eml", "From: ada@tell.test\nTo: ben@tell.test\n\nhi\n");
        await world.Pass(TimeSpan.FromMinutes(1));
        Assert.Single(node.Files.Paths);
        Assert.Contains(node.Operations.ShowTasks(), line => line is { Task: "SMTPMTA pickup", Description: "Off" });
        node.Source.Settings = node.Source.Settings with { PickupDirectory = Folder };
        await node.Operations.RefreshAsync(CancellationToken.None);
        await world.Until(() => node.MailFile("ben").Count == 1, "it is sent");
    });

    [Fact]
    public void Dying_at_any_step_sends_each_file_exactly_once()
    {
        var step = 0;
        while (Killed(seed: 1, shuffle: false, [step]) && step < 2000)
            step++;
        Assert.InRange(step, 30, 1999);
    }

    [Fact]
    public void Dying_again_and_again_at_any_moment_sends_each_file_exactly_once()
    {
        var random = new Random(42);
        for (var seed = 1; seed <= 150; seed++)
            Killed(seed, shuffle: true, [random.Next(60), random.Next(60), random.Next(40), random.Next(40)]);
    }

    // Runs three good files and a bad one through an MTA that dies at the given steps of its disks, once for each; false where it was done before the first.
    private static bool Killed(int seed, bool shuffle, int[] steps)
    {
        var world = new World(seed, shuffle);
        var died = false;
        world.Run(async () =>
        {
            var node = Node(world, world.Peer(), settings => settings);
            var now = world.Time.GetUtcNow().AddHours(-1);
            node.Files.Put($"{Folder}/a.json", "{\"from\": \"ada@tell.test\", \"to\": [\"ben@tell.test\", \"carl@tell.test\"], \"subject\": \"a\", \"files\": [{\"name\": \"f\", \"base64\": \"aGk=\"}]}", now);
            node.Files.Put($"{Folder}/b.eml", "From: ada@tell.test\nTo: ben@tell.test, carl@tell.test\nSubject: b\n\nhi\n", now);
            node.Files.Put($"{Folder}/c.json", "{\"nonsense\": 1}", now);
            node.Files.Put($"{Folder}/d.eml", "From: ada@tell.test\nTo: ben@tell.test\nSubject: d\n\nhi\n", now);
            foreach (var step in steps)
            {
                var left = step;
                var dead = false;
                Exception? Power() => dead || (dead = left-- <= 0) ? new ObjectDisposedException("the power is cut") : null;
                node.Stores.Before = _ => Power();
                node.Files.Before = (_, _) => Power();
                await node.LoadAsync();
                for (var i = 0; i < 600 && !dead; i++)
                    await world.Pass(TimeSpan.FromMilliseconds(100));
                died |= dead;
                await node.CrashAsync();
            }
            await node.LoadAsync();
            await world.Until(() => node.Files.Paths.Count == 2 && !WorkQueues.All.Any(queue => node.In(queue).Count > 0), $"all is done (seed {seed}, steps {string.Join(",", steps)})");
            await world.Pass(TimeSpan.FromMinutes(1));
            Assert.Equal(["a", "b", "d"], Subjects(node, "ben"));
            Assert.Equal(["a", "b"], Subjects(node, "carl"));
            Assert.Equal(["c.json", "c.json.reason"], node.Files.Paths.Select(Path.GetFileName));
            await node.Mta.DisposeAsync();
        });
        return died;
    }

    private static IEnumerable<string> Subjects(Node node, string user) => node.MailFile(user).Select(memo => memo[ItemNames.Subject]!.Text).Order();

    private static Task Emptied(World world, Node node) =>
        world.Until(() => !node.Files.Paths.Any(path => Path.GetDirectoryName(path) == Folder), "the folder is empty");

    private static Node Node(World world, Peer peer, Func<Tell.Mta.Configuration.MtaSettings, Tell.Mta.Configuration.MtaSettings> change) => world.Node("mx.tell.test", settings => change(settings with
    {
        LocalDomains = [Domain.Parse("tell.test")],
        RelayHost = peer.Host,
        PickupDirectory = "pickup",
    }));

    private static void Story(Func<World, Node, Peer, Task> story, Func<Tell.Mta.Configuration.MtaSettings, Tell.Mta.Configuration.MtaSettings>? change = null)
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = world.Peer();
            await peer.UpAsync();
            var node = Node(world, peer, change ?? (settings => settings));
            await node.LoadAsync();
            await story(world, node, peer);
            await node.Mta.DisposeAsync();
            await peer.DownAsync();
        });
    }
}
