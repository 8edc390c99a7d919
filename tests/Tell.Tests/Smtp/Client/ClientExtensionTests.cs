using System.Buffers;
using System.Text;
using Tell.Mail;
using Tell.Smtp;
using Tell.Smtp.Client;
using Tell.Smtp.Tls;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Client;

public sealed class ClientExtensionTests
{
    private static readonly Capabilities Everything = Offered("DSN", "MT-PRIORITY", "DELIVERBY 60", "REQUIRETLS", "8BITMIME", "SMTPUTF8", "SIZE 1000");

    [Fact]
    public void What_reports_are_wanted_is_passed_on() => Play(Offering("PIPELINING", "DSN") + """
        C: MAIL FROM:<ada@client.test> RET=HDRS ENVID=a+2Bb+20c
        C: RCPT TO:<a@example.test> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;bob+2Bx@example.org
        C: RCPT TO:<b@example.test> NOTIFY=NEVER
        C: RCPT TO:<c@example.test> ORCPT=utf-8;j\x{F6}rg@example.org
        C: RCPT TO:<d@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 250 2.1.5 Ok
        S: 250 2.1.5 Ok
        S: 250 2.1.5 Ok
        S: 354 go
        C: Subject: hi
        C:
        C: hello
        C: .
        S: 250 2.0.0 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Reported(), Body, default);
        Assert.True(sent.Recipients[0].Delivered);
        Assert.False(sent.DsnLost);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_peer_cannot_report_is_dropped_and_told(bool wanted) => Play(GreetPlain + """
        C: MAIL FROM:<ada@client.test>
        S: 250 2.1.0 Ok
        C: RCPT TO:<a@example.test>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 go
        C: Subject: hi
        C:
        C: hello
        C: .
        S: 250 2.0.0 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        var envelope = Envelope("a@example.test");
        var recipient = envelope.Recipients[0] with { Notify = wanted ? Notify.Success : Notify.Unspecified };
        Assert.Equal(wanted, (await session.SendAsync(envelope with { Recipients = [recipient] }, Body, default)).DsnLost);
    });

    [Fact]
    public void What_a_peer_refuses_is_not_lost_but_refused() => Play(GreetPlain + """
        C: MAIL FROM:<ada@client.test>
        S: 550 5.7.1 no
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.False((await session.SendAsync(Reported(), Body, default)).DsnLost);
    });

    [Theory]
    [InlineData("x\r\nRCPT TO:<eve@example.test>")]
    [InlineData("a b=c+d")]
    public void No_value_of_a_sender_ends_a_command_or_a_parameter(string value)
    {
        var envelope = Reported() with { EnvelopeId = value };
        var text = Mail(envelope) + Text(output => CommandText.Recipient(output, envelope.Recipients[0] with { OriginalRecipient = "rfc822;" + value }, dsn: true));
        Assert.Equal(2, text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(7, text.Count(character => character == ' '));
    }

    [Fact]
    public void What_is_longer_than_the_RFC_has_it_is_left_out()
    {
        Assert.DoesNotContain("ENVID", Mail(Reported() with { EnvelopeId = new string('x', 101) }), StringComparison.Ordinal);
        var recipient = new Recipient(Mailbox.Parse("a@example.test")) { OriginalRecipient = "rfc822;" + new string('x', 494) };
        Assert.Equal("RCPT TO:<a@example.test>\r\n", Text(output => CommandText.Recipient(output, recipient, dsn: true)));
    }

    [Theory]
    [InlineData(-9)]
    [InlineData(0)]
    [InlineData(6)]
    public void The_priority_is_passed_on_where_it_is_known(int priority)
    {
        var envelope = Envelope("a@example.test") with { MtPriority = priority };
        Assert.Equal($"MAIL FROM:<ada@client.test> SIZE=22 MT-PRIORITY={priority}\r\n", Mail(envelope));
        Assert.Equal("MAIL FROM:<ada@client.test>\r\n", Mail(envelope, Capabilities.None));
    }

    [Theory]
    [InlineData(3600, true, "BY=3600;R")]
    [InlineData(60, true, "BY=60;R")]
    [InlineData(3600, false, "BY=3600;N")]
    [InlineData(-5, false, "BY=-5;N")]
    public void The_time_that_is_left_is_passed_on_in_seconds(int left, bool returns, string parameter)
    {
        var envelope = Envelope("a@example.test") with { DeliverByReturns = returns };
        Assert.Null(Refused(envelope, Everything, seconds: left));
        Assert.Equal($"MAIL FROM:<ada@client.test> SIZE=22 {parameter}\r\n", Mail(envelope, seconds: left));
        Assert.Equal($"MAIL FROM:<ada@client.test> SIZE=22 {parameter}T\r\n", Mail(envelope with { DeliverByTrace = true }, seconds: left));
    }

    [Theory]
    [InlineData(0, "DELIVERBY", "554 5.4.7")]
    [InlineData(-5, "DELIVERBY", "554 5.4.7")]
    [InlineData(59, "DELIVERBY 60", "554 5.3.3")]
    [InlineData(3600, "X", "554 5.3.3")]
    [InlineData(0, "X", "554 5.4.7")]
    public void Mail_to_be_returned_in_time_goes_to_nobody_who_does_not_promise_that(int left, string keyword, string refusal)
    {
        var envelope = Envelope("a@example.test");
        Assert.StartsWith(refusal, Refused(envelope with { DeliverByReturns = true }, Offered(keyword), seconds: left), StringComparison.Ordinal);
        Assert.Null(Refused(envelope, Offered(keyword), seconds: left));
    }

    [Fact]
    public void The_time_that_is_left_is_that_of_the_clock() => Play(connection => new Transcript(Offering("DELIVERBY") + """
        C: MAIL FROM:<ada@client.test> BY=89;N
        S: 550 5.7.1 no
        C: MAIL FROM:<ada@client.test> BY=-31;N
        S: 550 5.7.1 no
        """).PlayAsync(connection), async (session, simulator) =>
    {
        await session.OpenedAsync();
        var envelope = Envelope("a@example.test") with { DeliverBy = simulator.Time.GetUtcNow().AddSeconds(89.5) };
        await session.SendAsync(envelope, Body, default);
        await Task.Delay(TimeSpan.FromMinutes(2), simulator.Time);
        await session.SendAsync(envelope, Body, default);
        Assert.StartsWith("MAIL: 554 5.4.7", (await session.SendAsync(envelope with { DeliverByReturns = true }, Body, default)).Told()[0], StringComparison.Ordinal);
    });

    [Fact]
    public void REQUIRETLS_goes_only_over_verified_TLS_to_a_peer_that_offers_it()
    {
        var envelope = Envelope("a@example.test") with { RequireTls = true };
        var verified = new TlsFacts("TLSv1.3", "x") { Verified = TlsVerification.Dane };
        Assert.Null(Refused(envelope, Everything, verified));
        Assert.Null(Refused(envelope, Everything, verified with { Verified = TlsVerification.Pkix }));
        Assert.Equal("MAIL FROM:<ada@client.test> SIZE=22 REQUIRETLS\r\n", Mail(envelope));
        Assert.StartsWith("550 5.7.30", Refused(envelope, Everything, verified with { Verified = TlsVerification.None }), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.30", Refused(envelope, Everything), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.30", Refused(envelope, Offered("DSN"), verified), StringComparison.Ordinal);
    }

    private static Envelope Reported() => new()
    {
        Sender = Mailbox.Parse("ada@client.test"),
        Return = ReturnContent.Headers,
        EnvelopeId = "a+b c",
        Recipients =
        [
            new Recipient(Mailbox.Parse("a@example.test")) { Notify = Notify.Success | Notify.Failure | Notify.Delay, OriginalRecipient = "rfc822;bob+x@example.org" },
            new Recipient(Mailbox.Parse("b@example.test")) { Notify = Notify.Never },
            new Recipient(Mailbox.Parse("c@example.test")) { OriginalRecipient = "utf-8;jörg@example.org" },
            new Recipient(Mailbox.Parse("d@example.test")),
        ],
    };

    private static string? Refused(Envelope envelope, Capabilities offered, TlsFacts? tls = null, int? seconds = null) =>
        Refusal.OfMessage(offered, tls, envelope, new OfferedMail(22, BodyType.SevenBit, seconds))?.ToString();

    private static string Mail(Envelope envelope, Capabilities? offered = null, int? seconds = null) =>
        Text(output => CommandText.Mail(output, envelope, offered ?? Everything, new OfferedMail(22, BodyType.SevenBit, seconds), utf8: false));

    private static string Text(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static Capabilities Offered(params string[] keywords) => Capabilities.Of(new Reply(250, default, [.. keywords.Prepend("mx").Select(Line.From)]));
}
