using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>Flowed text, HTML and uuencoded files as text.</summary>
public sealed class PlainTextTests
{
    [Theory]
    [InlineData("one \ntwo \nthree\nfour", "one two three\nfour")]
    [InlineData("one \r\ntwo\r\n\r\nthree", "one two\r\n\r\nthree")]
    [InlineData("> a \n> b\n>> c \n> d", "> a b\n>> c \n> d")]
    [InlineData(">>> a \n>>>b\n", ">>> a b\n")]
    [InlineData(" From here\n  two\n >no quote", "From here\n two\n>no quote")]
    [InlineData("text \n-- \nAda", "text \n-- \nAda")]
    [InlineData("> text \n> -- \n> Ada", "> text \n> -- \n> Ada")]
    [InlineData(">\n> \n>>", ">\n>\n>>")]
    [InlineData("end ", "end ")]
    [InlineData("", "")]
    [InlineData("\n \n", "\n\n")]
    public void Soft_line_breaks_are_undone(string text, string expected) => Assert.Equal(expected, FlowedText.Unwrap(text, deleteSpace: false));

    [Fact]
    public void The_space_of_a_soft_break_goes_where_the_sender_says_so() =>
        Assert.Equal("漢字です\n-- \nx y", FlowedText.Unwrap("漢字 \nです\n-- \nx  \ny", deleteSpace: true));

    [Theory]
    [InlineData("", "")]
    [InlineData("a  b\n\tc", "a b c")]
    [InlineData("<p>one</p><p>two</p>", "one\n\ntwo")]
    [InlineData("one<br>two<br/>three<BR >four", "one\ntwo\nthree\nfour")]
    [InlineData("<div>a</div><div><br></div><div>b</div><div>c</div>", "a\n\nb\nc")]
    [InlineData("a<br><br><br><br>b", "a\n\nb")]
    [InlineData("<p>a&amp;b &lt;c&gt; &eacute;&#233;&#xe9; x&nbsp;&nbsp;y &euro; &#128; &bogus; &</p>", "a&b <c> ééé x  y € € &bogus; &")]
    [InlineData("<html><head><title>T</title><style>p{}</style></head><body>text<script>if (a<b) {'</p>'}</script> more</body></html>", "text more")]
    [InlineData("<head><meta x><p>body", "body")]
    [InlineData("a<!-- x > --><!--[if mso]><p>no</p><![endif]-->b<![if !mso]>c<![endif]>", "abc")]
    [InlineData("a<!-->b<!--->c", "abc")]
    [InlineData("a <!-- never closed", "a <!-- never closed")]
    [InlineData("<ul><li>one<li>two<ul><li>in</ul></ul>after", "* one\n* two\n  * in\n\nafter")]
    [InlineData("<ol><li>one</li><li value=5>five</li><li>six<br>more</ol>", "1. one\n5. five\n6. six\n  more")]
    [InlineData("<ol start=0><li>a<li>b</ol>", "0. a\n1. b")]
    [InlineData("<ul><li></ul><p>x", "x")]
    [InlineData("<a href=\"http://x.test/a?b&amp;c\">here</a>!", "here <http://x.test/a?b&c>!")]
    [InlineData("<a href='https://x.test/'>x.test</a>", "x.test")]
    [InlineData("<li><a href=https://x.test>https://x.test/</a>", "* https://x.test/")]
    [InlineData("<a href=\"mailto:ada@x.test\">ada@x.test</a>", "ada@x.test")]
    [InlineData("<a href=\"javascript:x()\">a</a><a href=#b>b</a><a name=c>c</a>", "abc")]
    [InlineData("<a href=\"http://x.test\"><img alt=\"Logo\" src=x></a>", "Logo <http://x.test>")]
    [InlineData("a <a href=\"http://x.test\"><img src=x></a>", "a <http://x.test>")]
    [InlineData("<a href=\"http://x.test\">open", "open <http://x.test>")]
    [InlineData("<table><tr><th>Name<th>Size<tr><td>a</td><td>1</td></tr></table>x", "Name  Size\na  1\n\nx")]
    [InlineData("a<blockquote>q<p>r</p><blockquote>s</blockquote></blockquote>b", "a\n\n> q\n>\n> r\n>\n>> s\n\nb")]
    [InlineData("<pre>\n a\n   b\n\n\nc\n</pre>d", " a\n   b\n\n\nc\n\nd")]
    [InlineData("<p title='a>b' x=\">\">text</p>", "text")]
    [InlineData("<p title=\"never closed>text", "text")]
    [InlineData("1 < 2 and <ada@x.test> and a<b", "1 < 2 and <ada@x.test> and a<b")]
    [InlineData("a\0b\u0001c", "abc")]
    [InlineData("<hr>a", "----------------------------------------\na")]
    [InlineData("</p></div></ul></blockquote></pre></li>a", "a")]
    [InlineData("<script>never closed", "")]
    public void Html_becomes_text(string html, string expected) => Assert.Equal(expected, HtmlText.ToPlain(html));

