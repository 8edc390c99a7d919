using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>What a message shows to people, and which of its parts are files.</summary>
public sealed class MessageReaderTests
{
    [Fact]
    public void The_first_text_that_is_no_attachment_is_the_text()
    {
        var read = Read(Mixed(
            "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nattached",
            "Content-Type: text/html\n\n<p>html</p>",
            "Content-Type: text/plain; charset=utf-8\n\nGr\u00fc\u00dfe",
            "Content-Type: text/plain\n\nfooter"));
        Assert.Equal("Gr\u00fc\u00dfe", read.Message.Text);
        Assert.Equal("Gr\u00fc\u00dfe\nfooter", read.Message.Body);
        Assert.Equal("<p>html</p>", read.Message.Html);
        Assert.Equal("utf-8", read.Message.Charset);
        Assert.Equal(["a.txt: attached"], read.Files);
    }

    [Fact]
    public void Of_alternatives_the_last_HTML_counts_and_of_parts_that_follow_each_other_the_first()
    {
        Assert.Equal("<b>rich</b>", Read(Multipart("alternative", "Content-Type: text/html\n\n<b>poor</b>", "Content-Type: text/html\n\n<b>rich</b>")).Message.Html);
        var mixed = Read(Mixed("Content-Type: text/html\n\n<b>one</b>", "Content-Type: text/html\n\n<b>two</b>"));
        Assert.Equal("<b>one</b>", mixed.Message.Html);
        Assert.Equal([PartRole.Html, PartRole.Shown], mixed.Leaves.Select(part => part.Role));
    }

    [Fact]
    public void Line_ends_are_LF_and_soft_line_breaks_are_joined_for_people_only()
    {
        var read = Read("Content-Type: text/plain; format=flowed\n\nOne \nline.\n\n> quoted \n> twice\n");
        Assert.Equal("One \nline.\n\n> quoted \n> twice\n", read.Message.Text);
        Assert.StartsWith("One line.\n", read.Message.Body);
    }

    [Fact]
    public void A_related_picture_is_shown_and_an_unrelated_one_is_a_file()
    {
        const string picture = "Content-Type: image/png\nContent-ID: <p@x>\n\nPNG";
        var related = Read(Multipart("related", "Content-Type: text/html\n\n<img src=cid:p@x>", picture)).Leaves[1];
        Assert.True(related is { IsFile: false, IsRelated: true, ContentId: "p@x", Role: PartRole.Shown });
        var mixed = Read(Mixed("Content-Type: text/html\n\n<p>", picture)).Leaves[1];
        Assert.True(mixed is { IsFile: true, IsRelated: false });
        var named = Read(Multipart("related", "Content-Type: text/html\n\n<p>", picture.Replace("png\n", "png; name=p.png\n", StringComparison.Ordinal))).Leaves[1];
        Assert.True(named is { IsFile: true, IsRelated: true, Name: "p.png" });
    }

    [Fact]
    public void The_root_of_a_related_is_the_part_that_start_names()
    {
        var read = Read("Content-Type: multipart/related; start=\"<r@x>\"; boundary=bb\n\n--bb\nContent-Type: image/png\nContent-ID: <p@x>\n\nPNG\n--bb\nContent-Type: text/html\nContent-ID: <r@x>\n\n<p>\n--bb--\n");
        Assert.Equal([true, false], read.Leaves.Select(part => part.IsRelated));
    }

    [Fact]
    public void An_enclosed_message_is_a_file_and_its_leaves_are_leaves_of_the_whole()
    {
        const string inner = "Subject: inner\nContent-Type: multipart/mixed; boundary=ii\n\n--ii\n\ninner text\n--ii\nContent-Type: application/pdf; name=i.pdf\n\nPDF\n--ii--\n";
        var read = Read(Mixed("Content-Type: text/plain\n\nouter", "Content-Type: message/rfc822\n\n" + inner));
        Assert.Equal("outer", read.Message.Text);
        Assert.Equal(["1", "2.1", "2.2"], read.Leaves.Select(part => part.Section));
        Assert.Equal(["text/plain", "text/plain", "application/pdf"], read.Leaves.Select(part => part.ContentType.Essence));
        Assert.Equal([": " + inner.ReplaceLineEndings("\r\n")], read.Files);
        Assert.Equal("2", read.Leaves[1].Within!.Section);
    }

