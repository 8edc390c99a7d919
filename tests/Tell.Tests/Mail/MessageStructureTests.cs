using System.Buffers;
using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>What stands where in a message of several parts, octet by octet.</summary>
public sealed class MessageStructureTests
{
    private static readonly MemoMessage Memo = new()
    {
        From = Mailbox.Parse("ada@example.test"),
        To = [Mailbox.Parse("bob@example.test")],
        Date = new DateTimeOffset(2026, 11, 22, 4, 19, 0, TimeSpan.Zero),
        MessageId = MessageId.New("0193AB", Domain.Parse("mx.example.test")),
        Text = "Hello",
        Html = "<p>Hello</p>",
    };

    private static readonly Attachment Image = new(Line.From("a.png"), "image/png") { ContentId = "a@x" };

    private static readonly Attachment File = new(Line.From("a.bin"));

    private static string Written(MemoMessage memo, params Attachment[] attachments)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessageWriter(memo, output, Boundary.Of("0193AB"), [.. attachments]);
        writer.WriteHead();
        foreach (var attachment in attachments)
        {
            writer.BeginAttachment();
            writer.Write(Encoding.ASCII.GetBytes(attachment.FileName.Text));
            writer.EndAttachment();
        }
        writer.Finish();
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }

    private static string Body(string message) => message[message.IndexOf("Content-type", StringComparison.Ordinal)..];

    private static string Lines(string text) => text.ReplaceLineEndings("\r\n");

    [Fact]
    public void Text_and_HTML_are_alternatives() => Assert.Equal(
        Lines("""
            Content-type: multipart/alternative; Boundary="0__=0193AB"

            --0__=0193AB
            Content-type: text/plain; charset=us-ascii
            Content-Disposition: inline

            Hello

            --0__=0193AB
            Content-type: text/html; charset=us-ascii
            Content-Disposition: inline

            <p>Hello</p>

            --0__=0193AB--

            """),
        Body(Written(Memo)));

    [Fact]
    public void Images_of_the_HTML_stand_beside_it_and_files_around_all() => Assert.Equal(
        Lines("""
            Content-type: multipart/mixed; Boundary="0__=0193AB"

            --0__=0193AB
            Content-type: multipart/alternative; Boundary="1__=0193AB"

            --1__=0193AB
            Content-type: text/plain; charset=us-ascii
            Content-Disposition: inline

            Hello

            --1__=0193AB
            Content-type: multipart/related; type="text/html"; Boundary="2__=0193AB"

            --2__=0193AB
            Content-type: text/html; charset=us-ascii
            Content-Disposition: inline

            <p>Hello</p>

            --2__=0193AB
            Content-type: image/png; name="a.png"
            Content-Disposition: inline; filename="a.png"
            Content-ID: <a@x>
            Content-transfer-encoding: base64

            YS5wbmc=

            --2__=0193AB--

            --1__=0193AB--

            --0__=0193AB
            Content-type: application/octet-stream; name="a.bin"
            Content-Disposition: attachment; filename="a.bin"
            Content-transfer-encoding: base64

            YS5iaW4=

            --0__=0193AB--

            """),
        Body(Written(Memo, Image, File)));

    [Fact]
    public void Files_alone_make_no_alternative_and_images_alone_no_mixed()
    {
        var files = Written(Memo with { Html = null }, File, File);
        Assert.DoesNotContain("alternative", files, StringComparison.Ordinal);
        Assert.Equal(4, files.Split("--0__=0193AB").Length - 1);
        var images = Written(Memo, Image, Image);
        Assert.DoesNotContain("multipart/mixed", images, StringComparison.Ordinal);
        Assert.EndsWith("\r\n--1__=0193AB--\r\n\r\n--0__=0193AB--\r\n", images, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Content_ID_that_no_field_can_hold_makes_a_file_like_any_other()
    {
        foreach (var id in new[] { "", "a b", "a\r\nBcc: eve@x", "<a@x>", "é@x", new string('a', 501) })
            Assert.DoesNotContain("related", Written(Memo, File with { ContentId = id }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_inline_has_to_come_first() => Assert.Throws<ArgumentException>(() => Written(Memo, File, Image));

    [Fact]
    public void Attachments_that_are_missing_or_too_many_are_a_mistake()
    {
        var writer = new MessageWriter(Memo, new ArrayBufferWriter<byte>(), Boundary.Of("1"), [File]);
        writer.WriteHead();
        Assert.Throws<InvalidOperationException>(writer.Finish);
        writer.BeginAttachment();
        writer.EndAttachment();
        Assert.Throws<InvalidOperationException>(writer.BeginAttachment);
    }

    [Fact]
    public void Several_parts_need_a_boundary()
    {
        Assert.Throws<ArgumentException>(() => MessageWriter.ToBytes(Memo));
        Assert.Throws<ArgumentException>(() => new MessageWriter(Memo with { Html = null }, new ArrayBufferWriter<byte>(), default, [File]));
    }

    [Fact]
    public void A_message_goes_as_it_is_where_it_can_and_as_a_file_where_it_cannot()
    {
        var message = Attachment.Of("a.eml", "message/rfc822");
        Assert.Contains(
            "\r\nContent-type: message/rfc822; name=\"a.eml\"\r\nContent-Disposition: attachment; filename=\"a.eml\"\r\n\r\na.eml\r\n--0__",
            Written(Memo, message with { IsSevenBit = true }), StringComparison.Ordinal);
        Assert.Contains("\r\nContent-type: application/octet-stream; name=\"a.eml\"\r\n", Written(Memo, message), StringComparison.Ordinal);
        foreach (var type in new[] { "multipart/mixed", "message/external-body", "Message/Partial" })
            Assert.Contains("Content-type: application/octet-stream; name", Written(Memo, new Attachment(Line.From("x"), type) { IsSevenBit = true }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_memo_is_the_same_octets() => Assert.Equal(Written(Memo, Image, File), Written(Memo, Image, File));

    [Fact]
    public void No_boundary_of_any_level_can_be_ended_by_a_text()
    {
        foreach (var digit in "012")
        {
            var hostile = $"x\n--{digit}__=0193AB--\ny";
            var message = Written(Memo with { Text = hostile, Html = hostile }, Image, File);
            Assert.Equal(3, message.Split("\r\n--0__=0193AB").Length - 1);
            Assert.Equal(3, message.Split("\r\n--1__=0193AB").Length - 1);
            Assert.Equal(3, message.Split("\r\n--2__=0193AB").Length - 1);
        }
    }

    [Fact]
    public void Every_field_of_a_memo_has_its_place()
    {
        var memo = Memo with
        {
            Html = null,
            From = new NamedMailbox(Mailbox.Parse("boss@example.test"), Line.From("The Boss")),
            Sender = Mailbox.Parse("ada@example.test"),
            ReplyTo = [Mailbox.Parse("desk@example.test"), Mailbox.Parse("ada@example.test")],
            Cc = [Mailbox.Parse("eve@example.test")],
            Subject = Line.From("Re: Engines"),
            InReplyTo = MessageId.New("3", Domain.Parse("y")),
            References = [MessageId.New("1", Domain.Parse("x")), MessageId.New("2", Domain.Parse("y"))],
            Importance = Importance.High,
            Priority = Priority.Low,
            ReceiptTo = Mailbox.Parse("ada@example.test"),
            MoreFields = [("X-More", Line.From("more"))],
        };
        Assert.Equal(
            Lines("""
                From: The Boss <boss@example.test>
                Sender: ada@example.test
                Reply-To: desk@example.test, ada@example.test
                To: bob@example.test
                cc: eve@example.test
                Message-ID: <0193AB@mx.example.test>
                In-Reply-To: <3@y>
                References: <1@x> <2@y> <3@y>
                Date: Sun, 22 Nov 2026 04:19:00 +0000
                Subject: Re: Engines
                Importance: high
                X-Priority: 1
                Priority: non-urgent
                Disposition-Notification-To: ada@example.test
                X-More: more
                Mime-Version: 1.0
                Content-type: text/plain; charset=us-ascii
                Content-Disposition: inline

                Hello

                """),
            Written(memo));
    }

    [Fact]
    public void A_thread_without_end_keeps_its_first_and_its_last_messages()
    {
        var ids = Enumerable.Range(0, 5000).Select(i => MessageId.New($"{i:D6}", Domain.Parse("example.test"))).ToArray();
        var header = HeaderBlock.Read(Encoding.ASCII.GetBytes(Written(Memo with { References = [.. ids], InReplyTo = ids[^1] })).AsMemory());
        var written = header.Find("References")!.Value.Text.Text.Split(' ');
        Assert.Equal(ids[0].Value, written[0]);
        Assert.InRange(written.Length, 100, 200);
        Assert.Equal(ids[^(written.Length - 1)..].Select(id => id.Value), written[1..]);
    }

    [Fact]
    public void An_id_beyond_ASCII_is_not_referred_to_and_one_without_end_has_a_line()
    {
        Assert.True(MessageId.TryParse("<é@x>", out var beyond));
        Assert.True(MessageId.TryParse($"<{new string('a', 990)}@x>", out var huge));
        var message = Written(Memo with { References = [beyond, huge, huge], InReplyTo = beyond });
        Assert.DoesNotContain("In-Reply-To", message, StringComparison.Ordinal);
        Assert.Equal(huge.Value, HeaderBlock.Read(Encoding.ASCII.GetBytes(message).AsMemory()).Find("References")!.Value.Text.Text);
        Assert.All(message.Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
    }
}
