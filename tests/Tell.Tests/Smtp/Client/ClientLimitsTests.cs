using Tell.Smtp.Client;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Client;

/// <summary>RFC 9422, as the one who sends.</summary>
public sealed class ClientLimitsTests
{
    [Theory]
    [InlineData("MAILMAX=100 RCPTMAX=50 RCPTDOMAINMAX=1", 100, 50, 1)]
    [InlineData("rcptmax=999999", null, 999999, null)]
    [InlineData("", null, null, null)]
    [InlineData("RCPTMAX=0 MAILMAX=01", null, null, null)]
    [InlineData("RCPTMAX=1000000 MAILMAX= RCPTDOMAINMAX", null, null, null)]
    [InlineData("RCPTMAX=-5 MAILMAX=+5 RCPTDOMAINMAX=1x OTHER=3", null, null, null)]
    public void Limits_are_read_and_nonsense_is_none(string parameters, int? messages, int? recipients, int? domains)
    {
        var limits = PeerLimits.Parse(parameters);
        Assert.Equal((messages, recipients, domains), (limits.Messages, limits.Recipients, limits.Domains));
    }

    [Fact]
    public void Recipients_above_the_limit_are_left_for_the_next_transaction() => Play(Offering("LIMITS RCPTMAX=2") + """
        C: MAIL FROM:<ada@client.test>
        S: 250 2.1.0 Ok
        C: RCPT TO:<a@example.test>
        S: 550 5.1.1 Nobody
        C: RCPT TO:<b@example.test>
        S: 550 5.1.1 Nobody
        C: RSET
        S: 250 2.0.0 Reset
        C: MAIL FROM:<ada@client.test>
        S: 250 2.1.0 Ok
        C: RCPT TO:<c@example.test>
        S: 450 4.2.0 Later
        """, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Envelope("a@example.test", "b@example.test", "c@example.test"), Body, default);
        Assert.Equal(
            ["RCPT: 550 5.1.1 Nobody", "RCPT: 550 5.1.1 Nobody", "MAIL: 452 4.5.3 The next host takes no more recipients in one transaction"], sent.Told());
        Assert.Equal([false, false, true], sent.Recipients.Select(result => result.LeftForNext));
        Assert.True(sent.SessionUsable);
        Assert.Equal(["RCPT: 450 4.2.0 Later"], (await session.SendAsync(Envelope("c@example.test"), Body, default)).Told());
    });

    [Fact]
    public void A_session_ends_with_the_number_of_messages_that_the_peer_takes_refused_ones_included() => Play(Offering("LIMITS MAILMAX=2") + """
        C: MAIL FROM:<ada@client.test>
        S: 550 5.7.1 no
        C: MAIL FROM:<ada@client.test>
        S: 450 4.7.1 not now
        C: QUIT
        S: 221 bye
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.True((await session.SendAsync(Envelope("a@example.test"), Body, default)).SessionUsable);
        Assert.False((await session.SendAsync(Envelope("a@example.test"), Body, default)).SessionUsable);
        Assert.False(session.Usable);
        await Assert.ThrowsAsync<InvalidOperationException>(() => session.SendAsync(Envelope("a@example.test"), Body, default).AsTask());
        await session.QuitAsync(default);
    });

    [Fact]
    public void Recipients_of_a_domain_too_many_are_left_for_another_session() => Play(Offering("LIMITS RCPTDOMAINMAX=1") + """
        C: MAIL FROM:<ada@client.test>
        S: 250 2.1.0 Ok
        C: RCPT TO:<a@example.test>
        S: 250 2.1.5 Ok
        C: RCPT TO:<c@example.test>
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
        var sent = await session.SendAsync(Envelope("a@example.test", "b@example.org", "c@EXAMPLE.test"), Body, default);
        Assert.Equal([true, false, true], sent.Recipients.Select(result => result.Delivered));
        Assert.True(sent.Recipients[1].LeftForNext);
        Assert.False(sent.SessionUsable);
        Assert.Null(sent.Fault);
    });
}
