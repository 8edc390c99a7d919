using System.Collections.Immutable;
using System.Text;
using Tell.Documents;
using Tell.Mta;
using Tell.Mta.Conversion;

namespace Tell.Tests.Conversion;

/// <summary>A message as items (facts: lotus 1.3, 6.4).</summary>
public sealed class ItemizerTests
{
    [Fact]
    public void Every_field_has_an_item()
    {
        var items = Itemizer.Header(Octets("""
            Received: from a.test by b.test; Sun, 22 Nov 2026 10:00:02 +0000
            Received: from c.test by a.test; Sun, 22 Nov 2026 10:00:01 +0000
            From: =?utf-8?q?Ad=C3=A4?= <ada@home.test>
            Sender: office@home.test
            To: a@b.test, "x\"y, z" <c@d.test>,
             <e,f@g.test>,,
            Cc: Friends: one@x.test, two@x.test;
            Reply-To: Ada's desk <desk@home.test>
            Subject: =?utf-8?q?caf=C3=A9?=
            Date: Sun, 22 Nov 2026 11:00:00 +0100
            Message-ID: <1@home.test>
            In-Reply-To: <0@b.test>
            References: <00@b.test>
             <0@b.test>
            MIME-Version: 1.0
            Content-Type: text/plain
            X-Mailer: Mailer 1
            Importance: High
            Priority: non-urgent
            Disposition-Notification-To: ada@home.test
            Return-Receipt-To: ada@home.test
            Resent-From: bob@b.test
            Resent-Message-ID: <r@b.test>
            Apparently-To: x@y.test
            X-Own: =?utf-8?q?=C3=A4?=
            X-Own: two

            text
            """));
        Assert.Equal(["from a.test by b.test; Sun, 22 Nov 2026 10:00:02 +0000", "from c.test by a.test; Sun, 22 Nov 2026 10:00:01 +0000"], Texts(items, "Received"));
        Assert.Equal(["Ad\u00e4 <ada@home.test>"], Texts(items, ItemNames.From));
        Assert.Equal(["=?utf-8?q?Ad=C3=A4?= <ada@home.test>"], Texts(items, "INetFrom"));
        Assert.Equal(["office@home.test"], Texts(items, "Sender"));
        Assert.Equal(["a@b.test", "x\"y, z <c@d.test>"], Texts(items, ItemNames.SendTo).Take(2));
        Assert.Equal(["one@x.test", "two@x.test"], Texts(items, ItemNames.CopyTo));
        Assert.Equal(["Friends: one@x.test, two@x.test;"], Texts(items, "INetCopyTo"));
        Assert.Equal(["Ada's desk <desk@home.test>"], Texts(items, "$INetReplyTo"));
        Assert.Equal(["caf\u00e9"], Texts(items, ItemNames.Subject));
        Assert.Equal([new DateTimeOffset(2026, 11, 22, 11, 0, 0, TimeSpan.FromHours(1))], items.Single(item => item.Name == ItemNames.PostedDate).Times.ToArray());
        Assert.Equal(["<1@home.test>"], Texts(items, "$MessageID"));
        Assert.Equal(["<0@b.test>"], Texts(items, "In_Reply_To"));
        Assert.Equal(["<00@b.test>", "<0@b.test>"], Texts(items, "References"));
        Assert.Equal(["1.0"], Texts(items, "MIME_Version"));
        Assert.Equal(["text/plain"], Texts(items, "Content_Type"));
        Assert.Equal(["Mailer 1"], Texts(items, "$Mailer"));
        Assert.Equal(["1"], Texts(items, "Importance"));
        Assert.Equal(["L"], Texts(items, "DeliveryPriority"));
        Assert.Equal(["1"], Texts(items, "ReturnReceipt"));
        Assert.Equal(["ada@home.test"], Texts(items, "Disposition_Notification_To"));
        Assert.Equal(["ada@home.test"], Texts(items, "Return_Receipt_To"));
        Assert.Equal(["bob@b.test"], Texts(items, "Resent_From"));
        Assert.Equal(["<r@b.test>"], Texts(items, "Resent_Message_ID"));
        Assert.Equal(["x@y.test"], Texts(items, "Apparently_To"));
        Assert.Equal(["\u00e4", "two"], Texts(items, "X_Own"));
        Assert.Equal(["utf-8"], Texts(items, "MIMEMailHeaderCharset"));
        Assert.DoesNotContain(items, item => item.Name is ItemNames.Body or ItemNames.ItemizeError);
    }

