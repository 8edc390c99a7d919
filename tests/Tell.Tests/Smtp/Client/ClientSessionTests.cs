using System.Text;
using Tell.Mail;
using Tell.Smtp.Client;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Client;

public sealed class ClientSessionTests
{
    [Fact]
    public void A_message_goes_through_and_the_session_says_goodbye() => Play(Greet + """
        C: MAIL FROM:<ada@client.test> SIZE=22
        C: RCPT TO:<bob@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 Go ahead
        C: Subject: hi
        C:
        C: hello
        C: .
        S: 250 2.0.0 Ok: queued as 4711
        C: QUIT
        S: 221 2.0.0 Bye
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.Equal("mx.example.test", session.PeerName);
        Assert.True(session.Extended);
        Assert.Equal("mx.example.test ESMTP ready", session.Greeting!.Lines[0].Text);
        Assert.Equal(10000, session.Capabilities.MaxSize);
        Assert.True(session.Capabilities.Offers("x-other", out var parameters));
        Assert.Equal("one two", parameters);
        var sent = await session.SendAsync(Envelope("bob@example.test"), Body, default);
        Assert.Equal(["end of data: 250 2.0.0 Ok: queued as 4711"], sent.Told());
        Assert.True(sent.Recipients[0].Delivered);
        Assert.True(sent.SessionUsable);
        Assert.Null(sent.Fault);
        Assert.Equal(1, session.MessagesSent);
        await session.QuitAsync(default);
        Assert.False(session.Usable);
    });

    [Fact]
    public void Without_pipelining_each_command_waits_for_its_reply() => Play(GreetPlain + """
        C: MAIL FROM:<>
        S: 250 Ok
        C: RCPT TO:<bob@example.test>
        S: 550 no
        C: RCPT TO:<eve@example.test>
        S: 251 will forward
        C: DATA
        S: 354 Go ahead
        C: Subject: hi
        C:
        C: hello
        C: .
        S: 250 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("bob@example.test", "eve@example.test") with { Sender = null }, Body, default);
        Assert.Equal(["RCPT: 550 no", "end of data: 250 Ok"], sent.Told());
        Assert.True(sent.Recipients[0].Refused);
    });

    [Fact]
    public void A_peer_that_knows_no_EHLO_gets_HELO() => Play("""
        S: 220 old
        C: EHLO client.test
        S: 502 what?
        C: HELO client.test
        S: 250 old.example.test
        C: MAIL FROM:<ada@client.test>
        S: 250 Ok
        C: RCPT TO:<bob@example.test>
        S: 250 Ok
        C: DATA
        S: 354 Go ahead
        C: Subject: hi
        C:
        C: hello
        C: .
        S: 250 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.False(session.Extended);
        Assert.Equal("old.example.test", session.PeerName);
        Assert.True((await session.SendAsync(Envelope("bob@example.test"), Body, default)).Recipients[0].Delivered);
    });

    [Fact]
    public void A_second_message_starts_with_MAIL_at_once() => Play(Greet + """
        C: MAIL FROM:<ada@client.test> SIZE=22
        C: RCPT TO:<bob@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 Go ahead
        C: Subject: hi
        C:
        C: hello
        C: .
        S: 451 4.3.0 not now
        C: MAIL FROM:<ada@client.test> SIZE=3
        C: RCPT TO:<bob@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 Go ahead
        C: x
        C: .
        S: 250 2.0.0 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.Equal(["end of data: 451 4.3.0 not now"], (await session.SendAsync(Envelope("bob@example.test"), Body, default)).Told());
        Assert.True((await session.SendAsync(Envelope("bob@example.test"), "x\r\n"u8.ToArray(), default)).Recipients[0].Delivered);
        Assert.Equal(1, session.MessagesSent);
    });

    [Fact]
    public void Each_recipient_gets_its_own_reply() => Play(Greet + """
        C: MAIL FROM:<ada@client.test> SIZE=22
        C: RCPT TO:<a@example.test>
        C: RCPT TO:<b@example.test>
        C: RCPT TO:<c@example.test>
        C: RCPT TO:<d@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 550 5.1.1 Nobody
        S: 250 2.1.5 Ok
        S: 450-4.2.0 Grey
        S: 450 4.2.0 come back
        S: 552 too many recipients
        S: 354 Go ahead
        C: Subject: hi
        C:
        C: hello
        C: .
        S: 250 2.0.0 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test", "c@example.test", "d@example.test"), Body, default);
        Assert.Equal(
            ["RCPT: 550 5.1.1 Nobody", "end of data: 250 2.0.0 Ok", "RCPT: 450 4.2.0 Grey come back", "RCPT: 452 4.5.3 too many recipients"], sent.Told());
    });

    [Fact]
    public void A_go_ahead_after_all_were_refused_gets_a_lone_dot_and_its_reply_means_nothing() => Play(Greet + """
        C: MAIL FROM:<ada@client.test> SIZE=22
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 550 5.1.1 Nobody
        S: 354 Go ahead
        C: .
        S: 250 2.0.0 taken, whatever it was
        C: MAIL FROM:<ada@client.test> SIZE=22
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 550 5.7.1 not you
        S: 503 no
        S: 503 no
        """, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test"), Body, default);
        Assert.Equal(["RCPT: 550 5.1.1 Nobody"], sent.Told());
        Assert.True(sent.SessionUsable);
        Assert.Equal(0, session.MessagesSent);
        Assert.Equal(["MAIL: 550 5.7.1 not you"], (await session.SendAsync(Envelope("a@example.test"), Body, default)).Told());
        Assert.True(session.Usable);
    });

    [Fact]
    public void A_transaction_left_open_is_reset_together_with_the_next() => Play(Greet + """
        C: MAIL FROM:<ada@client.test> SIZE=22
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 451 4.3.0 disk
        C: RSET
        C: MAIL FROM:<ada@client.test> SIZE=22
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 2.0.0 Reset
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 Go ahead
        C: Subject: hi
        C:
        C: hello
        C: .
        S: 250 2.0.0 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.Equal(["DATA: 451 4.3.0 disk"], (await session.SendAsync(Envelope("a@example.test"), Body, default)).Told());
        Assert.True((await session.SendAsync(Envelope("a@example.test"), Body, default)).Recipients[0].Delivered);
    });

    [Fact]
    public void Without_pipelining_a_refusal_of_all_is_reset_before_the_next() => Play(GreetPlain + """
        C: MAIL FROM:<ada@client.test>
        S: 250 Ok
        C: RCPT TO:<a@example.test>
        S: 550 no
        C: RSET
        S: 250 Ok
        C: MAIL FROM:<ada@client.test>
        S: 452 later
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.Equal(["RCPT: 550 no"], (await session.SendAsync(Envelope("a@example.test"), Body, default)).Told());
        Assert.Equal(["MAIL: 452 later"], (await session.SendAsync(Envelope("a@example.test"), Body, default)).Told());
        Assert.True(session.Usable);
    });

    [Fact]
    public void What_the_peer_cannot_take_is_refused_without_a_word() => Play(Greet.Replace("SMTPUTF8", "X", StringComparison.Ordinal).Replace("8BITMIME", "X", StringComparison.Ordinal) + """
        C: MAIL FROM:<ada@client.test> SIZE=22
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 Go ahead
        C: Subject: hi
        C:
        C: hello
        C: .
        S: 250 2.0.0 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        var envelope = Envelope("a@example.test");
        async Task<string[]> Tell(Envelope refused, int size = 22) => (await session.SendAsync(refused, Encoding.Latin1.GetBytes(new string('\u00fc', size)), default)).Told();
        Assert.Equal(["MAIL: 552 5.3.4 Message size exceeds what the next host takes"], await Tell(envelope, 10001));
        Assert.StartsWith("MAIL: 554 5.6.3", (await Tell(envelope with { Body = BodyType.EightBitMime }))[0], StringComparison.Ordinal);
        Assert.StartsWith("MAIL: 554 5.6.3", (await Tell(envelope with { Body = BodyType.BinaryMime }))[0], StringComparison.Ordinal);
        Assert.StartsWith("MAIL: 553 5.6.7", (await Tell(envelope with { SmtpUtf8 = true }))[0], StringComparison.Ordinal);
        Assert.StartsWith("MAIL: 553 5.6.7", (await Tell(envelope with { Sender = Mailbox.Parse("jörg@client.test") }))[0], StringComparison.Ordinal);
        Assert.StartsWith("MAIL: 550 5.7.30", (await Tell(envelope with { RequireTls = true }))[0], StringComparison.Ordinal);
        var one = await session.SendAsync(Envelope("jörg@example.test", "a@example.test"), Body, default);
        Assert.StartsWith("MAIL: 553 5.6.7", one.Told()[0], StringComparison.Ordinal);
        Assert.True(one.Recipients[1].Delivered);
        Assert.True(one.SessionUsable);
    });

    [Fact]
    public void Eight_bits_and_UTF8_are_announced_where_they_are_offered() => Play(Greet + """
        C: MAIL FROM:<ada@client.test> SIZE=22 BODY=8BITMIME SMTPUTF8
        C: RCPT TO:<jörg@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 Go ahead
        C: Subject: hi
        C:
        C: hello
        C: .
        S: 250 2.0.0 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("jörg@example.test") with { Body = BodyType.EightBitMime }, Body, default);
        Assert.True(sent.Recipients[0].Delivered);
    });

    [Fact]
    public void Dots_are_doubled_and_a_missing_last_CRLF_is_added() => Play(Greet + """
        C: MAIL FROM:<ada@client.test> SIZE=18
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 Go ahead
        C: ..first
        C: ..
        C: a.b
        C: ...
        C: .
        S: 250 2.0.0 Ok
        C: MAIL FROM:<ada@client.test> SIZE=0
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 Go ahead
        C: .
        S: 250 2.0.0 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test"), 18, Pieces(".first\r\n.\r\na.b\r\n.."), default);
        Assert.True(sent.Recipients[0].Delivered);
        Assert.True((await session.SendAsync(Envelope("a@example.test"), default(ReadOnlyMemory<byte>), default)).Recipients[0].Delivered);

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(string text)
        {
            foreach (var octet in Encoding.ASCII.GetBytes(text))
            {
                await Task.Yield();
                yield return new[] { octet };
            }
        }
    });
}
