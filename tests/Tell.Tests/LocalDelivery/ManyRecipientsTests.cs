using System.Diagnostics;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.LocalDelivery;
using Tell.Mta.Routing;
using Xunit.Abstractions;

namespace Tell.Tests.LocalDelivery;

/// <summary>Groups and hold queues of a size that no message should grow with.</summary>
public sealed class ManyRecipientsTests(ITestOutputHelper output)
{
    // The limits are for a machine that is busy with much else: what they find is a cost that grows faster than the numbers.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(3);

    [Fact]
    public void A_group_of_more_places_than_are_looked_at_in_one_go_reaches_each_member_once()
    {
        const int members = Expansion.MostPlaces + 2_500;
        var town = new Town();
        town.Run(async () =>
        {
            var names = await town.Node.OpenAsync("names");
            await names.PutAsync(
            [
                .. Enumerable.Range(0, members).Select(i => new Document
                {
                    Id = names.NewId(), Form = Forms.Person,
                    Items = [Item.OfText(Persons.ShortName, $"u{i}"), Item.OfText(Persons.InternetAddress, $"u{i}@home.test"), .. i == 5 ? new[] { Item.OfText(Persons.Route, "maildir:/home/u5") } : i == members - 1 ? [Item.OfText(Persons.ForwardingAddress, "u5@home.test")] : []],
                }),
                // A member beyond the limit sends it on to one who has it already, another stands there twice, and a circle ends as ever.
                new Document
                {
                    Id = names.NewId(), Form = Forms.Group,
                    Items = [Item.OfText("name", "all"), Item.OfText("Members", [.. Enumerable.Range(0, members).Select(i => $"u{i}@home.test"), "all@home.test", "nobody@home.test", "u5+again@home.test", $"u{members - 2}+again@home.test"])],
                },
            ], CancellationToken.None);
            var watch = Stopwatch.StartNew();
            await town.SendAsync("all@home.test");
            await town.World.Until(() => town.Node.Operations.Counts().All(count => count.Documents == 0), "all is done", TimeSpan.FromHours(3));
            output.WriteLine($"{members} members in {watch.Elapsed.TotalSeconds:F1} s");
            for (var i = 0; i < members - 1; i++)
                Assert.True(await town.Node.FiledAsync($"u{i}") == (i == 5 ? 0 : 1), $"u{i}");
            Assert.Single(town.Node.Files.Paths, path => path.StartsWith("/home/u5/new/", StringComparison.Ordinal));
            Assert.Contains("nobody@home.test", Assert.Single(town.Reports));
            Assert.True(watch.Elapsed < Long, $"{watch.Elapsed}");
        });
    }

    [Fact]
    public void A_hundred_thousand_held_documents_are_released_in_pages()
    {
        const int many = 100_000;
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            var queues = town.Node.Stores.Queues;
            for (var i = 0; i < many; i += 10_000)
            {
                await queues.PutAsync([.. Enumerable.Range(i, 10_000).Select(at => new Document
                {
                    Id = queues.NewId(), Form = Forms.Memo, Queue = WorkQueue.MailBox, State = DocumentState.Held,
                    // Every second one is for somebody else, who stays on hold, and every tenth is held by an operator.
                    Reason = at % 10 == 9 ? "held by an operator" : at % 2 == 0 ? "ada is on hold" : "bob is on hold",
                    Envelope = new Envelope { Recipients = [new Recipient(Mailbox.Parse(at % 2 == 0 ? "ada@home.test" : "bob@home.test"))] },
                })], [], CancellationToken.None);
            }
            await town.PersonAsync("bob", hold: true);
            var watch = Stopwatch.StartNew();
            var release = await town.Node.Operations.Holds.ReleaseAsync(null, CancellationToken.None);
            output.WriteLine($"{many} held documents looked through in {watch.Elapsed.TotalSeconds:F1} s");
            Assert.Equal(many / 2, release.Released);
            Assert.Equal(many * 2 / 5, release.StillHeld["bob"]);
            await town.World.Until(() => town.Node.Stat("MTA.MAIL.BOX.Held") == many / 2 && town.Node.Operations.Counts().Sum(count => count.Documents) == many / 2, "they are filed", TimeSpan.FromHours(3));
            output.WriteLine($"and filed after {watch.Elapsed.TotalSeconds:F1} s");
            Assert.Equal(many / 2, await town.Node.FiledAsync("ada"));
            Assert.True(watch.Elapsed < Long, $"{watch.Elapsed}");
        });
    }
}
