using System.Net;
using System.Text.Json;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;
using static Tell.Tests.Mta.DeliveryReportTaskTests;

namespace Tell.Tests.Inbound;

/// <summary>A client that did not hear that its message was accepted sends it again, and there is one message (RFC 1047).</summary>
public sealed class RepetitionStories
{
    private const string Message = "Subject: once\r\n\r\nHello.";

    [Fact]
    public void A_message_that_is_sent_again_after_a_lost_250_is_the_one_that_we_have() => Tell(async (world, node) =>
    {
        await LoseAsync(world, node);
        await using var again = await RawClient.HelloAsync(world, node);
        var reply = await again.MailAsync("eve@outside.test", "ada@home.test", Message);
        await again.SayAsync("QUIT");
        await world.Pass(TimeSpan.FromMinutes(1));
        var first = Fact(node, "received").GetProperty("unid").GetString();
        Assert.Equal($"250 2.0.0 {first} Message accepted for delivery", reply);
        Assert.Single(node.MailFile("ada"));
        Assert.Equal(1, node.Stat(Stat.Received));
        Assert.Equal(1, node.Stat(Stat.ReceivedRecipients));
        Assert.Equal(1, node.Stat(Stat.Duplicates));
        var line = Fact(node, "duplicate");
        Assert.Equal(first, line.GetProperty("unid").GetString());
        Assert.Equal("eve@outside.test", line.GetProperty("from").GetString());
        Assert.Equal("192.0.2.200", line.GetProperty("client").GetString());
    });

