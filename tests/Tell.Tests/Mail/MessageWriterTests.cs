using System.Buffers;
using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class MessageWriterTests
{
    private static readonly MemoMessage Memo = new()
    {
        From = new NamedMailbox(Mailbox.Parse("ada@example.test"), Line.From("Ada Lovelace")),
        To = [Mailbox.Parse("bob@example.test")],
        Subject = Line.From("Engines"),
        Date = new DateTimeOffset(2026, 11, 22, 4, 19, 0, TimeSpan.Zero),
        MessageId = MessageId.New("0193AB", Domain.Parse("mx.example.test")),
        Text = "Hello\nBob",
    };

    private static string Written(MemoMessage memo) => Encoding.UTF8.GetString(MessageWriter.ToBytes(memo));

    [Fact]
    public void A_memo_becomes_a_message_in_the_order_and_spelling_of_the_original() =>
        Assert.Equal(
            """
            From: Ada Lovelace <ada@example.test>
            To: bob@example.test
            Message-ID: <0193AB@mx.example.test>
            Date: Sun, 22 Nov 2026 04:19:00 +0000
            Subject: Engines
            Mime-Version: 1.0
            Content-type: text/plain; charset=us-ascii
            Content-Disposition: inline

            Hello
            Bob

            """.ReplaceLineEndings("\r\n"),
            Written(Memo));

    [Fact]
    public void Blind_copies_show_only_in_the_instance_that_was_given_them()
    {
        Assert.DoesNotContain("bcc", Written(Memo), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nbcc: eve@example.test\r\n", Written(Memo with { Bcc = [Mailbox.Parse("eve@example.test")] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "us-ascii", null)]
    [InlineData("mostly plain, but naïve", "utf-8", "quoted-printable")]
    [InlineData("漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字", "utf-8", "base64")]
    [InlineData("escape \u001b[31m", "us-ascii", "quoted-printable")]
    public void The_text_takes_the_cheapest_encoding_that_fits(string text, string charset, string? encoding)
    {
        var header = HeaderBlock.Read(MessageWriter.ToBytes(Memo with { Text = text }).AsMemory());
        Assert.Equal($"text/plain; charset={charset}", header.Find("Content-Type")!.Value.Text.Text);
        Assert.Equal(encoding, header.Find("Content-Transfer-Encoding")?.Text.Text);
    }

    [Theory]
    [InlineData("plain", "KOI8-R", "us-ascii", null)]
    [InlineData("Привет, мир", "KOI8-R", "koi8-r", "base64")]
    [InlineData("Some words before it, so that it is cheaper: Привет", "KOI8-R", "koi8-r", "quoted-printable")]
    [InlineData("Привет 漢字", "KOI8-R", "utf-8", "base64")]
    [InlineData("こんにちは", "ISO-2022-JP", "iso-2022-jp", null)]
    [InlineData("Grüße und こんにちは", "ISO-2022-JP", "utf-8", "base64")]
    [InlineData("Привет, мир, это обычный текст", null, "utf-8", "base64")]
    [InlineData("Привет, мир, это обычный текст", "no-such-charset", "utf-8", "base64")]
    [InlineData("Привет, мир, это обычный текст", "UTF-16", "utf-8", "base64")]
    public void The_wanted_charset_is_used_where_it_holds_the_whole_text_and_is_needed(string text, string? wanted, string charset, string? encoding)
    {
        var message = MessageWriter.ToBytes(Memo with { Text = text, Charset = wanted, Subject = Line.From(text) });
        var header = HeaderBlock.Read(message.AsMemory());
        Assert.Equal($"text/plain; charset={charset}", header.Find("Content-Type")!.Value.Text.Text);
        Assert.Equal(encoding, header.Find("Content-Transfer-Encoding")?.Text.Text);
        Assert.True(Ascii.IsValid(message));
        var subject = header.Find("Subject")!.Value.Text.Text;
        Assert.Equal(charset != "us-ascii", subject.StartsWith($"=?{charset}?", StringComparison.Ordinal));
        Assert.Equal(text, EncodedWord.Decode(subject).Text);
    }

    [Theory]
    [InlineData("From me", "=46rom me\r\n")]
    [InlineData("trailing \nx", "trailing=20\r\nx\r\n")]
    [InlineData("tab\t", "tab=09\r\n")]
    public void Nothing_that_a_relay_or_a_mail_folder_changes_goes_as_it_is(string text, string body) =>
        Assert.EndsWith("quoted-printable\r\n\r\n" + body, Written(Memo with { Text = text }), StringComparison.Ordinal);

    [Fact]
    public void Lines_of_an_escaped_charset_end_in_ASCII()
    {
        var message = Written(Memo with { Text = "漢字\nかな\n", Charset = "ISO-2022-JP" });
        Assert.EndsWith("\r\n\r\n\u001b$B4A;z\u001b(B\r\n\u001b$B$+$J\u001b(B\r\n", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_998_goes_as_it_is_and_one_of_999_does_not()
    {
        Assert.DoesNotContain("Content-transfer-encoding", Written(Memo with { Text = new string('x', 998) }), StringComparison.Ordinal);
        Assert.Contains("Content-transfer-encoding: quoted-printable", Written(Memo with { Text = new string('x', 999) }), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_line_end_becomes_CRLF_and_an_empty_text_an_empty_body()
    {
        Assert.EndsWith("\r\n\r\na\r\nb\r\nc\r\n\r\nd\r\n", Written(Memo with { Text = "a\rb\nc\r\n\nd" }), StringComparison.Ordinal);
        Assert.EndsWith("inline\r\n\r\n", Written(Memo with { Text = "" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_names_and_a_subject_of_a_megabyte_are_written_whole_in_legal_lines()
    {
        var memo = Memo with
        {
            To = [.. Enumerable.Range(0, 10_000).Select(i => new NamedMailbox(Mailbox.Parse($"user{i}@example.test"), Line.From(i % 2 == 0 ? $"User {i}" : $"Nutzer für {i}")))],
            Subject = Line.From(string.Concat(Enumerable.Repeat("漢字 is long ", 75_000))),
        };
        var octets = MessageWriter.ToBytes(memo);
        Assert.All(Encoding.ASCII.GetString(octets).Split("\r\n"), line => Assert.InRange(line.Length, 0, HeaderWriter.PreferredLine));
        var header = HeaderBlock.Read(octets.AsMemory(), maxOctets: octets.Length);
        Assert.Equal(memo.Subject.Text, EncodedWord.Decode(header.Find("Subject")!.Value.Text.Text).Text);
        Assert.Equal(memo.To.Select(named => named.ToString()), AddressList.Parse(header.Find("To")!.Value.Text.Text, 20_000).Select(listed => listed.ToString()));
    }

    [Fact]
    public void A_value_cannot_become_a_field()
    {
        var memo = Memo with { Subject = Line.Clean("x\r\nBcc: eve@x"), MoreFields = [("X-Note", Line.From("a\u000bb"))] };
        var header = HeaderBlock.Read(MessageWriter.ToBytes(memo).AsMemory());
        Assert.Null(header.Find("Bcc"));
        Assert.Equal("a\vb", EncodedWord.Decode(header.Find("X-Note")!.Value.Text.Text).Text);
        Assert.Throws<ArgumentException>(() => Written(Memo with { MoreFields = [("X\r\nBcc", Line.From("a"))] }));
    }

    [Theory]
    [InlineData("0193AB", "a\r\n--0__=0193AB--\r\nb")]
    [InlineData("0193AB", "é\r\n--0__=0193AB--\r\nb")]
    [InlineData("3D93AB", "é\r\n--0__=93AB--\r\nb")]
    [InlineData("3D93AB", "é\r\n--0__=3D93AB--\r\nb")]
    public void A_text_that_holds_the_boundary_cannot_end_its_part(string unid, string body)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessageWriter(Memo with { Text = body + new string('x', 200) }, output, Boundary.Of(unid), [new Attachment(Line.From("a"))]);
        writer.WriteHead();
        writer.BeginAttachment();
        writer.EndAttachment();
        writer.Finish();
        var text = Encoding.ASCII.GetString(output.WrittenSpan);
        Assert.Equal(3, text.Split("\r\n--0__=" + unid).Length - 1);
    }

    [Fact]
    public void A_large_attachment_needs_no_memory_of_its_size()
    {
        var output = new ArrayBufferWriter<byte>(128 * 1024);
        var writer = new MessageWriter(Memo, output, Boundary.Of("1"), [new Attachment(Line.From("zeros.bin"))]);
        writer.WriteHead();
        writer.BeginAttachment();
        output.ResetWrittenCount();
        var piece = new byte[64 * 1024];
        var before = GC.GetAllocatedBytesForCurrentThread();
        long written = 0;
        for (var i = 0; i < 1024; i++)
        {
            writer.Write(piece);
            written += output.WrittenCount;
            output.ResetWrittenCount();
        }
        writer.EndAttachment();
        written += output.WrittenCount;
        Assert.Equal(Base64Lines.EncodedSize(1024L * piece.Length), written);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    [Fact]
    public void A_message_out_of_order_is_refused()
    {
        var writer = new MessageWriter(Memo, new ArrayBufferWriter<byte>());
        Assert.Throws<InvalidOperationException>(() => writer.Finish());
        writer.WriteHead();
        Assert.Throws<InvalidOperationException>(writer.BeginAttachment);
    }

    [Fact]
    public void A_local_part_beyond_ASCII_asks_for_SMTPUTF8()
    {
        Assert.False(Memo.NeedsSmtpUtf8);
        Assert.False((Memo with { To = [Mailbox.Parse("a@bücher.example")] }).NeedsSmtpUtf8);
        Assert.True((Memo with { Cc = [Mailbox.Parse("é@x")] }).NeedsSmtpUtf8);
    }
}