    [Fact]
    public void A_single_enclosed_message_has_part_one()
    {
        var read = Read("Content-Type: message/rfc822\n\nSubject: inner\n\ntext");
        Assert.Equal(["1"], read.Leaves.Select(part => part.Section));
        Assert.Null(read.Message.Text);
    }

    [Fact]
    public void Messages_in_one_another_are_read_to_a_depth_and_the_rest_is_a_leaf()
    {
        var read = Read(string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\n\n", 100)) + "Subject: core\n\ncore");
        var leaf = Assert.Single(read.Leaves);
        Assert.Equal("message/rfc822", leaf.ContentType.Essence);
        Assert.Equal(MessageReader.MostEnclosures, leaf.Depth);
        Assert.Contains(read.Problems, problem => problem.Contains("too many", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_in_text_and_in_a_winmail_dat_are_found_and_leave_the_leaves_as_they_are()
    {
        var read = Read("Subject: x\n\nbefore\nbegin 644 cat.txt\n#0V%T\n`\nend\nafter\n");
        Assert.Equal(["cat.txt: Cat"], read.Files);
        Assert.Equal("before\nafter\n", read.Message.Body);
        Assert.Contains("begin 644 cat.txt\n", read.Message.Text);
        Assert.Single(read.Leaves);
        var found = read.Parts.Single(part => part.Source is not null);
        Assert.Same(read.Leaves[0], found.Source);
        Assert.Equal("text/plain", found.ContentType.Essence);
    }

    [Fact]
    public void What_is_named_TNEF_and_is_not_is_a_problem_and_a_file()
    {
        var read = Read(Mixed("Content-Type: text/plain\n\nx", "Content-Type: application/ms-tnef; name=winmail.dat\n\nnothing"));
        Assert.Equal(["winmail.dat: nothing"], read.Files);
        Assert.Contains("part 2: it is named TNEF, but is not", read.Problems);
    }

    [Fact]
    public void A_text_beyond_the_limit_is_cut_and_that_is_said()
    {
        var read = Reading.Of([Encoding.ASCII.GetBytes("Subject: x\r\n\r\n" + new string('a', 5000))], mostText: 1000);
        Assert.Equal(1000, read.Message.Text!.Length);
        Assert.Equal(["a text of 5000 octets: only the first 1000 are read"], read.Problems);
        Assert.Equal(5000, read.Leaves[0].Size);
    }

    [Fact]
    public void Many_texts_share_one_limit()
    {
        var parts = Enumerable.Repeat("Content-Type: text/plain\n\n" + new string('a', 300), 20).ToArray();
        var read = Reading.Of([Encoding.ASCII.GetBytes(Mixed(parts).ReplaceLineEndings("\r\n"))], mostText: 1000);
        Assert.InRange(read.Message.Body!.Length, 900, 1100);
        Assert.NotEmpty(read.Problems);
    }

    [Fact]
    public void The_pieces_make_no_difference()
    {
        var random = new Random(71);
        var octets = Encoding.UTF8.GetBytes(Mixed(
            "Content-Type: text/plain; charset=utf-8\n\nGr\u00fc\u00dfe\nbegin 644 cat.txt\n#0V%T\n`\nend\n",
            "Content-Type: message/rfc822\n\n" + Mixed("Content-Type: message/rfc822\n\nSubject: core\n\ncore", "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\nBBBB"),
            "Content-Type: application/octet-stream; name=f\nContent-Transfer-Encoding: quoted-printable\n\na=20=\nb").ReplaceLineEndings("\r\n"));
        var whole = Reading.Of([octets]).Whole();
        for (var i = 0; i < 200; i++)
            Assert.Equal(whole, Reading.Of(Cut(octets, random, i < 2 ? 1 : random.Next(1, 100))).Whole());
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\nThere is no boundary.\nAt all.\n")]
    [InlineData("Content-Type: multipart/mixed\n\nThere is no boundary.\nAt all.\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"\"\n\nThere is no boundary.\nAt all.\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\nThere is no boundary.\nAt all.\n--b--\nepilogue\n")]
    [InlineData("Content-Type: multipart/mixed\nContent-Transfer-Encoding: base64\n\nVGhlcmUgaXMgbm8gYm91bmRhcnkuDQpBdCBhbGwuDQo=\n")]
    public void A_multipart_whose_parts_cannot_be_found_is_one_leaf_and_its_text_is_shown(string message)
    {
        var read = Read(message);
        Assert.Equal("There is no boundary.\nAt all.\n", read.Message.Text);
        Assert.Equal(read.Message.Text, read.Message.Body);
        var leaf = Assert.Single(read.Leaves);
        Assert.Equal(("multipart/mixed", 32L, PartRole.Text, false), (leaf.ContentType.Essence, leaf.Size, leaf.Role, leaf.IsFile));
        Assert.NotEmpty(read.Problems);
    }

    [Fact]
    public void What_stands_before_the_parts_of_a_multipart_is_not_shown()
    {
        var read = Read("Content-Type: multipart/mixed; boundary=b\n\nThis is MIME.\n--b\n\ntext\n--b--\n");
        Assert.Equal("text", read.Message.Text);
        Assert.Equal("text", read.Message.Body);
        Assert.Single(read.Leaves);
        Assert.Null(Reading.Of(["Content-Type: multipart/mixed; boundary=b\n\nThis is MIME.\n--b\n\ntext\n--b--\n"u8.ToArray()], new MimeLimits { Entities = 1 }).Message.Text);
    }

    [Fact]
    public void An_inner_multipart_without_parts_takes_the_place_of_no_text()
    {
        var empty = Read("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n \n--b\n\ntext\n--b--\n");
        Assert.Equal("text", empty.Message.Body);
        var first = Read("Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: multipart/alternative; boundary=c\n\nmore\n--b--\n");
        Assert.Equal(("text", "text\nmore\n"), (first.Message.Text, first.Message.Body));
    }

    [Fact]
    public void Of_a_long_multipart_without_parts_the_beginning_is_read()
    {
        var read = Reading.Of([Encoding.ASCII.GetBytes("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + new string('a', 5000))], mostText: 1000);
        Assert.Equal(1000, read.Message.Text!.Length);
        Assert.Equal(5000, read.Leaves[0].Size);
        Assert.Contains("a text of 5000 octets: only the first 1000 are read", read.Problems);
    }

    [Fact]
    public void Where_a_message_says_nothing_its_winmail_dat_says_it()
    {
        var text = TnefWriter.Wide(0x1000, "From the stream\r\n");
        var html = TnefWriter.Wide(0x1013, "<p>From the stream</p>");
        var rtf = TnefWriter.Binary(0x1009, TnefWriter.Literals([.. "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}Gr\\'fc\\'dfe\\par next}"u8], octets => 0));
        Assert.Equal("From the stream\n", Winmail("", text, html).Message.Body);
        Assert.Equal("<p>From the stream</p>", Winmail("", text, html).Message.Html);
        Assert.Equal("Gr\u00fc\u00dfe\nnext", Winmail("", rtf).Message.Text);
        Assert.Null(Winmail("", html).Message.Text);
        Assert.Equal("From the stream\n", Winmail("\n--b\nContent-Type: text/plain\n\n \n", text).Message.Text);
        var said = Winmail("\n--b\nContent-Type: text/plain\n\nSaid\n", text, html);
        Assert.Equal(("Said\n", (string?)null), (said.Message.Body, said.Message.Html));
        Assert.Null(Winmail("").Message.Text);
    }

    [Fact]
    public void What_a_winmail_dat_says_has_the_limit_of_a_text()
    {
        var message = "Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + Convert.ToBase64String(new TnefWriter().Message(TnefWriter.Wide(0x1000, new string('a', 5000))).Octets);
        var read = Reading.Of([Encoding.ASCII.GetBytes(message)], mostText: 1000);
        Assert.Equal(1000, read.Message.Text!.Length);
        Assert.Contains("TNEF: a text of 5000 characters: only the first 1000 are read", read.Problems);
    }

    [Fact]
    public void An_empty_message_is_a_message()
    {
        var read = Read("");
        Assert.Equal("", read.Message.Text);
        Assert.Null(read.Message.Subject);
        Assert.Null(read.Message.From);
    }

    [Fact]
    public void What_is_asked_too_early_is_refused()
    {
        var reader = new MessageReader();
        Assert.Throws<InvalidOperationException>(() => reader.Message);
        Assert.Throws<InvalidOperationException>(() => reader.Part);
        reader.Feed("Subject: x\r\n\r\n"u8.ToArray());
        while (reader.Read())
        {
        }
        Assert.Throws<InvalidOperationException>(() => reader.Message);
    }

    /// <summary>A message in pieces.</summary>
    internal static IEnumerable<ReadOnlyMemory<byte>> Cut(byte[] octets, Random random, int largest)
    {
        for (var at = 0; at < octets.Length;)
        {
            var length = Math.Min(octets.Length - at, random.Next(1, largest + 1));
            // A copy each: what is read from a piece must not be looked at in another.
            yield return octets[at..(at + length)];
            at += length;
        }
    }

    private static Reading Read(string message) => Reading.Of([Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n"))]);

    private static Reading Winmail(string before, params byte[][] properties) => Read(
        $"Content-Type: multipart/mixed; boundary=b\n{before}\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
        + Convert.ToBase64String(new TnefWriter().Message(properties).Octets, Base64FormattingOptions.InsertLineBreaks) + "\n--b--\n");

    private static string Mixed(params string[] parts) => Multipart("mixed", parts);

    private static string Multipart(string kind, params string[] parts)
    {
        var boundary = $"b{parts.Sum(part => part.Length)}";
        return $"Subject: x\nContent-Type: multipart/{kind}; boundary={boundary}\n\n{string.Concat(parts.Select(part => $"--{boundary}\n{part}\n"))}--{boundary}--\n";
    }

    /// <summary>A message read to its end.</summary>
    internal sealed class Reading
    {
        public required ReadMessage Message { get; init; }

        public required IReadOnlyList<ReadPart> Parts { get; init; }

        public required IReadOnlyList<string> Problems { get; init; }

        public required Dictionary<ReadPart, byte[]> Contents { get; init; }

        public IReadOnlyList<ReadPart> Leaves => [.. Parts.Where(part => part.IsLeaf)];

        public IReadOnlyList<string> Files => [.. Parts.Where(part => part is { IsFile: true, Within: null }).Select(part => $"{part.Name}: {Encoding.Latin1.GetString(Contents[part])}")];

        public string Whole() => string.Join('\n',
        [
            Message.Subject, Message.Text, Message.Body, Message.Html, Message.Charset, .. Problems,
            .. Parts.Select(part => $"{part} {part.Role} {part.IsFile} {part.IsRelated} {part.Name} {part.Size} {Convert.ToHexString(Contents[part])}"),
        ]);

        public static Reading Of(IEnumerable<ReadOnlyMemory<byte>> pieces, MimeLimits? limits = null, int mostText = MessageReader.DefaultMostText)
        {
            var reader = new MessageReader(limits, mostText);
            var (parts, contents, open) = (new List<ReadPart>(), new Dictionary<ReadPart, MemoryStream>(), new List<ReadPart>());
            foreach (var piece in pieces)
            {
                reader.Feed(piece);
                ReadOut();
            }
            reader.Complete();
            ReadOut();
            Assert.True(reader.Ended);
            Assert.Empty(open);
            Assert.All(parts, part => Assert.Equal(part.Size, contents[part].Length));
            return new Reading
            {
                Message = reader.Message,
                Parts = parts,
                Problems = [.. reader.Problems.Select(problem => problem.ToString())],
                Contents = contents.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()),
            };

            void ReadOut()
            {
                while (reader.Read())
                {
                    switch (reader.Token)
                    {
                        case MimeToken.Begin:
                            parts.Add(reader.Part);
                            open.Add(reader.Part);
                            contents[reader.Part] = new MemoryStream();
                            break;
                        case MimeToken.Content:
                            contents[reader.Part].Write(reader.Octets.Span);
                            break;
                        default:
                            Assert.Same(open[^1], reader.Part);
                            open.RemoveAt(open.Count - 1);
                            break;
                    }
                }
            }
        }
    }
}
