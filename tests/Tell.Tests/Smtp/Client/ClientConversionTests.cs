using System.Text;
using Tell.Mail;
using Tell.Smtp.Client;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Client;

/// <summary>RFC 6152 3: a peer that does not take eight bits gets seven.</summary>
public sealed class ClientConversionTests
{
    private static readonly ClientOptions Converting = Options with { Convert8Bit = true };

    private static readonly byte[] EightBit = Encoding.Latin1.GetBytes("Subject: hi\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\u00e9\r\n");

    [Theory]
    [InlineData(BodyType.EightBitMime)]
    [InlineData(BodyType.BinaryMime)]
    public void Content_is_converted_for_a_peer_that_does_not_take_it(BodyType body) => Play(Offering("PIPELINING", "SIZE 10000") + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 Go ahead
        C: Subject: hi
        C: MIME-Version: 1.0
        C: Content-Type: text/plain; charset=iso-8859-1
        C: Content-Transfer-Encoding: quoted-printable
        C:
        C: caf=E9
        C: .
        S: 250 2.0.0 Ok
        """, async session =>
    {
        await session.OpenedAsync();
        // The same whether it is in memory or comes in pieces, which are read again and again.
        var sent = await session.SendAsync(Envelope("a@example.test") with { Body = body }, EightBit.Length, Pieces(EightBit, 11), default);
        Assert.True(sent.Recipients[0].Delivered);
        Assert.True(sent.SessionUsable);
    }, Converting);

    [Fact]
    public void A_peer_that_takes_eight_bits_gets_the_original() => Play(Offering("PIPELINING", "8BITMIME") + """
        C: MAIL FROM:<ada@client.test> BODY=8BITMIME
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 Go ahead
        C: Subject: hi
        C: Content-Transfer-Encoding: 8bit
        C:
        C: caf\xe9
        C: .
        S: 250 2.0.0 Ok
        """.Replace("\\xe9", "\u00e9", StringComparison.Ordinal), async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test") with { Body = BodyType.EightBitMime }, Encoding.UTF8.GetBytes("Subject: hi\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\u00e9\r\n"), default);
        Assert.True(sent.Recipients[0].Delivered);
    }, Converting);

    [Theory]
    [InlineData("Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n\u00e9\r\n--b--\r\n", true, "The next host does not take 8-bit content, and the message cannot be converted: it is signed or encrypted")]
    [InlineData("Subject: \u00e9\r\n\r\nx\r\n", true, "The next host does not take 8-bit content, and the message cannot be converted: it has a header that is not 7bit")]
    [InlineData("Subject: x\r\n\r\n\u00e9\r\n", false, "The next host does not take 8-bit content and conversion is not available")]
    public void What_cannot_be_converted_is_refused_without_a_word(string message, bool convert, string words) => Play(Offering(), async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test") with { Body = BodyType.EightBitMime }, Encoding.Latin1.GetBytes(message), default);
        Assert.Equal([$"MAIL: 554 5.6.3 {words}"], sent.Told());
        Assert.True(sent.SessionUsable);
    }, Options with { Convert8Bit = convert });

    [Fact]
    public void SMTPUTF8_is_not_asked_for_where_nothing_needs_it() => Play(Offering("PIPELINING") + """
        C: MAIL FROM:<ada@client.test>
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
        var envelope = Envelope("a@example.test") with { SmtpUtf8 = true };
        Assert.True((await session.SendAsync(envelope, Body, default)).Recipients[0].Delivered);
        foreach (var needing in new[] { "Subject: \u00e9\r\n\r\nx\r\n", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment; filename=\u00e9\r\n\r\nx\r\n--b--\r\n" })
            Assert.StartsWith("MAIL: 553 5.6.7", (await session.SendAsync(envelope, Encoding.UTF8.GetBytes(needing), default)).Told()[0], StringComparison.Ordinal);
    });

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] octets, int size)
    {
        for (var at = 0; at < octets.Length; at += size)
        {
            await Task.Yield();
            yield return octets.AsMemory(at, Math.Min(size, octets.Length - at));
        }
    }
}