    // Whatever the client says next, it has heard that the first was accepted: what it sends then, it means.
    [Theory]
    [InlineData("QUIT")]
    [InlineData("RSET")]
    [InlineData("NOOP")]
    [InlineData("EHLO client.test")]
    [InlineData("MAIL FROM:<eve@outside.test>")]
    [InlineData("what?")]
    public void A_client_that_heard_the_reply_sends_the_same_twice(string word) => Tell(async (world, node) =>
    {
        await using (var client = await RawClient.HelloAsync(world, node))
        {
            Assert.StartsWith("250", await client.MailAsync("eve@outside.test", "ada@home.test", Message));
            await client.SayAsync(word);
        }
        await using var other = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await other.MailAsync("eve@outside.test", "ada@home.test", Message));
        await world.Until(() => node.MailFile("ada").Count == 2, "there are two");
        Assert.Equal(0, node.Stat(Stat.Duplicates));
    });

    [Fact]
    public void Within_one_session_nobody_repeats_himself() => Tell(async (world, node) =>
    {
        await using (var client = await RawClient.HelloAsync(world, node))
        {
            for (var i = 0; i < 3; i++)
                Assert.StartsWith("250", await client.MailAsync("eve@outside.test", "ada@home.test", Message));
            // Two in one go: the reply to the first has not been sent when the second comes.
            var twice = string.Concat(Enumerable.Repeat($"MAIL FROM:<eve@outside.test>\r\nRCPT TO:<ada@home.test>\r\nBDAT {Message.Length} LAST\r\n{Message}", 2));
            Assert.StartsWith("250 2.1.0", await client.SayAsync(twice + "NOOP"));
            for (var i = 0; i < 6; i++)
                Assert.StartsWith("250", await client.ReplyAsync());
        }
        await world.Until(() => node.MailFile("ada").Count == 5, "there are five");
        Assert.Equal(0, node.Stat(Stat.Duplicates));
    });

    // The client gives up when it has not seen the whole of the reply, and sends the message again: wherever the connection ends there is one.
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Wherever_the_connection_is_cut_there_is_one_message_in_the_end(bool onTheWayThere, bool resets)
    {
        var duplicates = 0L;
        var cuts = 0;
        var step = 10;
        for (var octets = 1; ; octets += step)
        {
            var (whole, stored) = (false, false);
            Tell(async (world, node) =>
            {
                var way = world.Network.To(node.Address);
                (way.CutAfterSent, way.CutAfterReceived, way.CutResets) = (onTheWayThere ? octets : null, onTheWayThere ? null : octets, resets);
                var heard = await TryAsync(world, node);
                (way.CutAfterSent, way.CutAfterReceived) = (null, null);
                await world.Pass(TimeSpan.FromMinutes(5));
                (whole, stored) = (heard.Quit, node.Stat(Stat.Received) > 0);
                if (!heard.Accepted)
                    Assert.True((await TryAsync(world, node)).Accepted);
                await world.Pass(TimeSpan.FromMinutes(1));
                Assert.Single(node.MailFile("ada"));
                Assert.Equal(1, node.Stat(Stat.Received));
                duplicates += node.Stat(Stat.Duplicates);
                Assert.InRange(node.Stat(Stat.Duplicates), 0, heard.Accepted ? 0 : 1);
            });
            if (whole)
                break;
            cuts++;
            // By tens to where the message is stored, then back, and on octet by octet.
            if (stored && step > 1)
                (step, octets) = (1, octets - step);
        }
        Assert.InRange(cuts, onTheWayThere ? 20 : 100, 1000);
        // 250 2.0.0, the id and the rest: each octet of the reply may be the last that comes.
        Assert.InRange(duplicates, onTheWayThere ? 0 : 60, 100);
    }

    [Fact]
    public void What_was_sent_by_DATA_is_the_same_by_BDAT_in_chunks() => Tell(async (world, node) =>
    {
        await LoseAsync(world, node, Message);
        await using var again = await RawClient.HelloAsync(world, node);
        await again.SayAsync("MAIL FROM:<eve@outside.test>", "RCPT TO:<ada@home.test>");
        Assert.StartsWith("250", await again.SayAsync($"BDAT 5\r\n{Message[..5]}BDAT {Message.Length - 3} LAST\r\n{Message[5..]}"));
        Assert.StartsWith("250 2.0.0", await again.ReplyAsync());
        await world.Until(() => node.Stat(Stat.Duplicates) == 1, "it is known");
        Assert.Single(node.MailFile("ada"));
    });

    // RFC 2920: the commands of the next message may be on their way before the reply to this one is.
    [Fact]
    public void Commands_that_were_sent_before_the_reply_do_not_say_that_it_was_heard() => Tell(async (world, node) =>
    {
        await using (var client = await RawClient.HelloAsync(world, node))
        {
            await client.SayAsync("MAIL FROM:<eve@outside.test>", "RCPT TO:<ada@home.test>", "DATA");
            await client.SendAsync($"{Message}\r\n.\r\nMAIL FROM:<eve@outside.test>\r\nRCPT TO:<bob@home.test>");
            await world.Pass(TimeSpan.FromSeconds(1));
        }
        await using var again = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await again.MailAsync("eve@outside.test", "ada@home.test", Message));
        await world.Until(() => node.Stat(Stat.Duplicates) == 1, "it is known");
        Assert.Single(node.MailFile("ada"));
    });

    // A client that has waited long enough says QUIT and goes; the reply is written to nobody.
    [Fact]
    public void A_client_that_has_given_up_waiting_has_not_heard() => Tell(async (world, node) =>
    {
        node.Stores.Putting = () => world.Pass(TimeSpan.FromMinutes(2));
        await using (var client = await RawClient.HelloAsync(world, node))
        {
            await client.SayAsync("MAIL FROM:<eve@outside.test>", "RCPT TO:<ada@home.test>", "DATA");
            await client.SendAsync($"{Message}\r\n.");
            await world.Pass(TimeSpan.FromMinutes(1));
            await client.SendAsync("QUIT");
            await world.Pass(TimeSpan.FromMinutes(2));
        }
        node.Stores.Putting = () => Task.CompletedTask;
        await using var again = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await again.MailAsync("eve@outside.test", "ada@home.test", Message));
        await world.Until(() => node.Stat(Stat.Duplicates) == 1, "it is known");
        Assert.Single(node.MailFile("ada"));
    });

    [Fact]
    public void Of_two_that_come_at_a_time_there_is_one() => Tell(async (world, node) =>
    {
        node.Stores.Putting = () => world.Pass(TimeSpan.FromSeconds(10));
        await using var one = await RawClient.HelloAsync(world, node);
        await using var two = await RawClient.HelloAsync(world, node);
        foreach (var client in new[] { one, two })
        {
            await client.SayAsync("MAIL FROM:<eve@outside.test>", "RCPT TO:<ada@home.test>", "DATA");
            await client.SendAsync($"{Message}\r\n.");
        }
        Assert.Equal(await one.ReplyAsync(), await two.ReplyAsync());
        await world.Until(() => node.Stat(Stat.Duplicates) == 1, "it is known");
        await world.Until(() => node.MailFile("ada").Count == 1, "it is there");
    });

    [Fact]
    public void A_program_that_ends_between_the_commit_and_the_reply_knows_the_message_when_it_is_back() => Tell(async (world, node) =>
    {
        Task? crash = null;
        node.Stores.Accepted = async () =>
        {
            crash ??= node.CrashAsync();
            await world.Pass(TimeSpan.FromSeconds(1));
        };
        await using (var client = await RawClient.HelloAsync(world, node))
        {
            await client.SayAsync("MAIL FROM:<eve@outside.test>", "RCPT TO:<ada@home.test>", "DATA");
            await client.SendAsync($"{Message}\r\n.");
            await world.Until(() => crash is not null, "it is stored");
        }
        await crash!;
        await node.LoadAsync();
        await using var again = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await again.MailAsync("eve@outside.test", "ada@home.test", Message));
        await world.Until(() => node.MailFile("ada").Count == 1, "it is there");
        Assert.Equal(1, node.Stat(Stat.Duplicates));
    });

    [Theory]
    [InlineData("MAIL FROM:<eva@outside.test>", "RCPT TO:<ada@home.test>", Message, "192.0.2.200")]
    [InlineData("MAIL FROM:<>", "RCPT TO:<ada@home.test>", Message, "192.0.2.200")]
    [InlineData("MAIL FROM:<eve@outside.test> ENVID=2", "RCPT TO:<ada@home.test>", Message, "192.0.2.200")]
    [InlineData("MAIL FROM:<eve@outside.test> RET=HDRS", "RCPT TO:<ada@home.test>", Message, "192.0.2.200")]
    [InlineData("MAIL FROM:<eve@outside.test> BODY=8BITMIME", "RCPT TO:<ada@home.test>", Message, "192.0.2.200")]
    [InlineData("MAIL FROM:<eve@outside.test> SMTPUTF8", "RCPT TO:<ada@home.test>", Message, "192.0.2.200")]
    [InlineData("MAIL FROM:<eve@outside.test> MT-PRIORITY=-3", "RCPT TO:<ada@home.test>", Message, "192.0.2.200")]
    [InlineData("MAIL FROM:<eve@outside.test>", "RCPT TO:<bob@home.test>", Message, "192.0.2.200")]
    [InlineData("MAIL FROM:<eve@outside.test>", "RCPT TO:<ada@home.test> NOTIFY=NEVER", Message, "192.0.2.200")]
    [InlineData("MAIL FROM:<eve@outside.test>", "RCPT TO:<ada@home.test> ORCPT=rfc822;ada@work.test", Message, "192.0.2.200")]
    [InlineData("MAIL FROM:<eve@outside.test>", "RCPT TO:<ada@home.test>\r\nRCPT TO:<bob@home.test>", Message, "192.0.2.200")]
    [InlineData("MAIL FROM:<eve@outside.test>", "RCPT TO:<ada@home.test>", "Subject: once\r\n\r\nHello!", "192.0.2.200")]
    [InlineData("MAIL FROM:<eve@outside.test>", "RCPT TO:<ada@home.test>", "Subject: once\r\n\r\nHello.\r\n", "192.0.2.200")]
    [InlineData("MAIL FROM:<eve@outside.test>", "RCPT TO:<ada@home.test>", Message, "198.51.100.7")]
    public void What_differs_in_anything_is_another_message(string mail, string recipients, string message, string client) => Tell(async (world, node) =>
    {
        await LoseAsync(world, node);
        await using var other = await RawClient.HelloAsync(world, node, client);
        await other.SayAsync(mail, recipients.Split("\r\n"));
        Assert.StartsWith("250", await other.DataAsync(message));
        await world.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(2, node.Stat(Stat.Received));
        Assert.Equal(0, node.Stat(Stat.Duplicates));
    });

    // Of a time (BY) it counts that it was asked for and how, not which one: that is another when it is asked for again.
    [Theory]
    [InlineData("BY=600;N", "BY=599;N", true)]
    [InlineData("BY=600;N", "BY=600;NT", false)]
    [InlineData("BY=600;NT", "BY=600;N", false)]
    [InlineData("BY=600;RT", "BY=590;RT", true)]
    public void What_asks_for_a_trace_is_not_the_same_without(string first, string second, bool same) => Tell(async (world, node) =>
    {
        foreach (var by in new[] { first, second })
        {
            await using var client = await RawClient.HelloAsync(world, node);
            await client.SayAsync($"MAIL FROM:<eve@outside.test> {by}", "RCPT TO:<ada@home.test>");
            Assert.StartsWith("250", await client.DataAsync(Message));
        }
        await world.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(same ? 1 : 2, node.Stat(Stat.Received));
        Assert.Equal(same ? 1 : 0, node.Stat(Stat.Duplicates));
    });

    [Theory]
    [InlineData(600, 599, 1)]
    [InlineData(600, 601, 2)]
    [InlineData(0, 1, 2)]
    public void A_message_is_known_for_so_long(int window, int later, int copies) => Tell(
        async (world, node) =>
        {
            await LoseAsync(world, node, pause: TimeSpan.Zero);
            await world.Pass(TimeSpan.FromSeconds(later));
            await using var again = await RawClient.HelloAsync(world, node);
            Assert.StartsWith("250", await again.MailAsync("eve@outside.test", "ada@home.test", Message));
            await world.Pass(TimeSpan.FromMinutes(1));
            Assert.Equal(copies, node.MailFile("ada").Count);
        },
        settings => settings with { DuplicateWindow = TimeSpan.FromSeconds(window) });

    [Fact]
    public void What_was_refused_for_want_of_room_is_taken_when_it_comes_again() => Tell(async (world, node) =>
    {
        node.Stores.Fill();
        await using (var client = await RawClient.HelloAsync(world, node))
            Assert.StartsWith("452", await client.MailAsync("eve@outside.test", "ada@home.test", Message));
        node.Stores.Mend();
        await using var again = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await again.MailAsync("eve@outside.test", "ada@home.test", Message));
        await world.Until(() => node.MailFile("ada").Count == 1, "it is there");
        Assert.Equal(0, node.Stat(Stat.Duplicates));
    });

    [Fact]
    public void A_repetition_is_answered_although_nothing_can_be_counted() => Tell(async (world, node) =>
    {
        await LoseAsync(world, node);
        node.Stores.Before = verb => verb == "counters" ? new StoreException(StoreFault.Full, "No room on the disk.") : null;
        await using var again = await RawClient.HelloAsync(world, node);
        Assert.StartsWith("250", await again.MailAsync("eve@outside.test", "ada@home.test", Message));
        node.Stores.Mend();
        Assert.Equal(1, node.Stat(Stat.Duplicates));
        Assert.Single(node.MailFile("ada"));
    });

    // The limit is on mail that is taken in, and this one was counted when it was.
    [Fact]
    public void A_repetition_does_not_count_in_the_octets_of_its_network() => Tell(
        async (world, node) =>
        {
            await LoseAsync(world, node);
            await LoseAsync(world, node);
            await using var other = await RawClient.HelloAsync(world, node);
            Assert.StartsWith("250", await other.MailAsync("eve@outside.test", "bob@home.test", Message));
            Assert.StartsWith("451", await other.MailAsync("eve@outside.test", "bob@home.test", Message));
        },
        settings => settings with { MaxOctetsPerClient = 300 });

    // A telephone that comes back from another network is the same user; what we add to a submitted message is none of the user's octets.
    [Fact]
    public void A_user_repeats_a_submitted_message_from_wherever_it_is() => Tell(async (world, node) =>
    {
        await using (var client = await UserAsync(world, node, "192.0.2.200"))
        {
            await client.SayAsync("MAIL FROM:<ada@home.test>", "RCPT TO:<bob@home.test>", "DATA");
            await client.SendAsync($"{Message}\r\n.");
            await world.Pass(TimeSpan.FromMinutes(1));
        }
        await using var again = await UserAsync(world, node, "198.51.100.7");
        Assert.StartsWith("250", await again.MailAsync("ada@home.test", "bob@home.test", Message));
        await world.Until(() => node.Stat(Stat.Duplicates) == 1, "it is known");
        Assert.Single(node.MailFile("bob"));
        await again.SayAsync("NOOP");
        Assert.StartsWith("250", await again.MailAsync("ada@home.test", "bob@home.test", Message));
        await world.Until(() => node.MailFile("bob").Count == 2, "the next is another");
    });

    [Fact]
    public void Nothing_is_left_of_the_octets_of_a_repetition() => Tell(async (world, node) =>
    {
        for (var i = 0; i < 3; i++)
            await LoseAsync(world, node);
        await world.Until(() => node.MailFile("ada").Count == 1 && node.View(new QueueView()).Count == 0, "it is filed");
        Assert.Equal(2, node.Stat(Stat.Duplicates));
    });

    private static async Task LoseAsync(World world, Node node, string message = Message, TimeSpan? pause = null)
    {
        await using var client = await RawClient.HelloAsync(world, node);
        await client.SayAsync("MAIL FROM:<eve@outside.test>", "RCPT TO:<ada@home.test>", "DATA");
        await client.SendAsync($"{message}\r\n.");
        await world.Pass(pause ?? TimeSpan.FromMinutes(1));
    }

    // A client of the careful kind: what it does not read to its last octet, it has not heard.
    private static async Task<(bool Accepted, bool Quit)> TryAsync(World world, Node node)
    {
        var accepted = false;
        try
        {
            await using var client = await RawClient.HelloAsync(world, node);
            accepted = (await client.MailAsync("eve@outside.test", "ada@home.test", Message)) is ['2', '5', '0', ' ', ..] reply && reply.EndsWith("delivery", StringComparison.Ordinal) && client.IsWhole;
            return (accepted, accepted && (await client.SayAsync("QUIT")).StartsWith("221", StringComparison.Ordinal) && client.IsWhole);
        }
        catch (Exception lost) when (lost is IOException or Xunit.Sdk.XunitException)
        {
            return (accepted, false);
        }
    }

    private static JsonElement Fact(Node node, string fact) =>
        Assert.Single(node.Log.Select(line => JsonDocument.Parse(line).RootElement), line => line.GetProperty("fact").GetString() == fact);

    private static async Task<RawClient> UserAsync(World world, Node node, string from)
    {
        var client = await RawClient.HelloAsync(world, node, from, 587);
        Assert.StartsWith("235", await client.SayAsync($"AUTH PLAIN {Convert.ToBase64String("\0ada\0secret"u8)}"));
        return client;
    }

    private static void Tell(Func<World, Node, Task> story, Func<MtaSettings, MtaSettings>? change = null)
    {
        var world = new World();
        var node = world.Node("mta.test", settings => (change ?? (same => same))(settings with
        {
            LocalDomains = [Domain.Parse("home.test")],
            SubmissionListen = [new IPEndPoint(settings.Listen[0].Address, 587)],
            AuthWithoutTls = true,
        }));
        world.Simulator.Strict = false;
        world.Run(async () =>
        {
            Assert.Empty((await node.Operations.Names.ImportAsync(
                """
                [{"form":"Person","fullName":["Ada"],"shortName":["ada"],"internetAddress":"ada@home.test","password":"secret"},
                 {"form":"Person","fullName":["Bob"],"shortName":["bob"],"internetAddress":"bob@home.test","password":"secret"}]
                """, CancellationToken.None)).Problems);
            await node.LoadAsync();
            await story(world, node);
            await node.Mta.DisposeAsync();
        });
    }
}