    [Fact]
    public void Text_becomes_html_and_comes_back()
    {
        const string text = "Dear <Ada> & \"Bob\",\n\n  see http://x.test/a(b)?c&d. And (https://y.test/), mailto:a@x.test!\n\ta  b\n* x http:// y";
        var html = HtmlText.FromPlain(text);
        Assert.Contains("<a href=\"http://x.test/a(b)?c&amp;d\">http://x.test/a(b)?c&amp;d</a>. And (<a href=\"https://y.test/\">https://y.test/</a>), <a href=\"mailto:a@x.test\">", html, StringComparison.Ordinal);
        Assert.Equal(text.Replace("\t", "    ", StringComparison.Ordinal), HtmlText.ToPlain(html));
        foreach (var some in Fuzz.Texts(seed: 71, count: 3000, "ab <&>\"\n:.)http://", maxLength: 120))
        {
            var lines = some.Where(c => c is ' ' or '\n' or >= ' ' and < '\x7f' or 'é').ToArray();
            var plain = string.Join('\n', new string(lines).Split('\n').Select(line => line.TrimEnd())).Trim('\n');
            while (plain.Contains("\n\n\n", StringComparison.Ordinal))
                plain = plain.Replace("\n\n\n", "\n\n", StringComparison.Ordinal);
            Assert.Equal(plain, HtmlText.ToPlain(HtmlText.FromPlain(plain)));
        }
    }

    [Fact]
    public void A_million_nested_tags_cost_no_stack_and_no_time()
    {
        foreach (var tag in (string[])["<div>", "<blockquote>", "<ul><li>", "<table><tr><td>", "<pre>", "<a href=http://x.test>", "<b x='", "<!--", "<title>", "<font color=\"", "</ul>"])
        {
            var html = string.Concat(Enumerable.Repeat(tag, 1_000_000)) + "x";
            Assert.InRange(HtmlText.ToPlain(html).Length, 0, 3 * html.Length);
        }
    }

    [Fact]
    public void A_uuencoded_file_is_taken_out_of_the_text()
    {
        var read = UuText.Extract("Hello,\nbegin 644 dir/cat.txt\n#0V%T\n`\nend\nbye\n");
        Assert.Equal("Hello,\nbye\n", read.Text);
        var file = Assert.Single(read.Files);
        Assert.Equal(("cat.txt", "Cat", null), (file.Name, Encoding.ASCII.GetString(file.Octets), file.Problem));
    }

    [Theory]
    [InlineData("begin 5 minutes early\nand go", 0)]
    [InlineData("begin 644 is what it says\nbut no data follows\n", 0)]
    [InlineData("begin here\nend\n", 0)]
    [InlineData("begin 644 x\n#0V%T\n", 1)]
    [InlineData("begin 644 x\n#0V%T\n\nsome text after a missing end\n", 1)]
    [InlineData("begin 644 x\r\n#0V%T\r\n \r\nend\r\n", 1)]
    [InlineData("begin 644 x\n#0V%T\n\nend\n", 1)]
    [InlineData("begin 0644 x y.txt\n#0V%Tx\n`\nend\n", 0)]
    [InlineData("begin 644 x\n#0V%TX\n`\nend \n", 1)]
    [InlineData("begin-base64 644 x\nQ2F0\n====\n", 1)]
    public void What_is_no_uuencode_stays(string text, int files)
    {
        var read = UuText.Extract(text);
        Assert.Equal(files, read.Files.Length);
        Assert.Equal(files == 0, read.Text == text);
        Assert.Equal(text.Contains("after", StringComparison.Ordinal), read.Text.Contains("after", StringComparison.Ordinal));
    }
}
