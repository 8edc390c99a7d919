using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>TLS between Tell and the mail servers of the field, each side's certificate verified against a root of the test's own.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RealTlsTests : IDisposable
{
    private const string Sender = "charles@near.example.test";

    private readonly CertificateFolder _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [PeerFact("postfix-master")]
    public async Task Postfix_takes_mail_over_TLS_that_Tell_has_verified()
    {
        await using var sink = RecordingSink.Listening();
        await using var postfix = await PostfixServer.StartAsync(sink.Port, PostfixTls("localhost"));
        await using var tell = await VerifyingTellAsync(postfix);
        await SendAsync(tell.Port);
        var trace = await TraceAsync(sink, () => $"{postfix.Evidence}\n{tell.Process.Evidence}");
        Assert.Matches(@"\(using TLSv1\.[23] with cipher", trace);
        await postfix.LoggedAsync(log => log.Contains("starttls=1", StringComparison.Ordinal), "STARTTLS");
    }

    [PeerFact("exim4")]
    public async Task Exim_takes_mail_over_TLS_that_Tell_has_verified()
    {
        await using var sink = RecordingSink.Listening();
        await using var exim = await EximServer.StartAsync(sink.Port, EximTls("localhost"));
        await using var tell = await VerifyingTellAsync(exim);
        await SendAsync(tell.Port);
        Assert.Contains("with esmtps", await TraceAsync(sink, () => $"{exim.Evidence}\n{tell.Process.Evidence}"), StringComparison.Ordinal);
        await exim.LoggedAsync(log => log.Contains("X=TLS1", StringComparison.Ordinal), "TLS");
    }

    [PeerFact("postfix-master")]
    public async Task A_certificate_of_another_name_keeps_mail_waiting_and_says_why()
    {
        await using var sink = RecordingSink.Listening();
        await using var postfix = await PostfixServer.StartAsync(sink.Port, PostfixTls("other.example.test"));
        await using var tell = await VerifyingTellAsync(postfix);
        await SendAsync(tell.Port);
        await Patience.UntilAsync("a handshake that failed for the name", Patience.ForMail,
            async () => (await tell.SayAsync("queue")).Output.Contains("the certificate is for other.example.test, not for localhost", StringComparison.Ordinal), () => $"{postfix.Evidence}\n{tell.Process.Evidence}");
        Assert.Empty(sink.Mail);
        Assert.Equal(0, (await tell.StatisticsAsync())["MTA.Dead"]);
    }

    [PeerFact("postfix-master")]
    public async Task Tell_takes_mail_over_TLS_that_Postfix_has_verified()
    {
        await using var sink = RecordingSink.Listening();
        await using var tell = await SecureTellAsync(sink);
        await using var postfix = await PostfixServer.StartAsync(tell.Port,
            ("relayhost", $"[localhost]:{tell.Port}"), ("smtp_tls_security_level", "secure"), ("smtp_tls_CAfile", _certificates.RootFile), ("smtp_tls_secure_cert_match", "nexthop"));
        await SendAsync(postfix.Port);
        Assert.Contains("with ESMTPS", await TraceAsync(sink, () => $"{postfix.Evidence}\n{tell.Process.Evidence}"), StringComparison.Ordinal);
        await postfix.LoggedAsync(log => log.Contains("Verified TLS connection established to localhost", StringComparison.Ordinal), "a verified connection");
    }

    [PeerFact("exim4")]
    public async Task Tell_takes_mail_over_TLS_that_Exim_has_verified()
    {
        await using var sink = RecordingSink.Listening();
        await using var tell = await SecureTellAsync(sink);
        await using var exim = await EximServer.StartAsync(tell.Port, transport: $"""
            hosts_require_tls = *
              tls_verify_certificates = {_certificates.RootFile}
              tls_verify_hosts = *
              tls_verify_cert_hostnames = *
            """);
        await SendAsync(exim.Port);
        Assert.Contains("with ESMTPS", await TraceAsync(sink, () => $"{exim.Evidence}\n{tell.Process.Evidence}"), StringComparison.Ordinal);
        await exim.LoggedAsync(log => log.Contains("CV=yes", StringComparison.Ordinal), "a verified certificate");
    }

    [PeerFact("postfix-master")]
    public async Task Postfix_submits_mail_as_a_user_by_each_mechanism()
    {
        await using var sink = RecordingSink.Listening();
        var (certificate, key) = _certificates.Issue("localhost");
        var port = FreePort.Next();
        await using var tell = new TellProcess(
            ("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"), ("SMTPMTA_TlsCertificate", certificate), ("SMTPMTA_TlsKey", key),
            ("SMTPMTA_SubmissionListen", $"127.0.0.1:{port}"), ("SMTPMTA_LocalDomains", "near.example.test"));
        await tell.StartAsync();
        var person = """{"form":"Person","shortName":"charles","internetAddress":"charles@near.example.test","password":"difference"}"""u8.ToArray();
        (await tell.SayAsync(person, "names", "import", "-")).Succeeded();
        var sent = 0;
        foreach (var mechanism in new[] { "plain", "login", "scram-sha-256" })
        {
            await using var postfix = await PostfixServer.StartAsync(port,
                ("relayhost", $"[localhost]:{port}"), ("smtp_tls_security_level", "secure"), ("smtp_tls_CAfile", _certificates.RootFile), ("smtp_tls_secure_cert_match", "nexthop"),
                ("smtp_sasl_auth_enable", "yes"), ("smtp_sasl_security_options", "noanonymous"), ("smtp_sasl_mechanism_filter", mechanism),
                ("smtp_sasl_password_maps", $"inline:{{ {{ [localhost]:{port} = charles@near.example.test:difference }} }}"));
            await SendAsync(postfix.Port);
            sent++;
            await Patience.UntilAsync($"the message by {mechanism}", Patience.ForMail, () => sink.Mail.Count == sent, () => $"{postfix.Evidence}\n{tell.Process.Evidence}");
        }
        Assert.All(sink.Mail, mail => Assert.Contains("with ESMTPSA", TraceHeaders.Split(mail.Content).Trace, StringComparison.Ordinal));
    }

    private (string, string)[] PostfixTls(string name)
    {
        var (certificate, key) = _certificates.Issue(name);
        return [("smtpd_tls_security_level", "may"), ("smtpd_tls_cert_file", certificate), ("smtpd_tls_key_file", key), ("smtpd_tls_received_header", "yes")];
    }

    private string EximTls(string name)
    {
        var (certificate, key) = _certificates.Issue(name);
        return $"tls_advertise_hosts = *\ntls_certificate = {certificate}\ntls_privatekey = {key}";
    }

    private async Task<TellProcess> VerifyingTellAsync(PeerServer peer)
    {
        var tell = new TellProcess(("SMTPMTA_RelayHost", $"localhost:{peer.Port}"), ("SMTPMTA_OutboundTls", "verify"), ("SMTPMTA_TrustedRoots", _certificates.RootFile));
        await tell.StartAsync();
        return tell;
    }

    private async Task<TellProcess> SecureTellAsync(RecordingSink sink)
    {
        var (certificate, key) = _certificates.Issue("localhost");
        var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"), ("SMTPMTA_TlsCertificate", certificate), ("SMTPMTA_TlsKey", key));
        await tell.StartAsync();
        return tell;
    }

    private static async Task SendAsync(int port)
    {
        await using var caller = await SmtpCaller.ConnectAsync(port, CancellationToken.None);
        Assert.Equal(250, (await caller.SendAsync(Sender, ["ada@far.example.test"], SampleMail.All[0].Content, CancellationToken.None)).Code);
    }

    private static async Task<string> TraceAsync(RecordingSink sink, Func<string> evidence)
    {
        await Patience.UntilAsync("the message at the end of the way", Patience.ForMail, () => sink.Mail.Count == 1, evidence);
        return TraceHeaders.Split(sink.Mail.Single().Content).Trace;
    }
}
