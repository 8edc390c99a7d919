using Tell.Smtp.Client;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Client;

/// <summary>When and how a session says who it is. "AGFkYQBvcGVuc2VzYW1l" is ada with her password.</summary>
public sealed class ClientAuthenticationTests
{
    private static readonly ClientOptions WithoutTls = Options with { Credentials = new ClientCredentials("ada", "opensesame") { WithoutTls = true } };

    [Fact]
    public void After_AUTH_mail_is_sent() => Play(Offering("AUTH LOGIN PLAIN", "PIPELINING") + """
        C: AUTH PLAIN AGFkYQBvcGVuc2VzYW1l
        S: 235 2.7.0 Welcome
        C: MAIL FROM:<ada@client.test>
        C: RCPT TO:<a@example.test>
        C: DATA
        S: 550 5.7.1 no
        S: 503 no
        S: 503 no
        """, async session =>
    {
        await session.OpenedAsync();
        Assert.Equal(["MAIL: 550 5.7.1 no"], (await session.SendAsync(Envelope("a@example.test"), Body, default)).Told());
    }, WithoutTls);

    [Fact]
    public void LOGIN_answers_its_questions() => Play(Offering("AUTH LOGIN") + """
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: YWRh
        S: 334 UGFzc3dvcmQ6
        C: b3BlbnNlc2FtZQ==
        S: 235 2.7.0 Welcome
        C: QUIT
        S: 221 bye
        """, async session =>
    {
        await session.OpenedAsync();
        await session.QuitAsync(default);
    }, WithoutTls);

    [Fact]
    public void Who_is_not_believed_sends_nothing() => Play(Offering("AUTH PLAIN") + """
        C: AUTH PLAIN AGFkYQBvcGVuc2VzYW1l
        S: 535 5.7.8 No
        C: QUIT
        S: 221 bye
        """, async session =>
    {
        var fault = await session.OpenAsync(default);
        Assert.Equal((SessionPhase.Authentication, 535), (fault!.Phase, fault.Reply!.Code));
        Assert.False(session.Usable);
        await session.QuitAsync(default);
    }, WithoutTls);

    [Theory]
    [InlineData("AUTH PLAIN", false, "there is no TLS, without which the password is not shown")]
    [InlineData("X-AUTH PLAIN", true, "the peer does not offer AUTH")]
    [InlineData("AUTH GSSAPI XOAUTH2", true, "no AUTH mechanism fits: the peer offers \"GSSAPI XOAUTH2\"")]
    [InlineData("AUTH", true, "no AUTH mechanism fits: the peer offers \"\"")]
    public void Where_AUTH_cannot_be_nothing_of_the_password_is_shown(string keyword, bool withoutTls, string text) => Play(Offering(keyword) + """
        C: QUIT
        S: 221 bye
        """, async session =>
    {
        var fault = await session.OpenAsync(default);
        Assert.Equal((SessionPhase.Authentication, text, null), (fault!.Phase, fault.Text, fault.Reply));
        await session.QuitAsync(default);
    }, Options with { Credentials = new ClientCredentials("ada", "opensesame") { WithoutTls = withoutTls } });
}
