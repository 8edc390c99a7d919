using Tell.Smtp.Client;
using Tell.Smtp.Tls;
using Tell.Tests.Simulation;
using Tell.Tests.Smtp.Client;
using static Tell.Tests.Smtp.Client.ClientStory;

namespace Tell.Tests.Smtp.Tls;

/// <summary>The client's side of STARTTLS, whole, octet by octet and in random pieces.</summary>
public sealed class ClientTlsTests
{
    private const string Offer = """
        S: 220 mx.example.test ESMTP ready
        C: EHLO client.test
        S: 250-mx.example.test
        S: 250-X-PLAIN
        S: 250 STARTTLS

        """;

    private const string Start = Offer + "C: STARTTLS\nS: 220 go ahead\n";

    private const string Secured = Start + """
        C: simulated TLS, asking for mx.example.test
        S: simulated TLS, showing mx.example.test

        """;

    private readonly SimulatedTls _tls = new();

    [Fact]
    public void After_the_handshake_everything_is_learned_anew() => Play(
        Secured + """
            C: EHLO client.test
            S: 250-inner.example.test
            S: 250 SIZE 5
            C: QUIT
            S: 221 bye
            """,
        async session =>
        {
            await session.OpenedAsync();
            Assert.Equal("TLSv1.3", session.Tls!.Protocol);
            Assert.Equal("inner.example.test", session.PeerName);
            Assert.Equal(["SIZE"], session.Capabilities.Keywords);
            await session.QuitAsync(default);
        });

    [Fact]
    public void A_peer_that_does_not_offer_starttls_gets_mail_in_the_clear_only_where_nobody_asked_for_more()
    {
        Play(GreetPlain, async session =>
        {
            await session.OpenedAsync();
            Assert.Null(session.Tls);
        });
        Play(GreetPlain, async session => Assert.Equal(
            new SessionFault(SessionPhase.StartTls, "the peer does not offer STARTTLS") { Tls = new TlsFault(TlsFaultKind.NotSupported, "the peer does not offer STARTTLS") },
            await session.OpenAsync(default)), required: true);
    }

    [Fact]
    public void A_peer_that_refuses_starttls_gets_mail_in_the_clear_only_where_nobody_asked_for_more()
    {
        const string Refused = Offer + "C: STARTTLS\nS: 454 4.7.0 not now\n";
        Play(Refused, async session =>
        {
            await session.OpenedAsync();
            Assert.Null(session.Tls);
            Assert.Contains("X-PLAIN", session.Capabilities.Keywords);
        });
        Play(Refused, async session =>
        {
            var fault = await session.OpenAsync(default);
            Assert.Equal(TlsFaultKind.NotSupported, fault!.Tls!.Kind);
            Assert.Equal(454, fault.Reply!.Code);
            Assert.False(session.Usable);
        }, required: true);
    }

