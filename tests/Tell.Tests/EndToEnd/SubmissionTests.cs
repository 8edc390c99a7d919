using System.Text;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>
/// Users submit mail with the programs that they have, over STARTTLS and over TLS from the first octet, to a server whose certificate they
/// have verified.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class SubmissionTests : IAsyncLifetime
{
    private const string User = "charles", Password = "difference", Own = "charles@near.example.test", Foreign = "ada@near.example.test", Recipient = "ada@far.example.test";

    private static readonly byte[] Bare = "Subject: bare\r\n\r\nhello\r\n"u8.ToArray();

    private readonly CertificateFolder _certificates = new();
    private readonly RecordingSink _sink = RecordingSink.Listening();
    private readonly int _port = FreePort.Next(), _tlsPort = FreePort.Next();
    private TellProcess _tell = null!;

    public async Task InitializeAsync()
    {
        var (certificate, key) = _certificates.Issue("localhost", "127.0.0.1");
        _tell = new TellProcess(
            ("SMTPMTA_RelayHost", $"127.0.0.1:{_sink.Port}"), ("SMTPMTA_LocalDomains", "near.example.test"),
            ("SMTPMTA_TlsCertificate", certificate), ("SMTPMTA_TlsKey", key),
            ("SMTPMTA_SubmissionListen", $"127.0.0.1:{_port}"), ("SMTPMTA_SubmissionTlsListen", $"127.0.0.1:{_tlsPort}"));
        await _tell.StartAsync();
        var people = $$"""
            [{"form":"Person","shortName":"{{User}}","internetAddress":"{{Own}}","password":"{{Password}}"},
             {"form":"Person","shortName":"ada","internetAddress":"{{Foreign}}","password":"{{Password}}"}]
            """;
        (await _tell.SayAsync(Encoding.UTF8.GetBytes(people), "names", "import", "-")).Succeeded();
    }

    public async Task DisposeAsync()
    {
        await _tell.DisposeAsync();
        await _sink.DisposeAsync();
        _certificates.Dispose();
    }

    [ToolFact("curl")]
    public async Task Curl_submits_both_ways() => await SubmitsAsync((secure, sender) => RunAsync(
        "curl", "-sSv", "--ssl-reqd", "--cacert", _certificates.RootFile, $"{(secure ? "smtps" : "smtp")}://localhost:{Port(secure)}/client.example.test", "--ipv4",
        "--user", $"{User}:{Password}", "--mail-from", sender, "--mail-rcpt", Recipient, "-T", "-"));

    [ToolFact("python3")]
    public async Task Smtplib_submits_both_ways() => await SubmitsAsync((secure, sender) => RunAsync(
        "python3", "-c",
        """
        import smtplib, ssl, sys
        port, secure, root, user, password, sender, recipient = sys.argv[1:]
        context = ssl.create_default_context(cafile=root)
        with smtplib.SMTP_SSL("localhost", int(port), context=context) if secure == "True" else smtplib.SMTP("localhost", int(port)) as client:
            if secure != "True":
                client.starttls(context=context)
            client.login(user, password)
            client.sendmail(sender, [recipient], "Subject: bare\r\n\r\nhello\r\n")
        """,
        $"{Port(secure)}", $"{secure}", _certificates.RootFile, User, Password, sender, Recipient));

    private int Port(bool secure) => secure ? _tlsPort : _port;

    private Task<Answer> RunAsync(string program, params string[] arguments) =>
        ChildProcess.RunAsync(Tool.PathOf(program), arguments, _tell.Folder, Bare);

    // A message without Date and Message-ID arrives with both; one from another's address is 553 to whom authenticated.
    private async Task SubmitsAsync(Func<bool, string, Task<Answer>> submit)
    {
        foreach (var secure in new[] { false, true })
        {
            (await submit(secure, Own)).Succeeded();
            var refused = await submit(secure, Foreign);
            Assert.NotEqual(0, refused.Status);
            Assert.Contains("That sender address does not belong to you", refused.Text, StringComparison.Ordinal);
            Assert.Contains("553", refused.Text, StringComparison.Ordinal);
        }
        await Patience.UntilAsync("both messages", Patience.ForMail, () => _sink.Mail.Count == 2, () => _tell.Process.Evidence);
        Assert.All(_sink.Mail, mail =>
        {
            var (trace, message) = TraceHeaders.Split(mail.Content);
            Assert.Contains("with ESMTPSA", trace, StringComparison.Ordinal);
            Assert.Matches("^Message-ID: <[0-9A-F]{32}@tell.example.test>\r\nDate: [^\r]+\r\nSubject: bare\r\n\r\nhello\r\n$", Encoding.ASCII.GetString(message));
            Assert.Equal(Own, mail.Sender);
        });
    }
}
