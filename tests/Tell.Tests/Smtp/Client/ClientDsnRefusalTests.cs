using Tell.Mail;
using Tell.Smtp.Client;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Client;

/// <summary>Hosts that offer DSN and refuse its parameters: what was asked is lost, and the mail is not.</summary>
public sealed class ClientDsnRefusalTests
{
    private const string Message = """
        C: Subject: hi
        C:
        C: hello
        C: .
        S: 250 2.0.0 Ok

        """;

    private const string Plain = """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 go

        """ + Message;

    [Theory]
    [InlineData("555 5.5.4 RET not supported")]
    [InlineData("501 5.5.4 Syntax error in parameters")]
    [InlineData("504 parameter not implemented")]
    [InlineData("501 what?")]
    public void Refused_at_MAIL_the_message_goes_without_what_was_asked_and_so_do_the_next(string refusal) => Play(Offering("PIPELINING", "DSN") + $"""
        C: MAIL FROM:<ada@client.test> RET=HDRS
        C: RCPT TO:<a@example.test> NOTIFY=SUCCESS
        C: DATA
        S: {refusal}
        S: 503 5.5.1 MAIL first
        S: 503 5.5.1 MAIL first

        """ + Plain + Plain, async session =>
    {
        await session.OpenedAsync();
        var envelope = Asking(ReturnContent.Headers, ("a@example.test", Notify.Success));
        foreach (var sent in new[] { await session.SendAsync(envelope, Body, default), await session.SendAsync(envelope, Body, default) })
        {
            Assert.Equal((true, true), (sent.DsnLost, sent.Recipients[0].DsnLost));
            Assert.Equal(["end of data: 250 2.0.0 Ok"], sent.Told());
        }
        Assert.Equal(2, session.MessagesSent);
    });

    [Fact]
    public void Refused_at_RCPT_only_those_recipients_go_without() => Play(Offering("PIPELINING", "DSN") + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: RCPT TO:<b@example.test> NOTIFY=SUCCESS
        C: RCPT TO:<c@example.test> NOTIFY=FAILURE
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 555 5.5.4 NOTIFY not supported
        S: 550 5.1.1 no such user
        S: 354 go

        """ + Message + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<b@example.test>
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 354 go

        """ + Message, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(
            Asking(ReturnContent.Unspecified, ("a@example.test", Notify.Unspecified), ("b@example.test", Notify.Success), ("c@example.test", Notify.Failure)), Body, default);
        Assert.Equal(["end of data: 250 2.0.0 Ok", "end of data: 250 2.0.0 Ok", "RCPT: 550 5.1.1 no such user"], sent.Told());
        Assert.Equal([false, true, false], sent.Recipients.Select(result => result.DsnLost));
        Assert.True(sent.DsnLost && sent.SessionUsable);
    });

    [Fact]
    public void A_host_that_cuts_the_second_try_leaves_the_first_as_it_was() => Play(Offering("PIPELINING", "DSN") + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: RCPT TO:<b@example.test> NOTIFY=SUCCESS
        C: DATA
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok
        S: 555 5.5.4 NOTIFY not supported
        S: 354 go

        """ + Message + """
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<b@example.test>
        C: DATA
        S: 421 4.3.2 going down
        """, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Asking(ReturnContent.Unspecified, ("a@example.test", Notify.Unspecified), ("b@example.test", Notify.Success)), Body, default);
        Assert.Equal([true, false], sent.Recipients.Select(result => result.Delivered));
        Assert.Equal([false, false], sent.Recipients.Select(result => result.Refused));
        Assert.False(sent.SessionUsable);
    });

    // A refusal of the address, of the sender, or of a recipient for whom nothing was asked, says nothing of DSN.
    [Theory]
    [InlineData("501 5.1.3 bad address", Notify.Success)]
    [InlineData("550 5.5.4 no", Notify.Success)]
    [InlineData("555 5.5.4 what?", Notify.Unspecified)]
    public void Other_refusals_stand(string refusal, Notify notify) => Play(Offering("DSN") + $"""
        C: MAIL FROM:<ada@client.test>
        S: 250 2.1.0 Ok
        C: RCPT TO:<a@example.test>{(notify == Notify.Success ? " NOTIFY=SUCCESS" : "")}
        S: {refusal}
        """, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Asking(ReturnContent.Unspecified, ("a@example.test", notify)), Body, default);
        Assert.True(sent.Recipients[0].Refused);
        Assert.False(sent.DsnLost);
    });

    // The second refusal shows that DSN was not what the host disliked: it is told of it again.
    [Fact]
    public void A_host_that_refuses_the_same_without_is_taken_at_its_word() => Play(Offering("DSN") + """
        C: MAIL FROM:<ada@client.test> RET=FULL
        S: 501 go away
        C: MAIL FROM:<ada@client.test>
        S: 501 go away
        """, async session =>
    {
        await session.OpenedAsync();
        var sent = await session.SendAsync(Asking(ReturnContent.Full, ("a@example.test", Notify.Unspecified)), Body, default);
        Assert.True(sent.Recipients[0].Refused);
        Assert.True(session.Capabilities.Dsn);
    });

    private static Envelope Asking(ReturnContent wanted, params (string Address, Notify Notify)[] recipients) => new()
    {
        Sender = Mailbox.Parse("ada@client.test"),
        Return = wanted,
        Recipients = [.. recipients.Select(one => new Recipient(Mailbox.Parse(one.Address)) { Notify = one.Notify })],
    };
}
