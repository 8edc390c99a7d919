using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>Address fields as programs write them.</summary>
public sealed class AddressListTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("ada@example.test", "|ada@example.test|+")]
    [InlineData("<ada@example.test>", "|ada@example.test|+")]
    [InlineData("Ada Lovelace <ada@example.test>", "Ada Lovelace|ada@example.test|+")]
    [InlineData("Ada  L.\r\n Lovelace<ada@example.test>", "Ada L. Lovelace|ada@example.test|+")]
    [InlineData("\"Lovelace, Ada\" <ada@example.test>, bob@example.test", "Lovelace, Ada|ada@example.test|+ /|bob@example.test|+")]
    [InlineData("\"a \\\"b\\\" \\\\c\" <a@x.test>", "a \"b\" \\c|a@x.test|+")]
    [InlineData("ada@example.test (Ada Lovelace)", "Ada Lovelace|ada@example.test|+")]
    [InlineData("ada@example.test (Ada (the \\) Countess))", "Ada (the ) Countess)|ada@example.test|+")]
    [InlineData("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete|pete@silly.test|+")]
    [InlineData("A Group(Some people):Chris <c@(c)public.example>, joe@example.test,\r\n John <jdoe@one.test>(my friend); (the end)",
        "A Group#Chris|c@public.example|+ /A Group#|joe@example.test|+ /A Group#John|jdoe@one.test|+")]
    [InlineData("undisclosed-recipients:;", "undisclosed-recipients#||-")]
    [InlineData("undisclosed-recipients: ;, a@x.test", "undisclosed-recipients#||- /|a@x.test|+")]
    [InlineData("Undisclosed recipients", "|Undisclosed recipients|-")]
    [InlineData("a: b@x.test; c@x.test", "a#|b@x.test|+ /|c@x.test|+")]
    [InlineData("a: b@x.test", "a#|b@x.test|+")]
    [InlineData("<@one.test,@two.test:ada@example.test>", "|ada@example.test|+")]
    [InlineData("<@one.test:ada@example.test>, b@x.test", "|ada@example.test|+ /|b@x.test|+")]
    [InlineData("\"a b\"@example.test", "|\"a b\"@example.test|+")]
    [InlineData("\"a,b\"@example.test, \"<\"@x.test", "|\"a,b\"@example.test|+ /|\"<\"@x.test|+")]
    [InlineData("ada . lovelace @ example . test", "|ada.lovelace@example.test|+")]
    [InlineData("Ada <ada @ example.test>", "Ada|ada@example.test|+")]
    [InlineData("=?utf-8?Q?J=C3=BCrgen?= =?utf-8?Q?_M?= <j@x.test>", "Jürgen M|j@x.test|+")]
    [InlineData("\"=?utf-8?Q?J=C3=BCrgen?=\" <j@x.test>", "Jürgen|j@x.test|+")]
    [InlineData("=?utf-8?Q?M=C3=BCller,_J@y?= <j@x.test>", "Müller, J@y|j@x.test|+")]
    [InlineData("j@x.test (=?iso-8859-1?Q?J=FCrgen?=)", "Jürgen|j@x.test|+")]
    [InlineData("Jürgen <jürgen@müller.test>", "Jürgen|jürgen@müller.test|+")]
    [InlineData("a@x.test b@x.test", "|a@x.test|+ /|b@x.test|+")]
    [InlineData("Ada <a@x.test> Bob <b@x.test>", "Ada|a@x.test|+ /Bob|b@x.test|+")]
    [InlineData("<a@x.test><b@x.test>", "|a@x.test|+ /|b@x.test|+")]
    [InlineData("Ada a@x.test", "Ada|a@x.test|+")]
    [InlineData("a@x.test; b@x.test;c@x.test", "|a@x.test|+ /|b@x.test|+ /|c@x.test|+")]
    [InlineData("ada@example.test.", "|ada@example.test|+")]
    [InlineData("ada.@docomo.test, a..b@x.test", "|ada.@docomo.test|+ /|a..b@x.test|+")]
    [InlineData("\"Ada\" <>", "Ada||-")]
    [InlineData("<>", "")]
    [InlineData(",, ,a@x.test,,", "|a@x.test|+")]
    [InlineData("Postmaster <postmaster>", "Postmaster|postmaster|-")]
    [InlineData("root, a@x.test", "|root|- /|a@x.test|+")]
    [InlineData("mailto:a@x.test, <mailto:b@x.test>", "|a@x.test|+ /|b@x.test|+")]
    [InlineData("a@b@c.test", "|a@b@c.test|-")]
    [InlineData("Ada <a@x.test", "Ada|a@x.test|+")]
    [InlineData("Ada <a@x.test, Bob <b@x.test>", "Ada|a@x.test|+ /Bob|b@x.test|+")]
    [InlineData("\"Ada <a@x.test>, b@x.test", "Ada|a@x.test|+ /|b@x.test|+")]
    [InlineData("Ada (L <a@x.test>", "Ada L|a@x.test|+")]
    [InlineData("<<a@x.test>>", "|a@x.test|+")]
    [InlineData("a@x.test <a@x.test>", "a@x.test|a@x.test|+")]
    [InlineData("a@[192.0.2.1], b@[IPv6:2001:db8::1]", "|a@[192.0.2.1]|+ /|b@[IPv6:2001:db8::1]|+")]
    [InlineData("a@no host", "|a@no|+ /|host|-")]
    [InlineData("a@-.test", "|a@-.test|-")]
    public void Addresses_are_read(string field, string expected)
    {
        var read = AddressList.Parse(field);
        Assert.Equal(expected, string.Join(" /", read.Select(a => $"{(a.Group is null ? "" : a.Group + "#")}{a.Name}|{a.Address}|{(a.Mailbox is null ? '-' : '+')}")));
    }

    [Fact]
    public void No_more_than_asked_for_is_read()
    {
        var field = string.Join(", ", Enumerable.Range(0, 5000).Select(i => $"u{i}@x.test"));
        Assert.Equal(1000, AddressList.Parse(field).Length);
        Assert.Equal("u2@x.test", AddressList.Parse(field, most: 3)[^1].Address);
        Assert.Equal(5, AddressList.Parse(field.Replace(',', ' '), most: 5).Length);
        Assert.Empty(AddressList.Parse(field, most: 0));
    }

    [Fact]
    public void An_entry_is_shown_as_people_know_it()
    {
        Assert.Equal(["Ada <a@x.test>", "b@x.test", "nobody:;", "Bob"], AddressList.Parse("Ada <a@x.test>, b@x.test, nobody:;, Bob <>").Select(a => a.ToString()));
    }

    [Fact]
    public void Nothing_in_a_list_can_end_a_line()
    {
        foreach (var text in Fuzz.Texts(seed: 61, count: 20_000, "a @<>\",;:().=?\\", maxLength: 60))
        {
            foreach (var read in AddressList.Parse(text))
                Assert.Equal(-1, $"{read.Name}{read.Address}{read.Group}".AsSpan().IndexOfAny("\r\n\0"));
        }
    }
}
