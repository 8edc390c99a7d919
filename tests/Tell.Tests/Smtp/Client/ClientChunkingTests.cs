using System.Text;
using Tell.Mail;
using Tell.Smtp.Client;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Client;

/// <summary>RFC 3030, as the one who sends.</summary>
public sealed class ClientChunkingTests
{
    private static readonly string Greeting = Offering("PIPELINING", "CHUNKING", "BINARYMIME", "8BITMIME");

    private const string First = """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        C: BDAT 22 LAST
        C: Subject: hi
        C:
        C: hello
        S: 250 2.0.0 Ok

        """;

    [Fact]
    public void The_first_message_waits_for_its_recipients_and_the_next_ones_go_in_one_group() => Play(Greeting + First + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: RCPT TO:<b@example.test>
        C: BDAT 22 LAST
        C: Subject: hi
        C:
        C: hello
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 550 5.1.1 Nobody
        S: 250 2.0.0 Ok again
        C: QUIT
        S: 221 bye
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.True((await session.SendAsync(Envelope("a@example.test"), Body, default)).Recipients[0].Delivered);
        var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test"), Body.Length, Pieces("Subj", "ect: hi\r\n\r\nhello\r", "\n"), default);
        Assert.Equal(["end of data: 250 2.0.0 Ok again", "RCPT: 550 5.1.1 Nobody"], sent.Told());
        Assert.Equal(2, session.MessagesSent);
        await session.QuitAsync(default);
    });

    [Fact]
    public void Without_pipelining_a_small_body_is_one_chunk_and_a_large_one_goes_by_DATA() => Play(Offering("CHUNKING") + """
        C: MAIL FROM:<ada@client.test>
        S: 250 2.1.0 Ok
        C: RCPT TO:<a@example.test>
        S: 250 2.1.5 Ok
        C: BDAT 22 LAST
        C: Subject: hi
        C:
        C: hello
        S: 250 2.0.0 Ok
        C: MAIL FROM:<ada@client.test>
        S: 250 2.1.0 Ok
        C: RCPT TO:<a@example.test>
        S: 250 2.1.5 Ok
        C: DATA
        S: 554 5.5.1 enough seen
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.True((await session.SendAsync(Envelope("a@example.test"), Body, default)).Recipients[0].Delivered);
        Assert.Equal(["DATA: 554 5.5.1 enough seen"], (await session.SendAsync(Envelope("a@example.test"), Large, default)).Told());
    });

    [Fact]
    public void Dots_are_left_alone_and_a_missing_last_CRLF_is_added_to_lines() => Play(Greeting + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        C: BDAT 15 LAST
        C: .first
        C: .
        C: ..
        S: 250 2.0.0 Ok
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: BDAT 0 LAST
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 250 2.0.0 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.True((await session.SendAsync(Envelope("a@example.test"), 12, Pieces(".first\r\n.\r\n.", "."), default)).Recipients[0].Delivered);
        Assert.True((await session.SendAsync(Envelope("a@example.test"), 0, Pieces(), default)).Recipients[0].Delivered);
    });

    [Fact]
    public void Binary_content_goes_as_it_is() => Play(Greeting + """
        C: MAIL FROM:<ada@client.test> BODY=BINARYMIME
        C: RCPT TO:<a@example.test>
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        C: BDAT 8 LAST
        C: X: y
        C:
        S: 250 2.0.0 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.True((await session.SendAsync(Envelope("a@example.test") with { Body = BodyType.BinaryMime }, "X: y\r\n\r\n"u8.ToArray(), default)).Recipients[0].Delivered);
    });

    [Theory]
    [InlineData("a\r\n", "MAIL FROM:<ada@client.test>")]
    [InlineData("\u00fc\r\n", "MAIL FROM:<ada@client.test> BODY=8BITMIME")]
    public void A_body_that_is_declared_as_more_than_it_is_goes_as_what_it_is(string text, string mail) => Play(Offering("8BITMIME") + $"""
        C: {mail}
        S: 250 2.1.0 Ok
        C: RCPT TO:<a@example.test>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 go
        C: {text.TrimEnd()}
        C: .
        S: 250 2.0.0 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test") with { Body = BodyType.BinaryMime }, 1, Pieces(text), default);
        Assert.True(sent.Recipients[0].Delivered);
    });

    [Fact]
    public void Binary_content_is_refused_without_a_word_where_it_is_not_offered() => Play(Offering("PIPELINING", "CHUNKING", "8BITMIME") + "-- silence", async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test") with { Body = BodyType.BinaryMime }, 6, Pieces("a\nb\r\n", "c"), default);
        Assert.Equal(["MAIL: 554 5.6.3 The next host does not take binary content and conversion is not available"], sent.Told());
        Assert.True(sent.SessionUsable);
    });

    [Fact]
    public void A_refused_chunk_is_the_verdict_and_RSET_comes_with_the_next_message() => Play(Greeting + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        C: BDAT 22 LAST
        C: Subject: hi
        C:
        C: hello
        S: 452 4.3.1 disk full
        C: RSET
        """ + "\n" + First.Replace("C: RCPT TO:<a@example.test>\n", "C: RCPT TO:<a@example.test>\nS: 250 reset\n", StringComparison.Ordinal), async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test"), Body, default);
        Assert.Equal(["end of data: 452 4.3.1 disk full"], sent.Told());
        Assert.True(sent.SessionUsable);
        Assert.True((await session.SendAsync(Envelope("a@example.test"), Body, default)).Recipients[0].Delivered);
    });

    [Fact]
    public void A_body_sent_in_vain_is_answered_and_reset() => Play(Greeting + First + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: BDAT 22 LAST
        C: Subject: hi
        C:
        C: hello
        S: 250 2.1.0 Ok
        S: 450 4.2.0 Greylisted
        S: 554 5.5.1 No recipients
        C: RSET
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<b@example.test>
        C: BDAT 22 LAST
        C: Subject: hi
        C:
        C: hello
        S: 250 2.0.0 Reset
        S: 550 5.7.1 Not you
        S: 503 5.5.1 MAIL first
        S: 503 5.5.1 MAIL first
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.True((await session.SendAsync(Envelope("a@example.test"), Body, default)).Recipients[0].Delivered);
        var sent = await session.SendAsync(Envelope("a@example.test"), Body, default);
        Assert.Equal(["RCPT: 450 4.2.0 Greylisted"], sent.Told());
        Assert.Null(sent.Fault);
        Assert.Equal(["MAIL: 550 5.7.1 Not you"], (await session.SendAsync(Envelope("b@example.test"), Body, default)).Told());
        Assert.True(session.Usable);
        Assert.Equal(1, session.MessagesSent);
    });

    [Fact]
    public void Nothing_is_sent_to_a_peer_that_takes_no_recipient_of_a_first_message() => Play(Greeting + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        S: 250 2.1.0 Ok
        S: 550 5.1.1 Nobody
        C: RSET
        """ + "\n" + First.Replace("C: RCPT TO:<a@example.test>\n", "C: RCPT TO:<a@example.test>\nS: 250 reset\n", StringComparison.Ordinal), async session =>
    {
        await session.OpenedAsync();
        Assert.Equal(["RCPT: 550 5.1.1 Nobody"], (await session.SendAsync(Envelope("a@example.test"), Body, default)).Told());
        Assert.True((await session.SendAsync(Envelope("a@example.test"), Body, default)).Recipients[0].Delivered);
    });

    private static ReadOnlyMemory<byte> Large { get; } = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 98) + "\r\n", 1000)));

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(params string[] texts)
    {
        foreach (var text in texts)
        {
            await Task.Yield();
            yield return Encoding.UTF8.GetBytes(text);
        }
    }
}
