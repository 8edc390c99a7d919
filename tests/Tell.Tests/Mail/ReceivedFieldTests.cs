using System.Net;
using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class ReceivedFieldTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 22, 4, 19, 0, TimeSpan.Zero);
    private static readonly Domain By = Domain.Parse("mx.example.test");

    private static string Written(ReceivedField field) => Encoding.UTF8.GetString(field.ToBytes());

    [Fact]
    public void It_says_from_by_with_id_for_and_when()
    {
        var envelope = new Envelope
        {
            Sender = Mailbox.Parse("a@x"),
            Recipients = [new Recipient(Mailbox.Parse("ada@example.test"))],
            Submission = new Submission("ESMTP", "192.0.2.1", "client.example"),
        };
        Assert.Equal(
            "Received: from client.example ([192.0.2.1])\r\n\tby mx.example.test (Tell) with ESMTP\r\n\tid 0193AB\r\n\tfor <ada@example.test>;\r\n\tSun, 22 Nov 2026 04:19:00 +0000\r\n",
            Written(ReceivedField.Of(envelope, By, "0193AB", Time)));
    }

    [Fact]
    public void TLS_is_a_comment_that_nothing_gets_out_of()
    {
        var envelope = new Envelope { Submission = new Submission("ESMTPSA", "192.0.2.1", "client.example", "ada") };
        Assert.Equal(
            "Received: from client.example ([192.0.2.1])\r\n\tby mx.example.test (Tell) with ESMTPSA\r\n\t(version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384)\r\n\tid 1;\r\n\tSun, 22 Nov 2026 04:19:00 +0000\r\n",
            Written(ReceivedField.Of(envelope, By, "1", Time, "version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384")));
        var forged = Written(ReceivedField.Of(envelope, By, "1", Time, "x) by evil; (\r\nBcc: \\ é" + new string('a', 2000)));
        Assert.Contains("\r\n\t(x? by evil? ???Bcc? ? ?aaa", forged, StringComparison.Ordinal);
        Assert.All(forged.Split("\r\n"), line => Assert.InRange(line.Length, 0, HeaderWriter.MaxLine));
    }

    [Fact]
    public void A_recipient_is_named_only_where_it_is_the_only_one_and_the_message_can_carry_it()
    {
        var one = new Envelope { Recipients = [new Recipient(Mailbox.Parse("a@x"))] };
        var two = one with { Recipients = [.. one.Recipients, new Recipient(Mailbox.Parse("secret@x"))] };
        var utf8 = one with { Recipients = [new Recipient(Mailbox.Parse("é@x"))] };
        Assert.Contains("for <a@x>", Written(ReceivedField.Of(one, By, "1", Time)), StringComparison.Ordinal);
        Assert.DoesNotContain("for", Written(ReceivedField.Of(two, By, "1", Time)), StringComparison.Ordinal);
        Assert.DoesNotContain("for", Written(ReceivedField.Of(utf8, By, "1", Time)), StringComparison.Ordinal);
        Assert.Contains("for <é@x>", Written(ReceivedField.Of(utf8 with { SmtpUtf8 = true }, By, "1", Time)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2001:db8::1", "([IPv6:2001:db8::1])")]
    [InlineData("::ffff:192.0.2.1", "([192.0.2.1])")]
    [InlineData("fe80::1%7", "([IPv6:fe80::1])")]
    public void An_address_is_a_literal(string address, string expected) =>
        Assert.Contains(expected, Written(new ReceivedField { Client = IPAddress.Parse(address), By = By, Time = Time }), StringComparison.Ordinal);

    [Fact]
    public void A_client_cannot_forge_a_clause_a_comment_or_a_line()
    {
        var field = new ReceivedField
        {
            Helo = "x (y) by evil.example; z\r\nBcc: b@c é" + new string('a', 2000),
            Client = IPAddress.Loopback,
            By = By,
            With = "ESMTP\r\nX: y",
            Id = "1;2",
            Time = Time,
        };
        var text = Written(field);
        Assert.StartsWith("Received: from x??y??by?evil.example??z??Bcc:?b?c??aaa", text, StringComparison.Ordinal);
        Assert.Single(HeaderBlock.Read(field.ToBytes().AsMemory()).Fields);
        Assert.Equal(1, text.Count(c => c == ';'));
        Assert.All(text.Split("\r\n"), line => Assert.InRange(line.Length, 0, HeaderWriter.MaxLine));
    }

    [Fact]
    public void Without_a_client_there_is_no_from()
    {
        var text = Written(new ReceivedField { By = By, With = "CONSOLE", Id = "1", Time = Time });
        Assert.StartsWith("Received: by mx.example.test (Tell) with CONSOLE\r\n\tid 1;\r\n", text, StringComparison.Ordinal);
        Assert.StartsWith("Received: from unknown ([127.0.0.1])", Written(new ReceivedField { Helo = "", Client = IPAddress.Loopback, By = By, Time = Time }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_parts_fit()
    {
        var domain = string.Concat(Enumerable.Repeat("abcdefg.", 23)) + "abcde";
        var field = new ReceivedField
        {
            Helo = new string('漢', 5000),
            Client = IPAddress.Parse("2001:db8:1111:2222:3333:4444:255.255.255.255"),
            By = Domain.Parse(string.Concat(Enumerable.Repeat("abcdefg.", 31)) + "abcdef"),
            With = new string('w', 5000),
            Tls = new string('漢', 5000),
            Id = new string('i', 5000),
            For = Mailbox.Parse($"{new string('é', 32)}@{domain}"),
            Time = Time,
        };
        Assert.All(Written(field).Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, HeaderWriter.MaxLine));
    }
}
