using System.Collections.Immutable;
using System.Text;
using Tell.Documents;
using Tell.Mta;
using Tell.Mta.Conversion;
using Tell.Tests.Mta;

namespace Tell.Tests.Conversion;

/// <summary>A Memo that is written as a message and read again has its items.</summary>
public sealed class RoundTripTests
{
    private static readonly string[] Names = ["Ada Lovelace", "Lovelace, Ada \"Countess\"", "J\u00fcrgen M\u00fcller", "\u6f22\u5b57", "", "o'Neil (home)", "\ud83d\ude00", "a.b"];

    private static readonly string[] Texts =
    [
        "Hello.\n", "", "Gr\u00fc\u00dfe\n\n.\n..\nFrom here\n>From there\n   stuffed\ntrailing   \n-- \nAda\n", "\u6f22\u5b57 \ud83d\ude00\n", new string('x', 3000) + "\n", string.Concat(Enumerable.Repeat("\u00fc ", 700)) + "\n",
        "--0__=\n--b\ntext = 100%=20\n", "\n\n\n", "tab\tand\fform feed\n",
    ];

    [Theory]
    [InlineData("", 0)]
    [InlineData("ISO-2022-JP", 0)]
    [InlineData("KOI8-R", 72)]
    [InlineData("GB18030", 0)]
    [InlineData("", 40)]
    public void A_memo_comes_back_with_its_items(string charset, int lineLength)
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { OutboundCharset = charset, OutboundLineLength = lineLength });
        world.Run(async () =>
        {
            var random = new Random(91);
            for (var i = 0; i < 150; i++)
            {
                var store = new KeptContents();
                var memo = Memo(random, store, i);
                using var octets = new MemoryStream();
                await foreach (var piece in MimeForm.ReadAsync(memo, null, node.Mta.Context, store.ReadAsync, CancellationToken.None))
                    octets.Write(piece.Span);
                var message = octets.ToArray();
                var items = await store.ItemizeAsync([message]);
                var evidence = $"memo {i}:\n{Encoding.UTF8.GetString(message)}";
                Assert.True(items.All(item => item.Name != ItemNames.ItemizeError), string.Join(' ', items.FirstOrDefault(item => item.Name == ItemNames.ItemizeError)?.Texts ?? []) + evidence);
                foreach (var name in memo.Items.Select(item => item.Name).Distinct())
                {
                    if (name is not (ItemNames.Body or ItemNames.File or ItemNames.ContentIds))
                        Assert.True(Told(memo.Items, name) == Told(items, name), $"{name}: \"{Told(memo.Items, name)}\" became \"{Told(items, name)}\" in {evidence}");
                }
                foreach (var body in memo.Items.Where(item => item.Name == ItemNames.Body))
                    Assert.Equal(Lines(body, lineLength), Lines(items.Single(item => item.Name == ItemNames.Body && item.MediaType == body.MediaType), lineLength));
                Assert.Equal(Files(memo.Items, store), Files(items, store));
            }
            await node.Mta.DisposeAsync();
        });
    }

    // RFC 3676 4.2: what is wrapped has no white space at the ends of its lines, but for the signature separator.
    private static string Lines(Item body, int lineLength) => lineLength == 0 || body.MediaType != "text/plain"
        ? body.Text.TrimEnd('\n')
        : string.Join('\n', body.Text.TrimEnd('\n').Split('\n').Select(line => line == "-- " ? line : line.TrimEnd(' ')));

    private static Document Memo(Random random, KeptContents store, int number)
    {
        var items = new List<Item>
        {
            Item.OfText(ItemNames.From, Name(random, "from")),
            Item.OfText(ItemNames.SendTo, [.. Enumerable.Range(0, 1 + random.Next(4)).Select(n => Name(random, $"to{n}"))]),
            Item.OfText(ItemNames.Subject, $"{Names[random.Next(Names.Length)]} {number} \u00e4".Trim()),
            Item.OfTime(ItemNames.PostedDate, new DateTimeOffset(2026, 11, 22, 10, random.Next(60), random.Next(60), TimeSpan.FromMinutes(random.Next(-24, 25) * 30))),
            Item.OfText(ItemNames.MessageId, $"<{number}.x@example.test>"),
        };
        if (random.Next(2) == 0)
            items.Add(Item.OfText(ItemNames.CopyTo, Name(random, "cc")));
        if (random.Next(3) == 0)
            items.Add(Item.OfText(ItemNames.ReplyTo, Name(random, "reply")));
        if (random.Next(3) == 0)
        {
            items.Add(Item.OfText(ItemNames.InReplyTo, "<2@example.test>"));
            items.Add(Item.OfText(ItemNames.References, "<1@example.test>", "<2@example.test>"));
        }
        if (random.Next(3) == 0)
            items.Add(Item.OfText(ItemNames.Importance, random.Next(2) == 0 ? "1" : "3"));
        if (random.Next(3) == 0)
            items.Add(Item.OfText(ItemNames.DeliveryPriority, random.Next(2) == 0 ? "H" : "L"));
        if (random.Next(4) == 0)
            items.Add(Item.OfText(ItemNames.ReturnReceipt, "1"));
        var bodies = random.Next(3);
        if (bodies < 2)
            items.Add(Item.OfRichText(ItemNames.Body, "text/plain", Texts[random.Next(Texts.Length)]));
        if (bodies > 0)
            items.Add(Item.OfRichText(ItemNames.Body, "text/html", "<p>" + Texts[random.Next(Texts.Length)] + "</p>\n"));
        var ids = new List<string>();
        for (var file = random.Next(4); file > 0; file--)
        {
            var octets = new byte[random.Next(3000)];
            random.NextBytes(octets);
            var shown = bodies > 0 && random.Next(2) == 0;
            ids.Add(shown ? $"id{file}@example.test" : "");
            items.Add(Item.OfAttachment(ItemNames.File, shown ? $"picture{file}.png" : $"gr\u00fc\u00dfe {file}; \"q\".bin", shown ? "image/png" : "application/octet-stream", store.Keep(octets)));
        }
        if (ids.Any(id => id.Length > 0))
            items.Add(Item.OfText(ItemNames.ContentIds, [.. ids]));
        return new Document { Id = new UnidSource(TimeProvider.System, new Random(number)).Next(), Form = Forms.Memo, Items = [.. items] };
    }

    private static string Name(Random random, string local) => Names[random.Next(Names.Length)] is { Length: > 0 } name ? $"{name} <{local}@example.test>" : $"{local}@example.test";

    private static string Told(ImmutableArray<Item> items, string name) =>
        items.SingleOrDefault(item => item.Name == name) is not { } item ? "" : item.Kind == ItemKind.Time ? string.Join(' ', item.Times.Select(time => time.ToString("o"))) : string.Join('|', item.Texts);

    // The pictures of the HTML come first in a message.
    private static IEnumerable<string> Files(ImmutableArray<Item> items, KeptContents store)
    {
        var ids = items.SingleOrDefault(item => item.Name == ItemNames.ContentIds)?.Texts ?? [];
        return items.Where(item => item.Kind == ItemKind.Attachment)
            .Select((item, n) => $"{item.Text} {item.MediaType} <{(n < ids.Length ? ids[n] : "")}> {Convert.ToHexString(store.Read(item.Content!))}")
            .Order(StringComparer.Ordinal);
    }
}
