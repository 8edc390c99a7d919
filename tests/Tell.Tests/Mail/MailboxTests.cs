using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class MailboxTests
{
    [Theory]
    [InlineData("ada@example.test", "ada", "ada@example.test")]
    [InlineData("Ada.L@EXAMPLE.test", "Ada.L", "Ada.L@example.test")]
    [InlineData("a+b=c/d@x", "a+b=c/d", "a+b=c/d@x")]
    [InlineData("\"ada\"@x", "ada", "ada@x")]
    [InlineData("\"a b\"@x", "a b", "\"a b\"@x")]
    [InlineData("\"a@b\"@x", "a@b", "\"a@b\"@x")]
    [InlineData("\"a\\\"\\\\b\"@x", "a\"\\b", "\"a\\\"\\\\b\"@x")]
    [InlineData("\"a..b\"@x", "a..b", "\"a..b\"@x")]
    [InlineData("ada@[192.0.2.1]", "ada", "ada@[192.0.2.1]")]
    [InlineData("jürgen@bücher.example", "jürgen", "jürgen@xn--bcher-kva.example")]
    [InlineData("漢字😀@x", "漢字😀", "漢字😀@x")]
    public void A_mailbox_is_read_and_written(string text, string local, string wire)
    {
        var mailbox = Mailbox.Parse(text);
        Assert.Equal(local, mailbox.LocalPart);
        Assert.Equal(wire, mailbox.ToString());
        Assert.True(Mailbox.TryParse(Encoding.UTF8.GetBytes(text), out var fromOctets));
        Assert.Equal(mailbox, fromOctets);
        Assert.Equal(mailbox.GetHashCode(), fromOctets.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("ada")]
    [InlineData("@x")]
    [InlineData("ada@")]
    [InlineData("a@b@c")]
    [InlineData(".a@x")]
    [InlineData("a.@x")]
    [InlineData("a..b@x")]
    [InlineData("a b@x")]
    [InlineData("<a@x>")]
    [InlineData("a@x>")]
    [InlineData("\"\"@x")]
    [InlineData("\"a@x")]
    [InlineData("\"a\\")]
    [InlineData("\"a\"b@x")]
    [InlineData("\"a\"")]
    [InlineData("a\"b\"@x")]
    [InlineData("a\r\n@x")]
    [InlineData("\"a\r\nRCPT TO:<b>\"@x")]
    [InlineData("\"a\\\n\"@x")]
    [InlineData("\"a\\é\"@x")]
    [InlineData("\"a\0\"@x")]
    [InlineData("\"a\tb\"@x")]
    [InlineData("a\u007f@x")]
    [InlineData("a\u0085@x")]
    [InlineData("\"a\u009b\"@x")]
    [InlineData("a@x,b@y")]
    public void What_is_no_mailbox_is_refused(string text)
    {
        Assert.False(Mailbox.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Mailbox.Parse(text));
    }

    [Fact]
    public void Octets_that_are_not_UTF8_are_refused()
    {
        Assert.False(Mailbox.TryParse([(byte)'a', 0xff, (byte)'@', (byte)'x'], out _));
        Assert.False(Mailbox.TryParse([0xed, 0xa0, 0x80, (byte)'@', (byte)'x'], out _));
        Assert.False(Mailbox.TryParse(ReadOnlySpan<byte>.Empty, out _));
    }

    [Fact]
    public void A_local_part_may_fill_the_path_as_return_paths_do_and_a_lone_surrogate_anywhere_refuses_it()
    {
        var domain = Domain.Parse("x");
        Assert.True(Mailbox.TryCreate(new string('a', 252), domain, out _));
        Assert.False(Mailbox.TryCreate(new string('a', 253), domain, out _));
        Assert.True(Mailbox.TryCreate(new string('é', 126), domain, out _));
        Assert.False(Mailbox.TryCreate(new string('é', 127), domain, out _));
        Assert.True(Mailbox.TryParse($"\"{string.Concat(Enumerable.Repeat("\\\"", 64))}\"@x", out _));
        foreach (var local in new[] { "a\ud800", "\ud800", "\udc00\ud800", "\ud800\ud800\udc00" })
        {
            Assert.False(Mailbox.TryCreate(local, domain, out _));
            Assert.False(Mailbox.TryParse(local + "@x", out _));
            Assert.False(Mailbox.TryParse($"\"{local}\"@x", out _));
        }
        // The first pair is whole, the second is not: looking a surrogate up by its value finds the wrong one.
        Assert.False(Mailbox.TryCreate("\ud83d\ude00a\ud83d", domain, out _));
        Assert.True(Mailbox.TryCreate("\ud83d\ude00\ud83d\ude00", domain, out _));
        Assert.False(Mailbox.TryCreate("a", default, out _));
    }

    [Fact]
    public void The_wire_form_is_254_octets_at_most()
    {
        var domain = string.Concat(Enumerable.Repeat("abcdefg.", 23)) + "abcde"; // 189
        Assert.True(Mailbox.TryParse($"{new string('a', 64)}@{domain}", out var longest));
        Assert.Equal(Mailbox.MaxLength, Encoding.UTF8.GetByteCount(longest.ToString()));
        Assert.False(Mailbox.TryParse($"{new string('a', 64)}@{domain}f", out _));
        Assert.False(Mailbox.TryParse($"\"{new string('a', 61)} bc\"@{domain}", out _));
    }

    [Fact]
    public void The_local_part_counts_case_and_the_domain_does_not()
    {
        Assert.Equal(Mailbox.Parse("a@X.test"), Mailbox.Parse("\"a\"@x.TEST"));
        Assert.NotEqual(Mailbox.Parse("a@x"), Mailbox.Parse("A@x"));
    }

    [Fact]
    public void Whatever_is_accepted_survives_its_wire_form_and_is_a_line()
    {
        var accepted = 0;
        foreach (var text in Fuzz.Texts(seed: 1, count: 60_000, alphabet: "ab@x.\"\\", maxLength: 14))
        {
            var good = Mailbox.TryParse(text, out var mailbox);
            var octetsGood = Mailbox.TryParse(Encoding.UTF8.GetBytes(text), out var fromOctets);
            if (!good)
                continue;
            accepted++;
            Assert.True(octetsGood);
            Assert.Equal(mailbox, fromOctets);
            Assert.Equal(mailbox, Mailbox.Parse(mailbox.ToString()));
            Assert.DoesNotContain(mailbox.ToString(), char.IsControl);
        }
        Assert.True(accepted > 300, $"only {accepted} accepted");
    }

    [Fact]
    public void Hostile_length_costs_nothing()
    {
        foreach (var piece in new[] { "a", "\"", "@", "\\", "é", "." })
        {
            var text = string.Concat(Enumerable.Repeat(piece, 1_000_000)) + "@x";
            Assert.False(Mailbox.TryParse(text, out _));
            Assert.False(Mailbox.TryParse("\"" + text, out _));
            Assert.False(Mailbox.TryParse(Encoding.UTF8.GetBytes(text), out _));
        }
    }

    [Theory]
    [InlineData("ada@x", "", "ada@x")]
    [InlineData(" <ada@x> ", "", "ada@x")]
    [InlineData("Ada Lovelace <ada@x>", "Ada Lovelace", "ada@x")]
    [InlineData("\"Lovelace, \\\"A\\\"\" <ada@x>", "Lovelace, \"A\"", "ada@x")]
    [InlineData("=?utf-8?Q?J=C3=BCrgen?= <j@x>", "Jürgen", "j@x")]
    public void A_named_mailbox_is_read_as_people_write_it(string text, string name, string mailbox)
    {
        Assert.True(NamedMailbox.TryParse(text, out var named));
        Assert.Equal((name, mailbox), (named.Name.Text, named.Mailbox.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Ada")]
    [InlineData("Ada <ada>")]
    [InlineData("Ada <ada@x")]
    [InlineData("A\r\nBcc: b@y <ada@x>")]
    public void What_is_no_named_mailbox_is_refused(string text) => Assert.False(NamedMailbox.TryParse(text, out _));
}