    [Theory]
    [InlineData("Body")]
    [InlineData("$FILE")]
    [InlineData("$ItemizeError")]
    [InlineData("$Loops")]
    [InlineData("SMTPOriginator")]
    [InlineData("Recipients")]
    [InlineData("SendTo")]
    [InlineData("Form")]
    [InlineData("body")]
    [InlineData("DeliveryPriority")]
    [InlineData("PostedDate")]
    public void No_field_becomes_an_item_of_ours(string name)
    {
        var items = Itemizer.Header(Octets($"{name}: forged\n\n"));
        Assert.Equal(["forged"], Texts(items, "Field_" + name));
        Assert.DoesNotContain(items, item => item.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("Date", "no date", "Date")]
    [InlineData("Message-ID", "none", "Message_ID")]
    [InlineData("Importance", "very", "Field_Importance")]
    [InlineData("Priority", "now", "Priority")]
    public void A_value_that_cannot_be_read_is_kept_as_text(string field, string value, string item) =>
        Assert.Equal([value], Texts(Itemizer.Header(Octets($"{field}: {value}\n\n")), item));

    [Fact]
    public void A_second_date_or_id_is_kept_too()
    {
        var items = Itemizer.Header(Octets("Date: Sun, 22 Nov 2026 11:00:00 +0100\nDate: Mon, 23 Nov 2026 11:00:00 +0100\nMessage-ID: <1@a>\nMessage-ID: <2@a>\nSubject: one\nSubject: two\n\n"));
        Assert.Equal(["Mon, 23 Nov 2026 11:00:00 +0100"], Texts(items, "Date"));
        Assert.Equal(["<1@a>"], Texts(items, "$MessageID"));
        Assert.Equal(["<2@a>"], Texts(items, "Message_ID"));
        Assert.Equal(["one", "two"], Texts(items, "Subject"));
    }

    [Fact]
    public void A_header_of_anything_gives_bounded_items()
    {
        var items = Itemizer.Header(Octets(string.Concat(Enumerable.Range(0, 5000).Select(n => $"X-{n}: v\n")) + $"X-{new string('n', 5000)}: v\n\n"));
        Assert.Equal(FieldItems.MostNames, items.Length);
        Assert.All(items, item => Assert.InRange(item.Name.Length, 1, 110));
    }

    [Fact]
    public async Task Text_HTML_and_files_become_items()
    {
        var store = new KeptContents();
        var items = await ItemizeAsync(store, """
            From: ada@home.test
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: multipart/alternative; boundary=a

            --a
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: quoted-printable

            Gr=FC=DFe
            --a
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: text/html

            <img src="cid:p@x">
            --r
            Content-Type: image/png
            Content-ID: <p@x>
            Content-Transfer-Encoding: base64

            UE5H
            --r--
            --a
            Content-Type: text/calendar; method=REQUEST

            BEGIN:VCALENDAR
            --a--
            --m
            Content-Type: application/pdf
            Content-Disposition: attachment; filename="..\\..\\etc/report.pdf"

            PDF
            --m
            Content-Type: application/x-never-heard-of

            ?
            --m
            Content-Type: message/rfc822

            Subject: inner

            --m
            Content-Type: application/pdf; name=".."

            dots
            --m--
            """);
        Assert.Equal(["Gr\u00fc\u00dfe"], items.Single(item => item is { Name: "Body", MediaType: "text/plain" }).Texts.ToArray());
        Assert.Equal(["<img src=\"cid:p@x\">"], items.Single(item => item is { Name: "Body", MediaType: "text/html" }).Texts.ToArray());
        Assert.Equal(["iso-8859-1"], Texts(items, "MIMEMailCharset").Select(name => name.ToLowerInvariant()));
        Assert.Equal(
            ["att1.png image/png PNG", "att2.ics text/calendar BEGIN:VCALENDAR", "report.pdf application/pdf PDF", "att3.unk application/x-never-heard-of ?", "att4.eml message/rfc822 Subject: inner\r\n", "att5.pdf application/pdf dots"],
            items.Where(item => item.Kind == ItemKind.Attachment).Select(item => $"{item.Text} {item.MediaType} {Encoding.Latin1.GetString(store.Read(item.Content!))}"));
        Assert.Equal(["p@x", "", "", "", "", ""], Texts(items, "$ContentIDs"));
        Assert.DoesNotContain(items, item => item.Name == ItemNames.ItemizeError);
    }

    [Fact]
    public async Task What_could_not_be_read_is_said()
    {
        var items = await ItemizeAsync(new KeptContents(), "From: a@b.test\nContent-Type: text/plain; charset=x-klingon\n\ntext\n");
        Assert.Contains("klingon", Assert.Single(Texts(items, ItemNames.ItemizeError)));
        Assert.Equal("text\n", items.Single(item => item.Name == ItemNames.Body).Text);
    }

    [Fact]
    public async Task A_message_without_a_text_has_an_empty_body()
    {
        var items = await ItemizeAsync(new KeptContents(), "From: a@b.test\nContent-Type: application/zip; name=a.zip\n\nPK\n");
        Assert.Equal([""], items.Single(item => item.Name == ItemNames.Body).Texts.ToArray());
        Assert.Equal("a.zip", items.Single(item => item.Kind == ItemKind.Attachment).Text);
    }

    [Fact]
    public async Task Only_so_many_files_are_taken_out_and_the_rest_is_said()
    {
        var message = "Content-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Range(0, Itemizer.MostFiles + 5).Select(n => $"--b\nContent-Type: image/png; name={n}.png\n\n{n}\n")) + "--b--\n";
        var items = await ItemizeAsync(new KeptContents(), message);
        Assert.Equal(Itemizer.MostFiles, items.Count(item => item.Kind == ItemKind.Attachment));
        Assert.Contains("more than 1000 files: 5 have no item", Texts(items, ItemNames.ItemizeError));
    }

    private static Task<ImmutableArray<Item>> ItemizeAsync(KeptContents store, string message) => store.ItemizeAsync([Octets(message)]);

    private static byte[] Octets(string message) => Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n"));

    private static IEnumerable<string> Texts(ImmutableArray<Item> items, string name) => items.Single(item => item.Name == name).Texts;
}
