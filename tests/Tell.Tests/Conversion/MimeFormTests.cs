using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Conversion;
using Tell.Tests.Mta;

namespace Tell.Tests.Conversion;

/// <summary>The message that a document is.</summary>
public sealed class MimeFormTests
{
    private const string Ada = """{"form":"Person","fullName":["Ada Lovelace"],"shortName":["ada"],"internetAddress":"ada@home.test"}""";

    private static readonly Content Nothing = new(1, 0);

    private static Document Memo(params Item[] items) => new()
    {
        Id = Unid.TryParse("0193AB0193AB0193AB0193AB0193AB01", out var id) ? id : throw new FormatException(),
        Form = Forms.Memo,
        Items = [Item.OfText("From", "ada@home.test"), Item.OfTime("PostedDate", new DateTimeOffset(2026, 11, 22, 4, 19, 0, TimeSpan.Zero)), .. items],
    };

    private static async Task<string> ReadAsync(Node node, Document document, Mailbox? blind = null, string file = "octets")
    {
        var message = new StringBuilder();
        await foreach (var piece in MimeForm.ReadAsync(document, blind, node.Mta.Context, (_, _) => Pieces(Encoding.UTF8.GetBytes(file), 1), CancellationToken.None))
        {
            Assert.InRange(piece.Length, 1, 64 * 1024);
            message.Append(Encoding.UTF8.GetString(piece.Span));
        }
        return message.ToString();
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] piece, int count, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return piece;
        }
        await ValueTask.CompletedTask;
    }

    private static void Run(Func<Node, Task> story, Func<Tell.Mta.Configuration.MtaSettings, Tell.Mta.Configuration.MtaSettings>? change = null)
    {
        var world = new World();
        var node = world.Node("mta.test", settings => (change ?? (same => same))(settings) with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            Assert.Equal(1, (await node.Operations.Names.ImportAsync($"[{Ada}]", CancellationToken.None)).Added);
            await story(node);
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Every_item_with_an_Internet_equivalent_is_in_the_message() => Run(async node =>
    {
        var message = await ReadAsync(node, Memo(
            Item.OfText("Principal", "boss@home.test"),
            Item.OfText("SendTo", "Ada Lovelace", "Bob <bob@away.test>", "nobody of that name"),
            Item.OfText("CopyTo", "eve@away.test"),
            Item.OfText("BlindCopyTo", "secret@away.test"),
            Item.OfText("$INetReplyTo", "desk@home.test"),
            Item.OfText("Subject", "Re: Engines\r\nBcc: eve@x"),
            Item.OfText("In_Reply_To", "<2@x>"),
            Item.OfText("References", "<1@x> <2@x>"),
            Item.OfText("Importance", "1"),
            Item.OfText("DeliveryPriority", "H"),
            Item.OfText("ReturnReceipt", "1"),
            Item.OfText("$MessageID", "<mine@x>"),
            Item.OfText("Logo", "stdNotesLtr0"),
            Item.OfRichText("Body", "text/plain", "Hello")));
        Assert.Equal(
            """
            From: boss@home.test
            Sender: Ada Lovelace <ada@home.test>
            Reply-To: desk@home.test
            To: Ada Lovelace <ada@home.test>, Bob <bob@away.test>
            cc: eve@away.test
            Message-ID: <mine@x>
            In-Reply-To: <2@x>
            References: <1@x> <2@x>
            Date: Sun, 22 Nov 2026 04:19:00 +0000
            Subject: Re: Engines Bcc: eve@x
            Importance: high
            X-Priority: 1
            Priority: urgent
            Disposition-Notification-To: Ada Lovelace <ada@home.test>
            Mime-Version: 1.0
            Content-type: text/plain; charset=us-ascii
            Content-Disposition: inline

            Hello

            """.ReplaceLineEndings("\r\n"),
            message);
    });

    [Fact]
    public void A_blind_name_shows_in_its_own_instance_only() => Run(async node =>
    {
        var memo = Memo(Item.OfText("SendTo", "bob@away.test"), Item.OfText("BlindCopyTo", "ada@home.test", "eve@away.test"));
        Assert.DoesNotContain("bcc", await ReadAsync(node, memo), StringComparison.OrdinalIgnoreCase);
        var own = await ReadAsync(node, memo, Mailbox.Parse("ada@home.test"));
        Assert.Contains("\r\nbcc: Ada Lovelace <ada@home.test>\r\n", own, StringComparison.Ordinal);
        Assert.DoesNotContain("eve@", own, StringComparison.Ordinal);
    });

    [Fact]
    public void Attachments_have_the_ids_and_types_that_items_and_names_give_them() => Run(async node =>
    {
        var message = await ReadAsync(node, Memo(
            Item.OfRichText("Body", "text/plain", "Hello"),
            Item.OfRichText("Body", "text/html", "<img src=\"cid:a@x\">"),
            Item.OfAttachment("$FILE", "plan.pdf", "application/octet-stream", Nothing),
            Item.OfAttachment("$FILE", "../../a.png\r\nX: y", "image/png", Nothing),
            Item.OfText("$ContentIDs", "", "a@x")));
        Assert.Contains("multipart/related; type=\"text/html\"", message, StringComparison.Ordinal);
        Assert.Contains("Content-type: application/pdf; name=\"plan.pdf\"\r\n", message, StringComparison.Ordinal);
        Assert.Contains("Content-Disposition: inline; filename=\"a.png X: y\"\r\nContent-ID: <a@x>\r\n", message, StringComparison.Ordinal);
        Assert.True(message.IndexOf("image/png", StringComparison.Ordinal) < message.IndexOf("application/pdf", StringComparison.Ordinal));
    });

    [Fact]
    public void An_attached_message_goes_as_it_is_where_it_can() => Run(async node =>
    {
        var memo = Memo(Item.OfAttachment("$FILE", "a.eml", "message/rfc822", Nothing));
        Assert.Contains("\r\nContent-type: message/rfc822; name=\"a.eml\"\r\nContent-Disposition: attachment; filename=\"a.eml\"\r\n\r\nSubject: x\r\n\r\ny\r\n", await ReadAsync(node, memo, file: "Subject: x\r\n\r\ny\r\n"), StringComparison.Ordinal);
        Assert.Contains("\r\nContent-type: application/octet-stream; name=\"a.eml\"\r\n", await ReadAsync(node, memo, file: "Subject: é\r\n"), StringComparison.Ordinal);
    });

    [Fact]
    public void The_settings_say_in_which_charset_and_how_wide_text_goes_out() => Run(
        async node =>
        {
            Assert.Contains("charset=koi8-r; format=flowed\r\n", await ReadAsync(node, Memo(Item.OfRichText("Body", "text/plain", "Привет"))), StringComparison.Ordinal);
            Assert.Contains("charset=utf-8; format=flowed\r\n", await ReadAsync(node, Memo(Item.OfRichText("Body", "text/plain", "漢字"))), StringComparison.Ordinal);
        },
        settings => settings with { OutboundCharset = "KOI8-R", OutboundLineLength = 72 });

    [Fact]
    public void The_octets_of_a_document_that_has_them_do_not_change() => Run(async node =>
    {
        const string octets = "subject:no space \r\n\r\nlone \n feed";
        Assert.Equal(octets, await ReadAsync(node, Memo(Item.OfText("Subject", "other")) with { Content = Nothing }, file: octets));
    });

    [Fact]
    public void The_same_document_is_the_same_octets() => Run(async node =>
    {
        var memo = Memo(Item.OfRichText("Body", "text/html", "<p>é"), Item.OfRichText("Body", "text/plain", "é"), Item.OfAttachment("$FILE", "a", "a/b", Nothing));
        Assert.Equal(await ReadAsync(node, memo), await ReadAsync(node, memo));
    });

    [Fact]
    public void A_hundred_megabytes_pass_through_little_memory() => Run(async node =>
    {
        var piece = new byte[64 * 1024];
        new Random(1).NextBytes(piece);
        const int pieces = 1600;
        var memo = Memo(Item.OfRichText("Body", "text/plain", "x"), Item.OfAttachment("$FILE", "a.bin", "a/b", Nothing));
        long size = 0, before = 0;
        await foreach (var octets in MimeForm.ReadAsync(memo, null, node.Mta.Context, (_, _) => Pieces(piece, pieces), CancellationToken.None))
        {
            if (size == 0)
                before = GC.GetAllocatedBytesForCurrentThread();
            size += octets.Length;
        }
        Assert.InRange(size, Base64Lines.EncodedSize((long)pieces * piece.Length), long.MaxValue);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    });
}
