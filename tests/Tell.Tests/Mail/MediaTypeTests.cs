using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class MediaTypeTests
{
    [Theory]
    [InlineData("text/plain", "text/plain", "")]
    [InlineData("TEXT/Html; Charset=UTF-8", "text/html", "charset=UTF-8")]
    [InlineData("text/plain; charset=us-ascii (Plain text)", "text/plain", "charset=us-ascii")]
    [InlineData("text/plain; charset=\"us-ascii\" (a (nested \\) one))", "text/plain", "charset=us-ascii")]
    [InlineData("(a) text (b) / (c) plain (d) ; (e) charset (f) = (g) x", "text/plain", "charset=x")]
    [InlineData("text/plain;", "text/plain", "")]
    [InlineData("text/plain;;; a=b ;; c=d;", "text/plain", "a=b|c=d")]
    [InlineData("text/plain charset=utf-8", "text/plain", "charset=utf-8")]
    [InlineData("text/plain; charset=utf-8 format=flowed", "text/plain", "charset=utf-8|format=flowed")]
    [InlineData("text/plain; charset=\"utf-8\" format=\"flowed\"", "text/plain", "charset=utf-8|format=flowed")]
    [InlineData("(text/plain; (a=b; c=d", "text/plain", "a=b|c=d")]
    [InlineData("text/html, text/plain; charset=x", "text/html", "charset=x")]
    [InlineData("application/pdf; name=my report (1).pdf; x=y", "application/pdf", "name=my report (1).pdf|x=y")]
    [InlineData("application/pdf; name=a=b.pdf", "application/pdf", "name=a=b.pdf")]
    [InlineData("application/pdf; name=\"a;b=c.pdf\"", "application/pdf", "name=a;b=c.pdf")]
    [InlineData("application/pdf; name=\"C:\\temp\\\\a \\\"b\\\".pdf\"", "application/pdf", "name=C:\\temp\\a \"b\".pdf")]
    [InlineData("application/pdf; name=\"open.pdf; x=y", "application/pdf", "name=open.pdf|x=y")]
    [InlineData("multipart/mixed; boundary=\"b \"; boundary=c", "multipart/mixed", "boundary=b ")]
    [InlineData("text/plain; a; b=c; =d; e", "text/plain", "b=c")]
    [InlineData("text/plain; a=", "text/plain", "a=")]
    // RFC 2231 3, 4, 4.1: the examples.
    [InlineData("message/external-body; access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"", "message/external-body", "access-type=URL|url=ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar")]
    [InlineData("application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "application/x-stuff", "title=This is ***fun***")]
    [InlineData("application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"", "application/x-stuff", "title=This is even more ***fun*** isn't it!")]
    [InlineData("a/b; x*2=c; x*0=a; x*1=b", "a/b", "x=abc")]
    [InlineData("a/b; x*1=b; x*3=d", "a/b", "x=bd")]
    [InlineData("a/b; x*0=a; x*0=z; x*1=b; x*1*=y", "a/b", "x=ab")]
    [InlineData("a/b; filename=plain; filename*=utf-8''%C3%A9; filename*0=z", "a/b", "filename=é")]
    [InlineData("a/b; filename=plain; filename*0=p; filename*1=q", "a/b", "filename=pq")]
    [InlineData("a/b; x*0*=utf-8''%C3; x*1*=%A9%; x*2=%41", "a/b", "x=é%%41")]
    [InlineData("a/b; x*0*=iso-8859-1''%E9; x*1=\"%E9\"; x*2*=%E9", "a/b", "x=é%E9é")]
    [InlineData("a/b; x*=%C3%A9; y*=%E9; z*=x-nobody''%C3%A9%4; w*=''%e9", "a/b", "x=é|y=é|z=é%4|w=é")]
    [InlineData("a/b; x*=utf-8''a%0D%0AX: b%00c", "a/b", "x=a X: b c")]
    [InlineData("a/b; x*=\"utf-8'en'%e6%bc%a2\"", "a/b", "x=漢")]
    [InlineData("a/b; x*0=a; x**=b; x*99999999999=c; *=d", "a/b", "x=a|x**=b|x*99999999999=c|*=d")]
    // What RFC 2047 5 (3) forbids, and so many do.
    [InlineData("a/b; name=\"=?utf-8?B?w6k=?=.txt\"; x=\"=?utf-8?B?w6k=?=\"", "a/b", "name=é.txt|x==?utf-8?B?w6k=?=")]
    [InlineData("a/b; name==?iso-8859-1?Q?=E9_=E9?=", "a/b", "name=é é")]
    public void A_type_is_read_as_programs_write_it(string text, string essence, string parameters)
    {
        Assert.True(MediaType.TryParse(text, out var type));
        Assert.Equal(essence, type.Essence);
        Assert.Equal(parameters, string.Join('|', type.Parameters.Select(parameter => $"{parameter.Name}={parameter.Value}")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("/")]
    [InlineData("text/")]
    [InlineData("/plain")]
    [InlineData("text/plain/x")]
    [InlineData("te xt/plain")]
    [InlineData("=?utf-8?q?text/plain?=")]
    [InlineData("; charset=x")]
    public void What_has_no_type_and_subtype_is_no_type(string text)
    {
        Assert.False(MediaType.TryParse(text, out var type));
        Assert.Same(MediaType.Plain, type);
    }

    [Theory]
    [InlineData("attachment; filename=a.txt", "a/b; name=b.txt", "attachment", "a.txt")]
    [InlineData("ATTACHMENT", "a/b; name=b.txt", "attachment", "b.txt")]
    [InlineData("inline; filename=\"\"", "a/b; name=\" b.txt \"", "inline", "b.txt")]
    [InlineData("filename=a.txt", "a/b", null, "a.txt")]
    [InlineData("; filename=a.txt", "a/b", null, "a.txt")]
    [InlineData("(c) form-data (c); filename=\"../../etc/passwd\"", "a/b", "form-data", "../../etc/passwd")]
    [InlineData("", "a/b", null, null)]
    public void A_file_has_the_name_of_its_disposition_or_else_of_its_type(string disposition, string type, string? word, string? name)
    {
        var entity = MimeTranscript.Of($"Content-Disposition: {disposition}\r\nContent-Type: {type}\r\n\r\n").Entity("");
        Assert.Equal((word, name), (entity.Disposition, entity.FileName));
    }

    [Fact]
    public void No_text_makes_parsing_throw_or_a_name_hold_a_line_end()
    {
        foreach (var text in Fuzz.Texts(seed: 74, count: 30_000, "a/b;=*0'\"\\ ()%4utf-8?=", maxLength: 60))
        {
            _ = MediaType.TryParse(text, out _);
            Assert.True(MediaType.TryParse("a/b;" + text, out var type));
            Assert.All(type.Parameters, parameter => Assert.True(Line.TryCreate(parameter.Value, out _)));
            Assert.Equal(type.Parameters.Length, type.Parameters.DistinctBy(parameter => parameter.Name).Count());
        }
    }

    [Fact]
    public void No_repetition_makes_parsing_slow()
    {
        foreach (var piece in new[] { "(", ")", "\"", "=", ";", "a=\"", "a=(", "a=\"b\";", "x*0=a;", "*", "'", "%", "a =?utf-8?Q?", " ", "\\", "a=\\\";", "n=a b=c ", "=a ", "(;", "=(" })
        {
            Assert.True(Fuzz.IsLinear(size =>
            {
                var text = "a/b;" + string.Concat(Enumerable.Repeat(piece, size / piece.Length));
                return () => MediaType.TryParse(text, out _);
            }), piece);
        }
    }
}
