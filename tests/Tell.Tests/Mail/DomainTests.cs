using System.Net;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class DomainTests
{
    [Theory]
    [InlineData("Example.TEST", "example.test")]
    [InlineData("localhost", "localhost")]
    [InlineData("a_b.example", "a_b.example")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.Example", "xn--bcher-kva.example")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("[192.0.2.1]", "[192.0.2.1]")]
    [InlineData("[IPv6:2001:DB8::1]", "[IPv6:2001:db8::1]")]
    [InlineData("[ipv6:::ffff:192.0.2.1]", "[IPv6:::ffff:192.0.2.1]")]
    public void A_domain_has_one_spelling(string text, string name) => Assert.Equal(name, Domain.Parse(text).Name);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("-a.b")]
    [InlineData("a-.b")]
    [InlineData("bu\u0308cher.example")]
    [InlineData("a b")]
    [InlineData("a\r\nb")]
    [InlineData("a\0")]
    [InlineData("a/b")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[1.2.3]")]
    [InlineData("[1.2.3.4.5]")]
    [InlineData("[1.2.3.256]")]
    [InlineData("[0x7f.0.0.1]")]
    [InlineData("[010.1.1.1]")]
    [InlineData("[1.2.3.4")]
    [InlineData("[IPv6:[::1]]")]
    [InlineData("[IPv6:[::1]:25]")]
    [InlineData("[IPv6:fe80::1%eth0]")]
    [InlineData("[IPv6:1.2.3.4]")]
    [InlineData("[::1]")]
    [InlineData("[IPv6:::1/64]")]
    public void What_is_no_domain_is_refused(string text) => Assert.False(Domain.TryParse(text, out _));

    // Not in the theory: attributes are stored as UTF-8, which has no lone surrogates.
    [Fact]
    public void A_lone_surrogate_is_refused() => Assert.False(Domain.TryParse("a\ud800.example", out _));

    [Fact]
    public void Labels_have_63_octets_and_names_255_at_most()
    {
        Assert.True(Domain.TryParse(new string('a', 63), out _));
        Assert.False(Domain.TryParse(new string('a', 64), out _));
        var long254 = string.Concat(Enumerable.Repeat("abcdefg.", 31)) + "abcdef";
        Assert.True(Domain.TryParse(long254, out _));
        Assert.False(Domain.TryParse(long254 + ".ab", out _));
    }

    [Fact]
    public void Names_are_compared_without_case_and_literals_know_their_address()
    {
        Assert.Equal(Domain.Parse("A.test"), Domain.Parse("a.TEST"));
        Assert.Equal(IPAddress.Parse("2001:db8::1"), Domain.Parse("[IPv6:2001:db8::1]").Address);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Domain.Parse("[192.0.2.1]").Address);
        Assert.Null(Domain.Parse("a.test").Address);
    }

    [Fact]
    public void A_name_is_shown_with_its_letters_unless_they_would_play_tricks_on_a_screen()
    {
        Assert.Equal("bücher.example", Domain.Parse("xn--bcher-kva.example").DisplayName);
        Assert.Equal("xn--0.example", Domain.Parse("xn--0.example").DisplayName);
        foreach (var name in Fuzz.Texts(seed: 7, count: 3000, alphabet: "xn-abz019.", maxLength: 24))
        {
            if (Domain.TryParse("xn--" + name, out var domain))
                Assert.DoesNotContain(domain.DisplayName, c => char.IsControl(c) || c is '\u202e' or '\u2028');
        }
    }
}
