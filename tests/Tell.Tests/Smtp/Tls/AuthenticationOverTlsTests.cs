using System.Text;
using Tell.Smtp.Client;
using Tell.Smtp.Server;
using Tell.Smtp.Tls;
using Tell.Tests.Smtp.Client;
using Tell.Tests.Smtp.Sasl;
using Tell.Tests.Smtp.Server;

namespace Tell.Tests.Smtp.Tls;

/// <summary>AUTH between whole sessions over real TLS, whose certificate it is bound to (RFC 5929 4).</summary>
public sealed class AuthenticationOverTlsTests
{
    private const int Limit = 60_000;

    private readonly MailCatcher _catcher = new();
    private readonly LineLog _log = new();

    [Fact(Timeout = Limit)]
    public async Task A_user_proves_the_password_without_showing_it_and_bound_to_the_certificate()
    {
        var (client, server) = PipeConnection.Pair();
        var serving = ServeAsync(server);
        await using (var session = Session(client))
        {
            Assert.Null(await session.OpenAsync(default));
            var sent = await session.SendAsync(ClientStory.Envelope("b@mx.example"), Encoding.ASCII.GetBytes("Subject: x\r\n\r\nbody\r\n"), default);
            Assert.True(sent.Recipients[0].Delivered);
            await session.QuitAsync(default);
        }
        Assert.Equal(SessionEnd.Quit, (await serving).End);
        var facts = Assert.Single(_catcher.Mails).Session;
        Assert.Equal(("user", "ESMTPSA"), (facts.User, facts.Protocol(false)));
        Assert.Contains(_log.Lines, line => line.Contains("SCRAM-SHA-256-PLUS", StringComparison.Ordinal));
    }

    // Where he takes -PLUS out of the list, the client says in SCRAM-SHA-256 that it could have bound (RFC 5802 6).
    [Theory(Timeout = Limit)]
    [InlineData("", "SCRAM-SHA-256-PLUS")]
    [InlineData(" SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")]
    public async Task Somebody_between_the_two_gets_nobody_authenticated(string removed, string mechanism)
    {
        var (client, before) = PipeConnection.Pair();
        var (behind, server) = PipeConnection.Pair();
        var serving = ServeAsync(server);
        var carrying = new ManInTheMiddle(before, behind, removed).CarryAsync();
        await using (var session = Session(client))
        {
            var fault = await session.OpenAsync(default);
            Assert.Equal((SessionPhase.Authentication, $"AUTH {mechanism} was refused", 535), (fault!.Phase, fault.Text, fault.Reply!.Code));
            Assert.NotNull(session.Tls);
            Assert.False(session.Usable);
            await session.QuitAsync(default);
        }
        var summary = await serving;
        Assert.Null(summary.Facts.User);
        Assert.NotNull(summary.Facts.Tls);
        await carrying;
    }

    private static ClientSession Session(PipeConnection connection) => new(
        connection,
        ClientStory.Options with
        {
            Tls = new ClientTls(new SslTls(new FixedClock()), TlsPair.Anything) { Required = true },
            Credentials = new ClientCredentials("user", "pencil"),
        },
        TimeProvider.System);

    private Task<SessionSummary> ServeAsync(PipeConnection connection)
    {
        var certificates = new HeldCertificates(TlsPair.Root.Issue(["mx.example.test"]));
        var options = Dialogue.Options with
        {
            Tls = new ServerTls(new SslTls(new FixedClock()), new TlsServerOptions { Certificates = certificates }),
            Authenticator = People.Known,
        };
        var facts = new SessionFacts("S1", connection.Remote, connection.Local);
        return new ServerSession(connection, options, _catcher, facts, TimeProvider.System, _log).RunAsync(CancellationToken.None);
    }
}
