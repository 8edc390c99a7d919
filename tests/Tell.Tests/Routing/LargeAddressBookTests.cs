using System.Diagnostics;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;
using Tell.Tests.Mta;
using Xunit.Abstractions;

namespace Tell.Tests.Routing;

/// <summary>An address book of a hundred thousand people.</summary>
public sealed class LargeAddressBookTests(ITestOutputHelper output)
{
    private const int People = 100_000;

    // The limits are for a machine that is busy with much else: what they find is a cost that grows faster than the book. The output says how long it took.
    [Fact]
    public void A_hundred_thousand_people_are_read_and_found_without_looking_at_all_of_them()
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            var names = await node.Mta.Context.Data.OpenAsync("names", CancellationToken.None);
            await names.PutAsync([.. Enumerable.Range(0, People).Select(i => new Document
            {
                Id = names.NewId(),
                Form = Forms.Person,
                Items =
                [
                    Item.OfText(Persons.FullName, $"Person {i}"), Item.OfText(Persons.ShortName, $"p{i}"),
                    Item.OfText(Persons.InternetAddress, $"person{i}@home.test"), Item.OfText(Persons.Alias, $"alias{i}", $"alias{i}@far.test"),
                ],
            })], CancellationToken.None);
            await names.PutAsync([new Document { Id = names.NewId(), Form = Forms.Group, Items = [Item.OfText("name", "All"), Item.OfText("Members", [.. Enumerable.Range(0, People).Select(i => $"p{i}")])] }], CancellationToken.None);
            var directory = node.Mta.Context.Directory;
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var watch = Stopwatch.StartNew();
            Assert.Equal(People, (await directory.LocateAsync(Mailbox.Parse("all@home.test"), CancellationToken.None)).Group!.Members.Length);
            var built = watch.Elapsed;
            var octets = GC.GetTotalMemory(forceFullCollection: true) - before;
            string[] asked = ["p99999@home.test", "Person_77777@home.test", "ALIAS5@home.test", "p5+tag+more@home.test", "alias99@far.test", "nobody@home.test", "x@away.test"];
            var mailboxes = asked.Select(Mailbox.Parse).ToArray();
            const int rounds = 20_000;
            watch.Restart();
            for (var i = 0; i < rounds; i++)
            {
                foreach (var mailbox in mailboxes)
                    await directory.LocateAsync(mailbox, CancellationToken.None);
            }
            var each = watch.Elapsed / (rounds * mailboxes.Length);
            output.WriteLine($"built in {built.TotalMilliseconds:F0} ms, {octets >> 20} MB, {each.TotalNanoseconds:F0} ns a lookup");
            Assert.Equal("mail/p77777", (await directory.LocateAsync(mailboxes[1], CancellationToken.None)).User!.MailFile);
            Assert.True(built < TimeSpan.FromMinutes(2), $"{built}");
            Assert.True(each < TimeSpan.FromMilliseconds(0.5), $"{each}");
            await node.Mta.DisposeAsync();
        });
    }
}
