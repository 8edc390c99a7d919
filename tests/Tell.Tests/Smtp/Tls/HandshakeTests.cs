using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tell.Smtp.Tls;

namespace Tell.Tests.Smtp.Tls;

public sealed class HandshakeTests
{
    private const int Limit = 20_000;

    [Fact(Timeout = Limit)]
    public async Task Both_sides_know_what_they_agreed_on()
    {
        var certificate = TlsPair.Root.Issue(["mx.example.test"]);
        var certificates = new HeldCertificates(certificate);
        await using var pair = await TlsPair.ShakeAsync(TlsPair.Pkix, certificates);
        var (client, server) = (pair.ClientSide.Facts!, pair.ServerSide.Facts!);
        Assert.Equal("TLSv1.3", server.Protocol);
        Assert.StartsWith("TLS_", server.Cipher, StringComparison.Ordinal);
        Assert.Equal((server.Protocol, server.Cipher), (client.Protocol, client.Cipher));
        Assert.Equal(("mx.example.test", "mx.example.test"), (client.ServerName, server.ServerName));
        Assert.Equal((TlsVerification.Pkix, TlsVerification.None), (client.Verified, server.Verified));
        Assert.Equal(SHA256.HashData(certificate.RawData), server.ServerEndPoint.ToArray());
        Assert.Equal(server.ServerEndPoint.ToArray(), client.ServerEndPoint.ToArray());
        Assert.Equal(["mx.example.test"], certificates.Asked);
    }

