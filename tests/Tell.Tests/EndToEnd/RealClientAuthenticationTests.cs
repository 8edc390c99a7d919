using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Smtp.Network;
using Tell.Smtp.Server;
using Tell.Tests.Smtp.Sasl;
using Tell.Tests.Smtp.Server;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>The SASL clients that people use, against a session on a loopback socket. Without TLS: what is tested is the mechanisms.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RealClientAuthenticationTests
{
    private static readonly ServerOptions Options = new() { HostName = "mx.example", Authenticator = People.Known, AuthWithoutTls = true, AuthPause = TimeSpan.Zero };

    [ToolFact("swaks")]
    public Task Swaks_authenticates_by_PLAIN() => SwaksAsync("PLAIN");

    [ToolFact("swaks")]
    public Task Swaks_authenticates_by_LOGIN() => SwaksAsync("LOGIN");

    [ToolFact("swaks")]
    public async Task Swaks_with_a_wrong_password_is_refused()
    {
        var (answer, session) = await TalkAsync(port => ["swaks", "--server", $"127.0.0.1:{port}", "--auth", "PLAIN", "--auth-user", "tim", "--auth-password", "wrong", "--to", "b@mx.example"]);
        Assert.Contains("535 5.7.8", answer.Text, StringComparison.Ordinal);
        Assert.Null(session.Facts.User);
    }

    [ToolFact("curl")]
    public async Task Curl_authenticates_by_PLAIN_and_sends()
    {
        var (answer, session) = await TalkAsync(port =>
            ["curl", "-sS", $"smtp://127.0.0.1:{port}/client.example", "--user", "tim:tanstaaftanstaaf", "--login-options", "AUTH=PLAIN", "--mail-from", "a@client.example", "--mail-rcpt", "b@mx.example", "-T", "-"]);
        answer.Succeeded();
        Assert.Equal(("tim", 1), (session.Facts.User, session.Messages));
    }

    [ToolFact("python3")]
    public async Task Smtplib_authenticates_and_sends()
    {
        const string script = """
            import smtplib, sys
            with smtplib.SMTP("127.0.0.1", int(sys.argv[1])) as client:
                client.login("tim", "tanstaaftanstaaf")
                client.sendmail("a@client.example", ["b@mx.example"], "Subject: hello\r\n\r\nhello\r\n")
            """;
        var (answer, session) = await TalkAsync(port => ["python3", "-c", script, $"{port}"]);
        answer.Succeeded();
        Assert.Equal(("tim", 1), (session.Facts.User, session.Messages));
    }

    [ToolFact("gsasl")]
    public Task Gsasl_authenticates_by_SCRAM_SHA_256() => GsaslAsync("SCRAM-SHA-256", "pencil", 0);

    [ToolFact("gsasl")]
    public Task Gsasl_with_a_wrong_password_is_refused() => GsaslAsync("SCRAM-SHA-256", "pen", 1);

    [ToolFact("gsasl")]
    public Task Gsasl_authenticates_by_PLAIN() => GsaslAsync("PLAIN", "pencil", 0);

    private static async Task SwaksAsync(string mechanism)
    {
        var (answer, session) = await TalkAsync(port =>
            ["swaks", "--server", $"127.0.0.1:{port}", "--auth", mechanism, "--auth-user", "tim", "--auth-password", "tanstaaftanstaaf", "--from", "a@client.example", "--to", "b@mx.example"]);
        answer.Succeeded();
        Assert.Equal(("tim", 1), (session.Facts.User, session.Messages));
    }

    private static async Task GsaslAsync(string mechanism, string password, int status)
    {
        var (answer, session) = await TalkAsync(port =>
            ["gsasl", "--smtp", "--no-starttls", "--no-cb", "-m", mechanism, "-a", "user", "-z", "user", "-p", password, "--connect", $"127.0.0.1:{port}"]);
        Assert.True(Math.Min(answer.Status, 1) == status, answer.Text);
        Assert.Equal(status == 0 ? "user" : null, session.Facts.User);
    }

    // One connection: what the program printed and what the session saw of it.
    private static async Task<(Answer Answer, SessionSummary Session)> TalkAsync(Func<int, string[]> command)
    {
        using var folder = new TempDirectory();
        var network = new SocketNetwork(TimeProvider.System, NullLogger.Instance);
        await using var listener = await network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), CancellationToken.None);
        var serving = ServeAsync(listener);
        var words = command(listener.Endpoint.Port);
        var answer = await ChildProcess.RunAsync(Tool.PathOf(words[0]), words[1..], folder.Path, "Subject: hello\r\n\r\nhello\r\n"u8.ToArray());
        return (answer, await serving.WaitAsync(Patience.ForAProgram));
    }

    private static async Task<SessionSummary> ServeAsync(IListener listener)
    {
        var connection = await listener.AcceptAsync(CancellationToken.None) ?? throw new InvalidOperationException("the listener is closed");
        var facts = new SessionFacts("S1", connection.Remote, connection.Local);
        return await new ServerSession(connection, Options, new MailCatcher(), facts, TimeProvider.System, NullLogger.Instance).RunAsync(CancellationToken.None);
    }
}
