using System.Buffers;
using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class MimeTests
{
    [Fact]
    public void Base64_in_pieces_is_base64_of_the_whole()
    {
        var random = new Random(31);
        for (var size = 0; size < 400; size++)
        {
            var octets = new byte[size];
            random.NextBytes(octets);
            var output = new ArrayBufferWriter<byte>();
            var lines = new Base64Lines(output);
            for (var at = 0; at < size;)
            {
                var piece = Math.Min(random.Next(0, 130), size - at);
                lines.Write(octets.AsSpan(at, piece));
                at += piece;
            }
            lines.Finish();
            Assert.Equal(Base64Lines.EncodedSize(size), output.WrittenCount);
            var text = Encoding.ASCII.GetString(output.WrittenSpan);
            Assert.Equal(octets, Convert.FromBase64String(text));
            Assert.All(text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 76));
        }
    }

    [Fact]
    public void Quoted_printable_comes_back_and_its_lines_are_76_at_most()
    {
        foreach (var octets in Fuzz.Octets(seed: 32, count: 4000, alphabet: "abc =.\tF\r\n", maxLength: 300))
        {
            var output = new ArrayBufferWriter<byte>();
            QuotedPrintable.Write(octets, output);
            var text = Encoding.ASCII.GetString(output.WrittenSpan);
            foreach (var line in text.Split("\r\n"))
            {
                Assert.InRange(line.Length, 0, 76);
                Assert.False(line.EndsWith(' ') || line.EndsWith('\t') || line.StartsWith('.'));
                Assert.DoesNotContain(line, c => c is '\r' or '\n');
            }
            Assert.Equal(octets, Decoded(text));
        }
    }

    [Fact]
    public void From_and_a_dot_at_the_start_of_a_line_are_hidden()
    {
        var output = new ArrayBufferWriter<byte>();
        QuotedPrintable.Write(". From\r\nFrom é \r\nFro"u8, output);
        Assert.Equal("=2E From\r\n=46rom =C3=A9=20\r\nFro", Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_boundary_is_letters_and_digits_of_ours()
    {
        Assert.Equal("0__=0193AB", Boundary.Of("0193AB").Value);
        Assert.Throws<ArgumentException>(() => Boundary.Of(""));
        Assert.Throws<ArgumentException>(() => Boundary.Of("a\"b"));
        Assert.Throws<ArgumentException>(() => Boundary.Of(new string('a', 67)));
    }

    [Fact]
    public void An_attachment_has_a_name_without_a_path_and_a_type_without_tricks()
    {
        Assert.Equal("passwd", new Attachment(Line.From("../../etc/passwd")).FileName.Text);
        Assert.Equal("x.doc", new Attachment(Line.From("C:\\a\\x.doc")).FileName.Text);
        Assert.Equal("attachment", new Attachment(Line.From("a/")).FileName.Text);
        Assert.Equal("ab", new Attachment(Line.From("a\u001bb")).FileName.Text);
        Assert.Equal("attachment", new Attachment(Line.From("..")).FileName.Text);
        Assert.Equal("invoicefdp.exe", new Attachment(Line.From("invoice\u202efdp.exe")).FileName.Text);
        Assert.Equal("\u05d0\u05d1\u200f.txt", new Attachment(Line.From("\u05d0\u05d1\u200f.txt")).FileName.Text);
        var cut = new Attachment(Line.From(new string('n', 5000) + ".pdf")).FileName.Text;
        Assert.Equal(new string('n', 251) + ".pdf", cut);
        Assert.Equal(string.Concat(Enumerable.Repeat("😀", 125)) + ".pdf", new Attachment(Line.From(string.Concat(Enumerable.Repeat("😀", 500)) + ".pdf")).FileName.Text);
        foreach (var type in new[] { "", "text", "a/b/c", "/b", "a/", "a/b; x=y", "a/b\r\nX: y" })
            Assert.Throws<ArgumentException>(() => new Attachment(Line.From("x"), type));
    }

    private static byte[] Decoded(string text)
    {
        var octets = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=')
            {
                octets.Add((byte)text[i]);
                continue;
            }
            if (text.AsSpan(i + 1).StartsWith("\r\n"))
            {
                i += 2;
                continue;
            }
            octets.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
            i += 2;
        }
        return [.. octets];
    }
}
