using System.Text;
using Tell.Mail;
using Tell.Mta.Operations;
using Tell.Tests.Mta;

namespace Tell.Tests.Operations;

/// <summary>A .NET program that has an MTA inside.</summary>
public sealed class EmbeddingTests
{
    [Fact]
    public void A_program_submits_a_Memo_with_HTML_an_image_and_files_and_reads_it_back_from_the_mail_file()
    {
        var world = new World();
        world.Run(async () =>
        {
            var node = world.Node("mx.tell.test", settings => settings with { LocalDomains = [Domain.Parse("tell.test")] });
            await node.LoadAsync();
            var (image, table) = (Enumerable.Range(0, 5000).Select(i => (byte)i).ToArray(), Encoding.UTF8.GetBytes("a;b\n1;2\n"));
            var id = await node.Operations.SubmitAsync(
                new MemoDraft
                {
                    From = Mailbox.Parse("app@tell.test"),
                    SendTo = [Mailbox.Parse("ada@tell.test")],
                    Subject = Line.From("Bericht f\u00fcr Mai"),
                    Body = "Siehe Bild.\n",
                    Html = "<p>Siehe <img src=\"cid:logo.png\"></p>",
                    Files = [new DraftFile("logo.png", "image/png", image) { ContentId = "logo.png" }, new DraftFile("Zahlen M\u00e4rz.csv", "text/csv", table)],
                },
                CancellationToken.None);
            await world.Until(() => node.MailFile("ada").Count == 1, $"{id} is filed");

            var reader = new MessageReader();
            var found = new Dictionary<string, List<byte>>();
            await node.Operations.Mail.ReadAsync("ada", node.MailFile("ada")[0].Id, Take, CancellationToken.None);
            reader.Complete();
            Read();
            Assert.Equal("Bericht f\u00fcr Mai", reader.Message.Subject);
            Assert.Equal("app@tell.test", reader.Message.From?.Address);
            Assert.Equal("Siehe Bild.\n", reader.Message.Text);
            Assert.Equal("<p>Siehe <img src=\"cid:logo.png\"></p>", reader.Message.Html?.TrimEnd('\n'));
            Assert.Equal(image, found["logo.png"]);
            Assert.Equal(table, found["Zahlen M\u00e4rz.csv"]);
            Assert.Empty(reader.Problems);
            await node.Mta.DisposeAsync();

            ValueTask Take(ReadOnlyMemory<byte> piece)
            {
                reader.Feed(piece);
                Read();
                return ValueTask.CompletedTask;
            }

            void Read()
            {
                while (reader.Read())
                {
                    if (reader.Part.Name is not { } name)
                        continue;
                    if (!found.TryGetValue(name, out var octets))
                        found[name] = octets = [];
                    if (reader.Token == MimeToken.Content)
                        octets.AddRange(reader.Octets.Span);
                }
            }
        });
    }
}
