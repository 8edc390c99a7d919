using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class MimeReaderTests
{
    private const string Nested =
        "From: a@x\r\nContent-Type: multipart/mixed; boundary=\"out er\"\r\n\r\npreamble\r\n--out er\r\n\r\nplain\r\n\r\n--out er  \r\n"
        + "Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3Db=\r\nc \r\n--in\r\n"
        + "Content-Type: text/html\r\n\r\n<p>\r\n--in--\r\nepilogue of in\r\n--out er\r\n"
        + "Content-Type: application/octet-stream; name=x.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\nREVG\r\nRw==\r\n--out er--\r\nepilogue\r\n--out er\r\n";

    // RFC 2046 5.1.1, the example.
    private const string Simple =
        "From: Nathaniel Borenstein <nsb@bellcore.com>\r\nTo: Ned Freed <ned@innosoft.com>\r\nDate: Sun, 21 Mar 1993 23:56:48 -0800 (PST)\r\nSubject: Sample message\r\nMIME-Version: 1.0\r\n"
        + "Content-type: multipart/mixed; boundary=\"simple boundary\"\r\n\r\nThis is the preamble.  It is to be ignored, though it\r\nis a handy place for composition agents to include an\r\n"
        + "explanatory note to non-MIME conformant readers.\r\n\r\n--simple boundary\r\n\r\nThis is implicitly typed plain US-ASCII text.\r\nIt does NOT end with a linebreak.\r\n--simple boundary\r\n"
        + "Content-type: text/plain; charset=us-ascii\r\n\r\nThis is explicitly typed plain US-ASCII text.\r\nIt DOES end with a linebreak.\r\n\r\n--simple boundary--\r\n\r\n"
        + "This is the epilogue.  It is also to be ignored.\r\n";

    private const string Digest =
        "Content-Type: multipart/digest; boundary=\"d\"\r\n\r\n--d\r\n\r\nFrom: someone\r\nSubject: one\r\n\r\nbody one\r\n--d\r\nContent-Type: text/plain\r\n\r\nnot a message\r\n--d--\r\n";

    private const string Unclosed =
        "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\none\n--i\n\ntwo\n--o\n\nthree\r\n--o--";

    public static TheoryData<string> Nasty =>
    [
        Nested, Simple, Digest, Unclosed, "", "\r", "\r\n", "\n\r\n-", "a", "A: b", "A: b\r", "A: b\r\n \r\n\r\nx\r", " A: b\r\nC: d\r\n\r\n", "From x\nA: b\n\nc\n",
        M("b") + "--b\r\n--b\r\n--b--", M("b") + "--b", M("b") + "--b--", M("b") + "\r\n\r\n--b\r\n\r\n\r\n--b \t\r\n\r\n\r\r\n\r\n\r\n--b-\r\n--b--x\r\n--b--\r\n--b\r\n",
        M("b") + "--b\r\nno field\r\n--bb\r\n-\r\n--\r\n--b", M("b:") + "--b:\r\nA: b\r\n--b:\r\n\r\n--b:--", M("b\"; x=\"\\\"\\\\") + "--b\r\n\r\ntext\r\r\n--b--",
        M("b") + "--b\r\nContent-Transfer-Encoding: base64\r\n\r\nQ\r\nU J\tD*QQ=\r\n=QQ==QUI=\r\n-- \r\nfooter!\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n= \t\r\na  \t\r\n b=\r\n=4=41=4x==3D=\r\r\n   \r\n--b--",
        M("b") + "--b\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nhello\r\nbegin 644 a b\r\n#86)C\r\n#\r\n\"86)\r\n`\r\nend\r\nmore\r\n--b--",
    ];

    [Theory]
    [MemberData(nameof(Nasty))]
    public void However_a_message_is_cut_it_is_the_same(string message)
    {
        foreach (var limits in new[] { MimeLimits.Default, new MimeLimits { HeaderOctets = 20, Entities = 3, Depth = 1, Problems = 3 } })
        {
            var octets = MimeTranscript.Latin1(message);
            var whole = MimeTranscript.Of(octets, limits).Whole();
            for (var size = 1; size < octets.Length; size++)
                Assert.Equal(whole, MimeTranscript.Of(MimeTranscript.Pieces(octets, size), limits).Whole());
            for (var at = 0; at <= octets.Length; at++)
                Assert.Equal(whole, MimeTranscript.Of([octets.AsMemory(0, at), default, octets.AsMemory(at)], limits).Whole());
        }
    }

    [Theory]
    [InlineData("text\r\nand more\r\n", "text\r\nand more\r\n", false)]
    [InlineData("text\r\n", "text\r\n", false)]
    [InlineData("--\r\n--c\r\n-", "--\r\n--c\r\n-", false)]
    [InlineData("text\r\n--b--\r\nepilogue\r\n--b\r\n\r\nlate", "text\r\n", false)]
    [InlineData("", "", false)]
    [InlineData("--b--", "", false)]
    [InlineData("text\r\n--b\r\n\r\npart", "text\r\n", true)]
    [InlineData("\n\n--b\r\n\r\npart", "\n\n", true)]
    public void What_stands_before_the_first_part_is_told_apart(string body, string preamble, bool isMultipart)
    {
        var octets = MimeTranscript.Latin1(M("b") + body);
        var read = MimeTranscript.Of(octets);
        Assert.Equal(preamble, read.Text(""));
        Assert.Equal(isMultipart, read.Entity("").IsMultipart);
        for (var size = 1; size < octets.Length; size++)
            Assert.Equal(read.Whole(), MimeTranscript.Of(MimeTranscript.Pieces(octets, size)).Whole());
    }

    [Fact]
    public void An_inner_multipart_without_parts_keeps_its_octets()
    {
        var read = MimeTranscript.Of(M("b") + "--b\r\n" + M("c") + "inner\r\n\r\n--b\r\n\r\ntext\r\n--b--\r\n");
        Assert.Equal("inner\r\n\r\n", read.Text("1"));
        Assert.Equal((false, true), (read.Entity("1").IsMultipart, read.Entity("").IsMultipart));
        Assert.Equal("text", read.Text("2"));
        Assert.Equal(["part 1: its boundary never comes"], read.Problems);
    }

    [Fact]
    public void A_boundary_of_octets_beyond_ASCII_is_found()
    {
        foreach (var boundary in (string[])["\u0080\u0093", "\u00e9\u00ff", "\u00c3\u00a9", "\u001b$B"])
            Assert.Equal("text", MimeTranscript.Of($"Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n\r\ntext\r\n--{boundary}--").Text("1"));
    }

    [Fact]
    public void Parts_of_parts_come_in_order_and_are_decoded()
    {
        var read = MimeTranscript.Of(Nested);
        Assert.Equal(["", "1", "2", "2.1", "2.2", "3"], read.Entities.Select(entity => entity.Section));
        Assert.Equal("plain\r\n", read.Text("1"));
        Assert.Equal("a=3Db=\r\nc ".Replace("=3D", "=", StringComparison.Ordinal).Replace("=\r\n", "", StringComparison.Ordinal).TrimEnd(), read.Text("2.1"));
        Assert.Equal("<p>", read.Text("2.2"));
        Assert.Equal("ABCDEFG", read.Text("3"));
        Assert.Equal("x.bin", read.Entity("3").FileName);
        Assert.Empty(read.Problems);
    }

    [Fact]
    public void The_line_end_before_a_boundary_belongs_to_the_boundary()
    {
        var read = MimeTranscript.Of(Simple);
        Assert.Equal("This is implicitly typed plain US-ASCII text.\r\nIt does NOT end with a linebreak.", read.Text("1"));
        Assert.Equal("This is explicitly typed plain US-ASCII text.\r\nIt DOES end with a linebreak.\r\n", read.Text("2"));
        Assert.Empty(read.Problems);
    }

    [Fact]
    public void What_says_nothing_in_a_digest_is_a_message()
    {
        var read = MimeTranscript.Of(Digest);
        Assert.Equal(["message/rfc822", "text/plain"], read.Entities.Skip(1).Select(entity => entity.ContentType.Essence));
        Assert.Equal("From: someone\r\nSubject: one\r\n\r\nbody one", read.Text("1"));
    }

    [Theory]
    [InlineData("mixed")]
    [InlineData("alternative")]
    [InlineData("parallel")]
    [InlineData("related; type=\"text/html\"")]
    [InlineData("signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha1")]
    [InlineData("report; report-type=delivery-status")]
    [InlineData("form-data")]
    [InlineData("x-nobody-knows")]
    public void A_multipart_of_any_kind_has_parts(string subtype)
    {
        var read = MimeTranscript.Of($"Content-Type: multipart/{subtype}; boundary=\"=_b\"\r\n\r\n--=_b\r\n\r\nx\r\n--=_b\r\n\r\ny\r\n--=_b--\r\n");
        Assert.Equal(["x", "y"], [read.Text("1"), read.Text("2")]);
        Assert.Empty(read.Problems);
    }

    [Fact]
    public void An_outer_boundary_ends_an_inner_multipart()
    {
        var read = MimeTranscript.Of(Unclosed);
        Assert.Equal(["Begin", "Begin 1", "Begin 1.1", "End 1.1", "Begin 1.2", "End 1.2", "End 1", "Begin 2", "End 2", "End"], read.Lines.Select(Short));
        Assert.Equal(["one", "two", "three"], [read.Text("1.1"), read.Text("1.2"), read.Text("2")]);
        Assert.Equal(["part 1: its last boundary is missing"], read.Problems);
    }

    [Fact]
    public void A_boundary_that_begins_another_is_not_taken_for_it()
    {
        var read = MimeTranscript.Of(M("b") + "--b\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\n--bbb\r\n--b-\r\n--b--x\r\n--bb--\r\n--b--\r\n");
        Assert.Equal("--bbb\r\n--b-\r\n--b--x", read.Text("1.1"));
        Assert.Empty(read.Problems);
        read = MimeTranscript.Of(M("bb") + "--bb\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--bb\r\n\r\ny\r\n--bb--\r\n");
        Assert.Equal(["x", "y"], [read.Text("1.1"), read.Text("2")]);
    }

    [Fact]
    public void Where_two_multiparts_have_one_boundary_it_is_that_of_the_inner()
    {
        var read = MimeTranscript.Of(M("b") + "--b\r\n" + M("b") + "--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n--b\r\n\r\nz\r\n--b--\r\n");
        Assert.Equal(["x", "y", "z"], [read.Text("1.1"), read.Text("1.2"), read.Text("2")]);
        Assert.Empty(read.Problems);
    }

    [Fact]
    public void Boundaries_that_follow_each_other_have_no_part_between_them()
    {
        var read = MimeTranscript.Of(M("b") + "--b\r\n--b\r\n\r\n\r\n--b\r\n--b--\r\n");
        Assert.Equal(["", "1"], read.Entities.Select(entity => entity.Section));
        Assert.Equal("", read.Text("1"));
        Assert.Empty(read.Problems);
    }

    [Theory]
    [InlineData("--b\r\nno field\r\n--b--\r\n", "no field", "part 1: no empty line ends its header")]
    [InlineData("--b\r\nContent-Type: text/html\r\n<p>\r\n--b--\r\n", "<p>", "part 1: no empty line ends its header")]
    [InlineData("--b\r\nContent-Type: text/html\r\n--b--\r\n", "", null)]
    [InlineData("--b\r\n\r\nx\r\n", "x", "its last boundary is missing")]
    [InlineData("--b\r\n\r\nx", "x", "its last boundary is missing")]
    [InlineData("--b\r\n", "", "its last boundary is missing")]
    [InlineData("--b\r\n\r\nx\r\n--b--", "x", null)]
    [InlineData("--b\n\nx\r\n--b--", "x", null)]
    [InlineData("--b\n\nx\r\r\n--b--", "x\r", null)]
    [InlineData("--b\n\nx\n\n--b\t \r\r\n", "x\n", "its last boundary is missing")]
    public void A_multipart_that_is_not_as_it_should_be_is_read_all_the_same(string body, string content, string? problem)
    {
        var read = MimeTranscript.Of(M("b") + body);
        Assert.Equal(content, read.Text("1"));
        Assert.Equal(problem is null ? [] : [problem], read.Problems);
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed\r\n", "text", "it is a multipart without a boundary, and its parts are not read")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"\"\r\n", "text", "it is a multipart without a boundary, and its parts are not read")]
    [InlineData("Content-Type: nonsense\r\n", "text", "its Content-Type cannot be read, and is taken as text/plain")]
    [InlineData("Content-Type:\r\n", "text", "its Content-Type cannot be read, and is taken as text/plain")]
    [InlineData("Content-Transfer-Encoding: x-mine\r\n", "text", "its Content-Transfer-Encoding is unknown: its octets are taken as they are")]
    [InlineData("Content-Transfer-Encoding: BASE64\r\nContent-Transfer-Encoding: 7bit\r\n", "\u00b5\u00ec\u006d", "there is more than one Content-Transfer-Encoding: the first counts")]
    [InlineData("Content-Type: text/html\r\ncontent-type: text/plain\r\n", "text", "there is more than one Content-Type: the first counts")]
    [InlineData("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n", "\u00b5\u00ec\u006d", "a message/rfc822 is encoded, which it must not be")]
    public void A_header_that_is_wrong_is_a_problem_and_no_more(string header, string content, string problem)
    {
        var read = MimeTranscript.Of(header + "\r\ntext");
        Assert.Equal(content, read.Text(""));
        Assert.Equal([problem], read.Problems);
    }

    [Fact]
    public void A_multipart_is_not_encoded_whatever_it_says()
    {
        var read = MimeTranscript.Of("Content-Transfer-Encoding: base64\r\n" + M("b") + "--b\r\n\r\nQUJD\r\n--b--\r\n");
        Assert.Equal("QUJD", read.Text("1"));
        Assert.Equal(TransferEncoding.Binary, read.Entity("").Encoding);
        Assert.Equal(["a multipart cannot have a Content-Transfer-Encoding like this one"], read.Problems);
    }

    [Fact]
    public void Any_octets_come_out_as_they_are()
    {
        var random = new Random(71);
        var octets = new byte[100_000];
        random.NextBytes(octets);
        byte[] message = [.. Encoding.ASCII.GetBytes(M("b") + "--b\r\nContent-Transfer-Encoding: binary\r\n\r\n"), .. octets, .. "\r\n--b--\r\n"u8];
        foreach (var size in new[] { message.Length, 1000, 7, 1 })
            Assert.Equal(octets, MimeTranscript.Of(MimeTranscript.Pieces(message, size)).Contents["1"]);
    }

    [Fact]
    public void A_message_in_a_message_is_read_by_a_reader_of_its_own()
    {
        var read = MimeTranscript.Of(M("o") + "--o\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n" + M("i") + "--i\r\n\r\nx\r\n--o--\r\n");
        Assert.Equal(["", "1"], read.Entities.Select(entity => entity.Section));
        Assert.Equal("x", MimeTranscript.Of(read.Contents["1"]).Text("1"));
    }

    [Fact]
    public void An_mbox_line_and_a_fold_without_a_field_are_passed_over()
    {
        Assert.Equal("text\n", MimeTranscript.Of("From ada Sat Jan  3 01:05:34 1996\nSubject: x\n\ntext\n").Text(""));
        var read = MimeTranscript.Of(" \tfold\r\nSubject: x\r\n\r\ntext");
        Assert.Equal("x", read.Entity("").Header.Find("subject")!.Value.Text.Text);
        Assert.Equal(["its header does not begin with a field"], read.Problems);
    }

    [Fact]
    public void An_entity_is_a_copy_that_may_be_kept()
    {
        var octets = MimeTranscript.Latin1("Subject: kept\r\nContent-ID: (c) <a@b>\r\nContent-Disposition: ATTACHMENT (c); filename=x\r\n\r\ntext");
        var read = MimeTranscript.Of(MimeTranscript.Pieces(octets, octets.Length));
        octets.AsSpan().Clear();
        Assert.Equal("kept", read.Entity("").Header.Find("Subject")!.Value.Text.Text);
        Assert.Equal(("a@b", "attachment", "x"), (read.Entity("").ContentId, read.Entity("").Disposition, read.Entity("").FileName));
        Assert.True(read.Entity("").Header.IsComplete);
    }

    [Fact]
    public void Who_feeds_out_of_turn_is_told()
    {
        var reader = new MimeReader();
        Assert.Throws<InvalidOperationException>(() => reader.Entity);
        Assert.False(reader.Read());
        reader.Feed("A: b"u8.ToArray());
        Assert.Throws<InvalidOperationException>(() => reader.Feed("c"u8.ToArray()));
        Assert.False(reader.Read());
        reader.Complete();
        Assert.Throws<InvalidOperationException>(() => reader.Feed("c"u8.ToArray()));
        Assert.True(reader.Read());
    }

    private static string M(string boundary) => $"Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n";

    private static string Short(string line) => string.Join(' ', line.Split(' ').Take(2)).TrimEnd();
}
