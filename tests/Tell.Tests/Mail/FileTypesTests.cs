using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class FileTypesTests
{
    [Theory]
    [InlineData("report.pdf", "application/pdf")]
    [InlineData("REPORT.PDF", "application/pdf")]
    [InlineData("photo.JPeg", "image/jpeg")]
    [InlineData("a.tar.gz", "application/gzip")]
    [InlineData("plan.123", "application/vnd.lotus-1-2-3")]
    [InlineData("letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    [InlineData("forwarded.eml", "message/rfc822")]
    [InlineData("Makefile", "application/octet-stream")]
    [InlineData("", "application/octet-stream")]
    [InlineData(".", "application/octet-stream")]
    [InlineData("a.", "application/octet-stream")]
    [InlineData("a.nosuchthing", "application/octet-stream")]
    public void A_file_has_the_type_of_its_extension(string name, string type) => Assert.Equal(type, FileTypes.TypeOf(name));

    [Theory]
    [InlineData("image/jpeg", "jpg")]
    [InlineData("IMAGE/PJPEG", "jpg")]
    [InlineData("application/x-zip-compressed", "zip")]
    [InlineData("text/plain", "txt")]
    [InlineData("message/rfc822", "eml")]
    [InlineData("application/x-nobody-knows", "unk")]
    [InlineData("", "unk")]
    public void A_type_has_one_extension_and_an_unknown_one_that_of_the_original(string type, string extension) => Assert.Equal(extension, FileTypes.ExtensionOf(type));

    [Fact]
    public void A_file_made_for_a_type_is_of_that_type_again()
    {
        Assert.InRange(FileTypes.Count, 150, int.MaxValue);
        foreach (var name in new[] { "a.png", "a.gif", "a.mp3", "a.xlsx", "a.odt", "a.ics", "a.vcf", "a.p7s", "a.7z", "a.html", "a.csv", "a.nsf" })
            Assert.Equal("x." + FileTypes.ExtensionOf(FileTypes.TypeOf(name)), name.Replace('a', 'x'));
    }

    [Fact]
    public void An_attachment_that_says_nothing_of_its_type_has_that_of_its_name()
    {
        Assert.Equal("image/png", Attachment.Of("a.png", null).ContentType);
        Assert.Equal("image/png", Attachment.Of("a.png", "Application/Octet-Stream").ContentType);
        Assert.Equal("image/png", Attachment.Of("a.png", "no type at all").ContentType);
        Assert.Equal("image/png", Attachment.Of("a.png", "text/x\r\nBcc: eve@x").ContentType);
        Assert.Equal("text/x-mine", Attachment.Of("a.png", "text/x-mine").ContentType);
        Assert.Equal("application/octet-stream", Attachment.Of("a", null).ContentType);
    }
}
