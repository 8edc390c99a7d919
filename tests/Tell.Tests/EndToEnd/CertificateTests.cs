using System.Net.Security;
using System.Net.Sockets;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>The certificates of a running Tell: what clients see, what a change of the files does, and what bad files do.</summary>
[Collection(ProcessCollection.Name)]
public sealed class CertificateTests : IDisposable
{
    private readonly CertificateFolder _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [ProcessFact]
    public async Task A_certificate_whose_files_change_is_read_again_and_a_bad_one_leaves_the_good_one_in_use()
    {
        var (certificate, key) = _certificates.Issue("localhost");
        var port = FreePort.Next();
        await using var tell = new TellProcess(
            ("SMTPMTA_SubmissionTlsListen", $"127.0.0.1:{port}"), ("SMTPMTA_TlsCertificate", certificate), ("SMTPMTA_TlsKey", key), ("SMTPMTA_ConfigPollSeconds", "1"));
        await tell.StartAsync();
        var first = await SerialAsync(port);

        _certificates.Issue("localhost");
        var second = first;
        await Patience.UntilAsync("the new certificate", Patience.ForAProgram, async () => (second = await SerialAsync(port)) != first, () => tell.Process.Evidence);
        await LoggedAsync(tell, $"{certificate}: the certificate has changed and is in use");

        File.WriteAllText(certificate, "no certificate");
        await LoggedAsync(tell, "the certificate that was good before stays in use");
        Assert.Equal(second, await SerialAsync(port));

        _certificates.Issue("localhost");
        await Patience.UntilAsync("the one after it", Patience.ForAProgram, async () => await SerialAsync(port) is var third && third != first && third != second, () => tell.Process.Evidence);
    }

    [ProcessFact]
    public async Task A_refresh_reads_the_certificates_at_once()
    {
        var (certificate, key) = _certificates.Issue("localhost");
        var port = FreePort.Next();
        await using var tell = new TellProcess(("SMTPMTA_SubmissionTlsListen", $"127.0.0.1:{port}"), ("SMTPMTA_TlsCertificate", certificate), ("SMTPMTA_TlsKey", key));
        await tell.StartAsync();
        var first = await SerialAsync(port);
        _certificates.Issue("localhost");
        (await tell.SayAsync("tell", "smtpmta", "refresh")).Succeeded();
        Assert.NotEqual(first, await SerialAsync(port));

        // Another file in notes.ini that cannot be used: the old one goes on, and new sessions get it.
        var second = await SerialAsync(port);
        tell.Set("SMTPMTA_TlsCertificate", "nowhere.pem");
        await tell.SayAsync("tell", "smtpmta", "refresh");
        await LoggedAsync(tell, "nowhere.pem");
        Assert.Equal(second, await SerialAsync(port));
    }

    [ProcessFact]
    public async Task A_certificate_that_is_not_there_ends_the_start_with_file_and_reason() =>
        await RefusesToStartAsync("nowhere.pem", "", "nowhere.pem");

    [ProcessFact]
    public async Task A_file_that_is_no_certificate_ends_the_start_with_file_and_reason()
    {
        var (certificate, key) = _certificates.Issue("localhost");
        File.WriteAllText(certificate, "no certificate");
        await RefusesToStartAsync(certificate, key, certificate);
    }

    [ProcessFact]
    public async Task The_key_of_another_certificate_ends_the_start_with_file_and_reason()
    {
        var (certificate, _) = _certificates.Issue("localhost");
        var (_, key) = _certificates.Issue("other.example.test");
        await RefusesToStartAsync(certificate, key, key);
    }

    private static async Task RefusesToStartAsync(string certificate, string key, string named)
    {
        await using var tell = new TellProcess(("SMTPMTA_TlsCertificate", certificate), ("SMTPMTA_TlsKey", key));
        var process = tell.Launch();
        Assert.Equal(2, await process.ExitAsync(Patience.ForAProgram));
        Assert.Contains("SMTPMTA_TlsCertificate", process.Errors, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(named), process.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(tell.Data), "It touched the disk before it understood its settings");
    }

    private static Task LoggedAsync(TellProcess tell, string words) =>
        Patience.UntilAsync($"\"{words}\" in the log", Patience.ForAProgram, () => tell.Process.Errors.Contains(words, StringComparison.Ordinal), () => tell.Process.Evidence);

    // The number of the certificate that a client sees on a port where TLS comes first.
    private static async Task<string> SerialAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        // Any certificate will do: the question is which it is.
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");
        return tls.RemoteCertificate!.GetSerialNumberString();
    }
}
