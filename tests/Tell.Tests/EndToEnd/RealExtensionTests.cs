using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>What Tell and the mail servers of the field tell each other beside the message: who sends, and who wants to hear of it.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RealExtensionTests
{
    private const string Plain = """
        plain:
          driver = plaintext
          public_name = PLAIN
          server_prompts = :
          server_condition = ${if and{{eq{$auth2}{tell}}{eq{$auth3}{hush}}}}
          server_set_id = $auth2
        """;

    [PeerFact("exim4")]
    public async Task A_connection_document_authenticates_Tell_to_its_relay_host()
    {
        using var certificates = new CertificateFolder();
        var (certificate, key) = certificates.Issue("localhost");
        await using var sink = RecordingSink.Listening();
        await using var exim = await EximServer.StartAsync(sink.Port, $"tls_advertise_hosts = *\ntls_certificate = {certificate}\ntls_privatekey = {key}", authenticators: Plain);
        await using var tell = new TellProcess(("SMTPMTA_OutboundTls", "verify"), ("SMTPMTA_TrustedRoots", certificates.RootFile));
        await tell.StartAsync();
        var connection = System.Text.Encoding.UTF8.GetBytes(
            $$"""{"form":"Connection","name":"provider","destinationDomain":"*","relayHost":"localhost:{{exim.Port}}","user":"tell","password":"hush"}""");
        (await tell.SayAsync(connection, "names", "import", "-")).Succeeded();
        await using var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None);
        Assert.Equal(250, (await caller.SendAsync("charles@near.example.test", ["ada@far.example.test"], SampleMail.All[0].Content, CancellationToken.None)).Code);
        await Patience.UntilAsync("the message", Patience.ForMail, () => sink.Mail.Count == 1, () => $"{exim.Evidence}\n{tell.Process.Evidence}");
        await exim.LoggedAsync(log => log.Contains("A=plain:tell", StringComparison.Ordinal), "who authenticated");
    }

    [PeerFact("postfix-master")]
    public async Task Postfix_hears_from_Tell_who_wants_to_know_of_delivery()
    {
        await using var sink = RecordingSink.Listening();
        await using var postfix = await PostfixServer.StartAsync(sink.Port);
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{postfix.Port}"));
        await tell.StartAsync();
        await using var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None);
        foreach (var command in new[]
        {
            "MAIL FROM:<charles@near.example.test> RET=HDRS ENVID=Engine42", "RCPT TO:<ada@far.example.test> NOTIFY=SUCCESS ORCPT=rfc822;countess@far.example.test",
        })
        {
            Assert.Equal(250, (await caller.SayAsync(command, CancellationToken.None)).Code);
        }
        Assert.Equal(354, (await caller.SayAsync("DATA", CancellationToken.None)).Code);
        Assert.Equal(250, (await caller.SayAsync("Subject: news\r\n\r\nDear Ada\r\n.", CancellationToken.None)).Code);
        // The sink knows no DSN, so Postfix says to the sender that it has relayed (RFC 3461 5.2.2).
        await Patience.UntilAsync("the message and Postfix's report", Patience.ForMail, () => sink.Mail.Count == 2, () => $"{postfix.Evidence}\n{tell.Process.Evidence}");
        var report = Assert.Single(sink.Mail, mail => mail.Sender.Length == 0);
        Assert.Contains("Original-Envelope-Id: Engine42", report.Text, StringComparison.Ordinal);
        Assert.Contains("countess@far.example.test", report.Text, StringComparison.Ordinal);
        Assert.Contains("Action: relayed", report.Text, StringComparison.Ordinal);
    }
}
