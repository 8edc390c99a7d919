using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class XtextTests
{
    [Theory]
    [InlineData("QQ314159", "QQ314159")]
    [InlineData("a+b=c d", "a+2Bb+3Dc+20d")]
    [InlineData("é", "+C3+A9")]
    [InlineData("", "")]
    public void Xtext_goes_both_ways(string text, string coded)
    {
        Assert.Equal(coded, Xtext.Encode(text));
        Assert.True(Xtext.TryDecode(coded, out var decoded));
        Assert.Equal(text, decoded);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("+2")]
    [InlineData("a+2")]
    [InlineData("+ZZ")]
    [InlineData("+ 2")]
    [InlineData("a b")]
    [InlineData("a=b")]
    [InlineData("é")]
    [InlineData("+0D+0ABcc:")]
    [InlineData("+00")]
    [InlineData("+7F")]
    [InlineData("+C2+85")]
    [InlineData("+C3")]
    [InlineData("+ED+A0+80")]
    public void Broken_xtext_and_hidden_controls_are_refused(string coded) => Assert.False(Xtext.TryDecode(coded, out _));

    [Theory]
    [InlineData("é@x", "\\x{E9}@x")]
    [InlineData("漢\\+=😀", "\\x{6F22}\\x{5C}\\x{2B}\\x{3D}\\x{1F600}")]
    [InlineData("a b", "a\\x{20}b")]
    public void The_coding_of_UTF8_addresses_goes_both_ways(string text, string coded)
    {
        Assert.Equal(coded, Xtext.EncodeUtf8Address(text));
        Assert.True(Xtext.TryDecodeUtf8Address(coded, out var decoded));
        Assert.Equal(text, decoded);
    }

    [Theory]
    [InlineData("\\")]
    [InlineData("\\x{}")]
    [InlineData("\\x{E}")]
    [InlineData("\\x{D800}")]
    [InlineData("\\x{110000}")]
    [InlineData("\\x{FFFFFFFF}")]
    [InlineData("\\x{0D}")]
    [InlineData("\\x{ 20}")]
    [InlineData("\\y{20}")]
    [InlineData("a b")]
    [InlineData("a+b")]
    public void A_broken_coding_of_a_UTF8_address_is_refused(string coded) => Assert.False(Xtext.TryDecodeUtf8Address(coded, out _));

    [Theory]
    [InlineData("rfc822;ada+2Bx@example.test", "rfc822;ada+x@example.test", "rfc822;ada+2Bx@example.test")]
    [InlineData("utf-8;\\x{E9}@x", "utf-8;é@x", "utf-8;\\x{E9}@x")]
    [InlineData("UTF-8;é@x", "UTF-8;é@x", "UTF-8;\\x{E9}@x")]
    [InlineData("x400;/S=Ada;x", "", "")]
    [InlineData("x400;/S+3DAda;x", "x400;/S=Ada;x", "x400;/S+3DAda;x")]
    [InlineData("rfc822;", "", "")]
    [InlineData(";a@x", "", "")]
    [InlineData("rfc822", "", "")]
    [InlineData("rfc 822;a@x", "", "")]
    public void ORCPT_is_read_and_written(string parameter, string decoded, string written)
    {
        Assert.Equal(decoded.Length > 0, OriginalRecipient.TryParse(parameter, out var read));
        Assert.Equal(decoded, read);
        Assert.Equal(written, OriginalRecipient.Format(read));
    }

    [Fact]
    public void Nothing_makes_them_throw_and_what_they_read_comes_back()
    {
        foreach (var text in Fuzz.Texts(seed: 21, count: 40_000, alphabet: "+\\x{}0123AFé=;a", maxLength: 20))
        {
            if (Xtext.TryDecode(text, out var plain))
                Assert.True(Xtext.TryDecode(Xtext.Encode(plain), out var again) && again == plain);
            if (Xtext.TryDecodeUtf8Address(text, out plain))
                Assert.True(Xtext.TryDecodeUtf8Address(Xtext.EncodeUtf8Address(plain), out var again) && again == plain);
            OriginalRecipient.TryParse(text, out _);
        }
    }
}
