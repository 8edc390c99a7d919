using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Smtp.Network;
using Tell.Smtp.Server;
using Tell.Smtp.Tls;
using Tell.Tests.Smtp.Server;
using Tell.Tests.Tools;

namespace Tell.Tests.Smtp.Tls;

/// <summary>OpenSSL's own client and server as the peer, over sockets.</summary>
public sealed class OpenSslTests : IDisposable
{
    private static readonly TlsCertificateMaker Maker = new();

    private readonly TempDirectory _folder = new();
    private readonly SocketNetwork _network = new(TimeProvider.System, NullLogger.Instance);
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        _patience.Dispose();
        _folder.Dispose();
    }

    [ToolFact("openssl")]
    public async Task S_client_sends_a_message_after_starttls_and_the_chain_verifies()
    {
        var (answer, catcher, ends) = await ClientAsync(["-tls1_3", "-crlf"], "EHLO client.example\nMAIL FROM:<a@client.example>\nRCPT TO:<b@mx.example>\nDATA\nSubject: x\n.\nquit\n");
        Assert.Contains("Verification: OK", answer.Output, StringComparison.Ordinal);
        Assert.Equal("Subject: x\r\n", Assert.Single(catcher.Mails).Content);
        Assert.Equal([SessionEnd.Quit], ends);
    }

    [ToolFact("openssl")]
    public async Task A_client_of_tls_1_1_is_refused_and_one_of_tls_1_2_is_not()
    {
        var (_, _, old) = await ClientAsync(["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "");
        Assert.Equal([SessionEnd.HandshakeFailed], old);
        var (answer, _, _) = await ClientAsync(["-tls1_2", "-crlf"], "quit\n");
        Assert.Contains("New, TLSv1.2", answer.Output, StringComparison.Ordinal);
    }

    [ToolFact("openssl")]
    public async Task S_server_is_checked_and_talked_to()
    {
        var port = FreePort.Next();
        var pem = _folder.Write("server.pem", Maker.Pem);
        await using var server = ChildProcess.Start(Tool.PathOf("openssl"), ["s_server", "-accept", $"127.0.0.1:{port}", "-cert", pem, "-key", pem, "-cert_chain", pem, "-rev", "-quiet"], _folder.Path);
        IConnection? plain = null;
        await Patience.UntilAsync("a listening s_server", Patience.ForAProgram, async () =>
        {
            try
            {
                plain = await _network.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), _patience.Token);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }, () => server.Evidence);
        var options = TlsPair.Anything with { Verify = TlsVerification.Pkix, Names = ["mx.example.test"], Roots = Maker.Root };
        var handshake = await new SslTls(TimeProvider.System).ConnectAsync(plain!, options, _patience.Token);
        Assert.Null(handshake.Fault);
        await using var secure = handshake.Connection!;
        await TlsPair.SayAsync(secure, "stressed\n");
        var read = await secure.Transport.Input.ReadAsync(_patience.Token);
        Assert.Equal("desserts\n", Encoding.ASCII.GetString(read.Buffer));
    }

    private async Task<(Answer Answer, MailCatcher Catcher, List<SessionEnd> Ends)> ClientAsync(string[] arguments, string input)
    {
        var pem = _folder.Write("server.pem", Maker.Pem);
        var roots = _folder.Write("root.pem", Encoding.ASCII.GetBytes(Maker.Root[0].ExportCertificatePem()));
        var certificates = TlsCertificates.Load(CertificateFiles.Pair([pem], []), out _)!;
        var options = Dialogue.Options with { Tls = new ServerTls(new SslTls(TimeProvider.System), new TlsServerOptions { Certificates = certificates }) };
        var catcher = new MailCatcher();
        await using var listener = await _network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), _patience.Token);
        var running = ChildProcess.RunAsync(
            Tool.PathOf("openssl"),
            ["s_client", "-connect", listener.Endpoint.ToString(), "-starttls", "smtp", "-servername", "mx.example.test", "-CAfile", roots, "-ign_eof", "-nocommands", .. arguments],
            _folder.Path, Encoding.ASCII.GetBytes(input));
        var connection = (await listener.AcceptAsync(_patience.Token))!;
        var session = new ServerSession(connection, options, catcher, new SessionFacts("S1", connection.Remote, connection.Local), TimeProvider.System, NullLogger.Instance);
        var summary = await session.RunAsync(_patience.Token);
        return (await running, catcher, [summary.End]);
    }

    /// <summary>A certificate that is valid now, since OpenSSL has no other clock.</summary>
    private sealed class TlsCertificateMaker
    {
        public TlsCertificateMaker()
        {
            var now = TimeProvider.System.GetUtcNow();
            var issuer = Issuer.Root("Test Root");
            var own = issuer.Issue(["mx.example.test"], now.AddDays(-1), now.AddDays(1));
            Root = issuer.AsRoot;
            Pem = Encoding.ASCII.GetBytes(own.ExportCertificatePem() + "\n" + own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n");
        }

        public X509Certificate2Collection Root { get; }

        public byte[] Pem { get; }
    }
}