    [Theory]
    [InlineData("S: 250-evil.example.test\nS: 250 AUTH PLAIN")]
    [InlineData("S: 250 evil")]
    [InlineData("S: rubbish")]
    public void What_the_peer_says_behind_its_220_is_never_taken_for_what_it_says_in_tls(string injected)
    {
        // In one piece, as somebody between the two would send it.
        var said = "220 go ahead\r\n" + injected.Replace("S: ", "", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n";
        ClientStory.Play(
            async connection =>
            {
                await new Client.Transcript(Offer + "C: STARTTLS").PlayAsync(connection);
                await connection.Transport.Output.WriteAsync(System.Text.Encoding.ASCII.GetBytes(said));
            },
            async (session, _) =>
            {
                var fault = await session.OpenAsync(default);
                Assert.Equal(SessionPhase.StartTls, fault!.Phase);
                Assert.Equal(TlsFaultKind.Handshake, fault.Tls!.Kind);
                Assert.Null(session.Tls);
                Assert.False(session.Usable);
                Assert.Equal(0, _tls.Handshakes);
            },
            options: With(false));
    }

    [Theory]
    [InlineData(TlsFaultKind.NotTrusted)]
    [InlineData(TlsFaultKind.Expired)]
    [InlineData(TlsFaultKind.HostMismatch)]
    [InlineData(TlsFaultKind.TlsaInvalid)]
    [InlineData(TlsFaultKind.Handshake)]
    public void A_failed_handshake_is_a_fault_with_its_reason_required_or_not(TlsFaultKind kind)
    {
        var certificate = _tls.Certificate(
            "mx.example.test", trusted: kind != TlsFaultKind.NotTrusted, expired: kind == TlsFaultKind.Expired,
            names: kind == TlsFaultKind.HostMismatch ? ["other.test"] : []);
        var options = new TlsClientOptions
        {
            ServerName = "mx.example.test",
            Verify = kind == TlsFaultKind.TlsaInvalid ? TlsVerification.Dane : TlsVerification.Pkix,
            Names = ["mx.example.test"],
            Tlsa = [(certificate with { Key = "another" }).Tlsa],
        };
        var script = kind == TlsFaultKind.Handshake
            ? Start + "C: simulated TLS, asking for mx.example.test\nS: 500 what?"
            : Secured;
        Play(script, async session =>
        {
            var fault = await session.OpenAsync(default);
            Assert.Equal((SessionPhase.Handshake, kind), (fault!.Phase, fault.Tls!.Kind));
            Assert.Equal(fault.Tls.Text, fault.Text);
            Assert.Null(session.Tls);
            Assert.False(session.Usable);
        }, ask: options);
    }

    [Theory]
    [InlineData(Offer + "C: STARTTLS\n-- silence", "no reply to STARTTLS within 5 minutes", SessionPhase.StartTls)]
    [InlineData(Start + "C: simulated TLS, asking for mx.example.test\n-- silence", "no end of the TLS handshake within 5 minutes", SessionPhase.Handshake)]
    public void A_peer_that_falls_silent_is_given_up(string script, string text, SessionPhase phase) => Play(script, async session =>
    {
        var fault = await session.OpenAsync(default);
        Assert.Equal((phase, text), (fault!.Phase, fault.Text));
    });

    [Theory]
    [InlineData(Offer + "C: STARTTLS\n-- close", SessionPhase.StartTls)]
    [InlineData(Start + "C: simulated TLS, asking for mx.example.test\n-- close", SessionPhase.Handshake)]
    [InlineData(Start + "C: simulated TLS, asking for mx.example.test\n-- reset", SessionPhase.Handshake)]
    [InlineData(Secured + "C: EHLO client.test\n-- close", SessionPhase.Hello)]
    public void A_peer_that_goes_is_a_fault_of_the_phase(string script, SessionPhase phase) => Play(script, async session =>
        Assert.Equal(phase, (await session.OpenAsync(default))!.Phase));

    [Fact]
    public void A_cancellation_ends_the_handshake() => ClientStory.Play(
        connection => new Client.Transcript(Start + "-- silence").PlayAsync(connection),
        async (session, simulator) =>
        {
            using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, simulator.Time);
            patience.CancelAfter(TimeSpan.FromSeconds(30));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.OpenAsync(patience.Token).AsTask());
            Assert.Equal(30, simulator.Time.Elapsed.TotalSeconds);
        },
        options: With(true));

    private ClientOptions With(bool required, TlsClientOptions? ask = null) =>
        Options with { Tls = new ClientTls(_tls, ask ?? new TlsClientOptions { ServerName = "mx.example.test" }) { Required = required } };

    private void Play(string script, Func<ClientSession, Task> story, bool required = false, TlsClientOptions? ask = null)
    {
        foreach (var piece in new[] { 0, 1, 7 })
            ClientStory.Play(connection => new Client.Transcript(script).PlayAsync(connection), (session, _) => story(session), piece, options: With(required, ask));
    }
}