    [Fact(Timeout = Limit)]
    public async Task Octets_go_both_ways_and_each_side_sees_the_others_end()
    {
        await using var pair = await TlsPair.ShakeAsync();
        await TlsPair.SayAsync(pair.Client, "ping");
        await pair.Client.DisposeAsync();
        Assert.Equal("ping", await TlsPair.ReadAllAsync(pair.Server));
        Assert.True(pair.PlainClient.IsClosed);
        await pair.Server.DisposeAsync();
        Assert.True(pair.PlainServer.IsClosed);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_server_name_none_is_sent()
    {
        var certificates = new HeldCertificates(TlsPair.Root.Issue(["mx.example.test"]));
        await using var pair = await TlsPair.ShakeAsync(new TlsClientOptions { ServerName = "" }, certificates);
        Assert.Null(pair.ClientSide.Facts!.ServerName);
        Assert.Null(pair.ServerSide.Facts!.ServerName);
        Assert.Equal([""], certificates.Asked);
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_certificate_closes_both_ends()
    {
        await using var pair = await TlsPair.ShakeAsync(TlsPair.Pkix with { Names = ["other.example.test"] });
        Assert.Equal(TlsFaultKind.HostMismatch, pair.ClientSide.Fault!.Kind);
        Assert.Equal("the certificate is for mx.example.test, not for other.example.test", pair.ClientSide.Fault.Text);
        Assert.True(pair.PlainClient.IsClosed);
        // With TLS 1.3 the server may have finished before the client looks at the certificate: then its first read fails.
        if (pair.ServerSide.Connection is { } server)
            await Assert.ThrowsAsync<IOException>(() => TlsPair.ReadAllAsync(server));
        else
            Assert.Equal(TlsFaultKind.Handshake, pair.ServerSide.Fault!.Kind);
    }

    [Fact(Timeout = Limit)]
    public async Task A_chain_that_the_server_shows_is_enough_for_a_client_that_knows_its_root()
    {
        var below = TlsPair.Root.Under("Middle");
        var certificates = new HeldCertificates(below.Issue(["mx.example.test"]), below.Chain());
        await using var pair = await TlsPair.ShakeAsync(TlsPair.Pkix, certificates);
        Assert.Null(pair.ClientSide.Fault);
    }

    [Fact(Timeout = Limit)]
    public async Task An_rsa_certificate_with_sha_384_is_bound_by_sha_384_on_both_sides()
    {
        using var key = RSA.Create(2048);
        var certificate = Issuer.SelfSigned("mx.example.test", key, HashAlgorithmName.SHA384);
        await using var pair = await TlsPair.ShakeAsync(certificates: new HeldCertificates(certificate));
        Assert.Equal(SHA384.HashData(certificate.RawData), pair.ClientSide.Facts!.ServerEndPoint.ToArray());
        Assert.Equal(SHA384.HashData(certificate.RawData), pair.ServerSide.Facts!.ServerEndPoint.ToArray());
    }

    [Theory(Timeout = Limit)]
    [InlineData("EHLO client.example\r\n")]
    [InlineData("\x16\x03\x01\xff\xff")]
    public async Task Who_does_not_speak_tls_gets_no_session(string said)
    {
        var (client, server) = PipeConnection.Pair();
        var accepting = new SslTls(new FixedClock())
            .AcceptAsync(server, new TlsServerOptions { Certificates = new HeldCertificates(TlsPair.Root.Issue(["mx.example.test"])) }, default).AsTask();
        await TlsPair.SayAsync(client, said);
        client.Cut();
        var handshake = await accepting;
        Assert.Equal(TlsFaultKind.Handshake, handshake.Fault!.Kind);
        Assert.DoesNotContain("\n", handshake.Fault.Text, StringComparison.Ordinal);
        Assert.True(server.IsClosed);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_is_lost_in_the_handshake_is_a_fault_on_either_side()
    {
        var tls = new SslTls(new FixedClock());
        var (client, server) = PipeConnection.Pair();
        var connecting = tls.ConnectAsync(client, TlsPair.Anything, default).AsTask();
        server.Cut();
        Assert.Equal("connection closed in the TLS handshake", (await connecting).Fault!.Text);
        Assert.True(client.IsClosed);

        (client, server) = PipeConnection.Pair();
        connecting = tls.ConnectAsync(client, TlsPair.Anything, default).AsTask();
        client.Abort();
        Assert.Equal(new TlsFault(TlsFaultKind.Handshake, "connection reset"), (await connecting).Fault);
    }

    [Fact(Timeout = Limit)]
    public async Task A_cancelled_handshake_ends_the_connection_on_either_side()
    {
        var tls = new SslTls(new FixedClock());
        var (client, server) = PipeConnection.Pair();
        using var patience = new CancellationTokenSource();
        var connecting = tls.ConnectAsync(client, TlsPair.Anything, patience.Token).AsTask();
        patience.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.True(client.IsClosed);

        (_, server) = PipeConnection.Pair();
        using var other = new CancellationTokenSource();
        var accepting = tls.AcceptAsync(server, new TlsServerOptions { Certificates = new HeldCertificates(TlsPair.Root.Issue(["x.test"])) }, other.Token).AsTask();
        other.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
        Assert.True(server.IsClosed);
    }

    [Fact(Timeout = Limit)]
    public async Task A_certificate_that_cannot_be_used_in_a_handshake_is_a_fault_of_that_handshake_alone()
    {
        // A key without the right to sign (RFC 5280 4.2.1.3) and no names: nothing that a client without a check would mind.
        var certificates = new HeldCertificates(TlsPair.Root.Issue([], to: Issuer.Now.AddDays(-1)));
        await using var pair = await TlsPair.ShakeAsync(certificates: certificates);
        Assert.Null(pair.ClientSide.Fault);
        await using var checking = await TlsPair.ShakeAsync(TlsPair.Pkix, certificates);
        Assert.Equal(TlsFaultKind.Expired, checking.ClientSide.Fault!.Kind);
    }

    [Fact(Timeout = Limit)]
    public async Task A_certificate_is_checked_in_every_session_with_the_same_server()
    {
        var certificate = TlsPair.Root.Issue(["resumed.example.test"]);
        var certificates = new HeldCertificates(certificate);
        var asked = TlsPair.Pkix with { ServerName = "resumed.example.test", Names = ["resumed.example.test"] };
        for (var i = 0; i < 3; i++)
        {
            await using var pair = await TlsPair.ShakeAsync(asked, certificates);
            Assert.Equal(SHA256.HashData(certificate.RawData), pair.ClientSide.Facts!.ServerEndPoint.ToArray());
            // A ticket that is read may resume the session: then the server does not show its certificate again.
            await TlsPair.SayAsync(pair.Server, "220 ready\r\n");
            await pair.Client.Transport.Input.ReadAsync();
        }
        await using var refused = await TlsPair.ShakeAsync(asked with { Roots = Issuer.Root().AsRoot }, certificates);
        Assert.Equal(TlsFaultKind.NotTrusted, refused.ClientSide.Fault?.Kind);
    }
}
