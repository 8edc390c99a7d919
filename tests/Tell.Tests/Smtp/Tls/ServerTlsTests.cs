using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Smtp.Client;
using Tell.Smtp.Server;
using Tell.Smtp.Tls;
using Tell.Tests.Simulation;
using Tell.Tests.Smtp.Client;
using Tell.Tests.Smtp.Server;

namespace Tell.Tests.Smtp.Tls;

/// <summary>The server's side of STARTTLS and of implicit TLS: over the simulated handshake where the moment counts, over the real one where the octets do.</summary>
public sealed class ServerTlsTests
{
    private const int Limit = 60_000;
    private const string FirstChunk = "BDAT 12\r\n", Chunks = FirstChunk + "Subject: x\r\nBDAT 2\r\n\r\nBDAT 6 LAST\r\nbody\r\n";
    private const string Hello = "EHLO client.example\r\n";
    private const string Handshake = "simulated TLS, asking for mx.example\r\n";
    private const string Injected = "STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@evil.example>\r\nRCPT TO:<b@mx.example>\r\nDATA\r\nevil\r\n.\r\n";

    private static readonly ServerOptions Offered = Dialogue.Options with { Tls = new SimulatedTls().Server };

    [Fact]
    public void Nothing_that_was_said_behind_starttls_is_ever_carried_out_however_it_arrives()
    {
        for (var at = 1; at <= Injected.Length; at++)
        {
            var dialogue = new Dialogue(Offered);
            dialogue.Send(Hello);
            dialogue.Hear();
            dialogue.Send(Injected[..at]);
            var replies = Dialogue.CodesOf(dialogue.Hear());
            if (!dialogue.Done.IsCompleted)
                dialogue.Send(Injected[at..]);
            Assert.Equal("", replies.Replace("220", "", StringComparison.Ordinal).Replace("554", "", StringComparison.Ordinal));
            Assert.Equal(SessionEnd.HandshakeFailed, dialogue.End);
            Assert.Equal(0, dialogue.Catcher.Opened);
            Assert.Equal("client.example", dialogue.Summary.Facts.Helo);
            Assert.True(dialogue.Connection.IsClosed);
        }
    }

    [Fact]
    public void What_is_said_in_tls_right_behind_the_handshake_is_heard()
    {
        var dialogue = new Dialogue(Offered);
        Assert.Equal("220 250 220", dialogue.Codes(Hello).Trim() + " " + dialogue.Codes("STARTTLS\r\n"));
        dialogue.Send(Handshake + "EHLO client.example\r\nQUIT\r\n");
        Assert.Equal(SessionEnd.Quit, dialogue.End);
        Assert.Equal("TLSv1.3 TLS_AES_256_GCM_SHA384", dialogue.Summary.Facts.Tls!.ToString());
        Assert.Equal("mx.example", dialogue.Summary.Facts.Tls.ServerName);
        Assert.Equal("ESMTPS", dialogue.Summary.Facts.Protocol(false));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_handshake_has_the_idle_timeout_and_no_longer(bool fromTheFirstOctet)
    {
        var clock = new Server.ManualClock();
        var log = new LineLog();
        var dialogue = new Dialogue(Offered with { Tls = Offered.Tls! with { Implicit = fromTheFirstOctet } }, clock: clock, log: log);
        if (!fromTheFirstOctet)
            dialogue.Send(Hello + "STARTTLS\r\n");
        dialogue.Send("simul");
        clock.Advance(TimeSpan.FromMinutes(3));
        dialogue.Send("ated");
        Assert.False(dialogue.Done.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(SessionEnd.TimedOut, dialogue.End);
        Assert.Equal(0, clock.TimersAlive);
        Assert.Contains("S1: no TLS with 192.0.2.7:40001: it took too long", log.Lines);
    }

    [Fact]
    public void A_stop_breaks_off_a_handshake()
    {
        var dialogue = new Dialogue(Offered);
        dialogue.Send(Hello + "STARTTLS\r\n");
        dialogue.Hear();
        dialogue.Stop();
        Assert.Equal(SessionEnd.Stopped, dialogue.End);
        Assert.True(dialogue.Connection.IsClosed);
    }

    [Fact]
    public void A_stop_and_the_idle_timeout_reach_a_session_that_has_gone_over_to_tls()
    {
        var clock = new Server.ManualClock();
        foreach (var stopped in new[] { true, false })
        {
            var dialogue = new Dialogue(Offered, clock: clock);
            dialogue.Send(Hello + "STARTTLS\r\n");
            dialogue.Send(Handshake);
            dialogue.Hear();
            if (stopped)
                dialogue.Stop();
            else
                clock.Advance(TimeSpan.FromMinutes(5));
            Assert.Equal("421", Dialogue.CodesOf(dialogue.Hear()));
            Assert.Equal(stopped ? SessionEnd.Stopped : SessionEnd.TimedOut, dialogue.End);
        }
    }

    [Fact]
    public void The_log_says_why_there_was_no_tls()
    {
        var log = new LineLog();
        var dialogue = new Dialogue(Offered, log: log);
        dialogue.Send(Hello + "STARTTLS\r\n");
        dialogue.Send("NOOP\r\n");
        Assert.Equal(SessionEnd.HandshakeFailed, dialogue.End);
        Assert.Contains("S1: no TLS with 192.0.2.7:40001: the client does not speak TLS", log.Lines);
    }

    [Fact(Timeout = Limit)]
    public async Task A_message_goes_over_real_tls_and_the_receiver_knows_it()
    {
        var catcher = new MailCatcher();
        var (client, server) = PipeConnection.Pair();
        var serving = ServeAsync(server, catcher, false);
        await using (var session = new ClientSession(client, ClientStory.Options with { Tls = new ClientTls(new SslTls(new FixedClock()), TlsPair.Pkix) { Required = true } }, TimeProvider.System))
        {
            Assert.Null(await session.OpenAsync(default));
            Assert.Equal("TLSv1.3", session.Tls!.Protocol);
            var body = Encoding.ASCII.GetBytes("Subject: big\r\n\r\n" + string.Concat(Enumerable.Repeat("0123456789abcdef0123456789abcdef0123456789abcdef\r\n", 40_000)));
            for (var i = 1; i <= 3; i++)
                Assert.True((await session.SendAsync(ClientStory.Envelope("b@mx.example"), body, default)).Recipients[0].Delivered);
            await session.QuitAsync(default);
        }
        Assert.Equal(SessionEnd.Quit, (await serving).End);
        Assert.Equal(3, catcher.Mails.Count);
        Assert.All(catcher.Mails, mail => Assert.Equal("ESMTPS", mail.Session.Protocol(false)));
        Assert.Equal(16 + 40_000 * 50, catcher.Mails[2].Content.Length);
    }

    [Theory(Timeout = Limit)]
    [InlineData("DATA\r\n", "Subject: x\r\n\r\nbody\r\n.\r\n", true)]
    [InlineData("DATA\r\n", "Subject: x\r\n\r\nbody\r\n.\r\n", false)]
    [InlineData("", Chunks, true)]
    [InlineData("", Chunks, false)]
    public async Task A_client_that_goes_at_any_octet_of_its_message_leaves_none(string before, string message, bool withCloseNotify)
    {
        for (var at = 0; at < message.Length; at++)
        {
            var catcher = new MailCatcher();
            var (plain, server) = PipeConnection.Pair();
            var serving = ServeAsync(server, catcher, true);
            var secure = (await new SslTls(new FixedClock()).ConnectAsync(plain, TlsPair.Anything, default)).Connection!;
            // The greeting says that the server, too, has finished the handshake.
            var greeting = await secure.Transport.Input.ReadAsync();
            secure.Transport.Input.AdvanceTo(greeting.Buffer.End);
            await TlsPair.SayAsync(secure, Dialogue.Envelope + before + message[..at]);
            if (withCloseNotify)
                await secure.DisposeAsync();
            else
                plain.Cut();
            Assert.Equal(SessionEnd.Vanished, (await serving).End);
            Assert.Empty(catcher.Mails);
            Assert.Equal((before.Length > 0 || at >= FirstChunk.Length ? 1 : 0, 0), (catcher.Opened, catcher.Open));
            await secure.DisposeAsync();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_handshake_that_comes_in_one_piece_with_the_proxy_header_is_read_behind_it()
    {
        var catcher = new MailCatcher();
        var (plain, server) = PipeConnection.Pair();
        var serving = ServeAsync(server, catcher, true, proxied: true);
        // Not flushed: it goes with the first octets of the handshake.
        plain.Output.Write("PROXY TCP4 198.51.100.3 203.0.113.25 40000 465\r\n"u8);
        var secure = (await new SslTls(new FixedClock()).ConnectAsync(plain, TlsPair.Anything, default)).Connection!;
        await TlsPair.SayAsync(secure, Dialogue.Envelope + Chunks + "QUIT\r\n");
        Assert.Equal("220 250 250 250 250 250 250 221", Dialogue.CodesOf(await TlsPair.ReadAllAsync(secure)));
        await secure.DisposeAsync();
        Assert.Equal(SessionEnd.Quit, (await serving).End);
        var mail = Assert.Single(catcher.Mails);
        Assert.Equal("Subject: x\r\n\r\nbody\r\n", mail.Content);
        Assert.Equal("198.51.100.3:40000 203.0.113.25:465 192.0.2.7:40001 ESMTPS", $"{mail.Session.Client} {mail.Session.Listener} {mail.Session.Via} {mail.Session.Protocol(false)}");
    }

    private static Task<SessionSummary> ServeAsync(PipeConnection connection, MailCatcher catcher, bool fromTheFirstOctet, bool proxied = false)
    {
        var certificates = new HeldCertificates(TlsPair.Root.Issue(["mx.example.test"]));
        var options = Dialogue.Options with
        {
            MaxMessageSize = 10_000_000,
            ProxyHeader = proxied,
            Tls = new ServerTls(new SslTls(new FixedClock()), new TlsServerOptions { Certificates = certificates }) { Implicit = fromTheFirstOctet },
        };
        var facts = new SessionFacts("S1", connection.Remote, connection.Local);
        return new ServerSession(connection, options, catcher, facts, TimeProvider.System, NullLogger.Instance).RunAsync(CancellationToken.None);
    }
}
