using System.Text;

namespace Tell.Tests.Tools;

/// <summary>The real mail programs, each made to send the five samples to a server on a port of 127.0.0.1.</summary>
public static class MailPrograms
{
    private const string Sender = "charles@near.example.test";

    private const string SmtplibProgram = """
        import smtplib, sys
        server = smtplib.SMTP('127.0.0.1', int(sys.argv[1]), timeout=20)
        for path, recipient in zip(sys.argv[3::2], sys.argv[4::2]):
            content = open(path, 'rb').read()
            server.sendmail(sys.argv[2], [recipient], content, ['BODY=8BITMIME'])
        server.quit()
        """;

    /// <summary>swaks, once for each sample; it adds an empty line of its own.</summary>
    public static Task SwaksAsync(int port) => EachAsync("swaks", (sample, file) =>
        ["--server", "127.0.0.1", "--port", $"{port}", "--from", Sender, "--to", sample.Recipient, "--data", $"@{file}", "--timeout", "20"]);

    /// <summary>curl, once for each sample, uploading the file with its CR LF.</summary>
    public static Task CurlAsync(int port) => EachAsync("curl", (sample, file) =>
        ["-sS", "--max-time", "20", $"smtp://127.0.0.1:{port}/near.example.test", "--mail-from", Sender, "--mail-rcpt", sample.Recipient, "--upload-file", file]);

    /// <summary>Python's smtplib, all samples over one connection.</summary>
    public static async Task SmtplibAsync(int port)
    {
        using var folder = new TempDirectory();
        List<string> arguments = ["-", $"{port}", Sender];
        foreach (var sample in SampleMail.All)
        {
            arguments.AddRange([folder.Write(sample.Name, sample.Content), sample.Recipient]);
        }
        (await ChildProcess.RunAsync(Tool.PathOf("python3"), arguments, folder.Path, Encoding.UTF8.GetBytes(SmtplibProgram))).Succeeded();
    }

    /// <summary>s-nail, once for each sample: it writes the header itself and takes the sample's body, and for one of them a file to attach.</summary>
    public static async Task SnailAsync(int port)
    {
        using var folder = new TempDirectory();
        foreach (var sample in SampleMail.All)
        {
            string[] attachment = sample.Name == "attachment" ? ["-a", folder.Write("a.bin", SampleMail.Octets)] : [];
            string[] arguments =
            [
                "-:/", "-Sv15-compat", "-Ssendwait", "-Sttycharset=utf-8", "-Smime-encoding=8bit", "-Sdotlock-disable",
                "-Ssmtp-auth=none", $"-Smta=smtp://127.0.0.1:{port}",
                "-r", Sender, "-s", sample.Name, .. attachment, sample.Recipient,
            ];
            (await ChildProcess.RunAsync(Tool.PathOf("s-nail"), arguments, folder.Path, sample.Body)).Succeeded();
        }
    }

    /// <summary>Postfix's smtp-source: messages of its own making, 20 small ones over 4 sessions and 2 of 200 KB.</summary>
    public static async Task SmtpSourceAsync(int port)
    {
        using var folder = new TempDirectory();
        foreach (var (count, length) in new[] { (20, 500), (2, 200_000) })
        {
            string[] arguments = ["-c", "-s", "4", "-m", $"{count}", "-l", $"{length}", "-f", Sender, "-t", "source@far.example.test", $"127.0.0.1:{port}"];
            (await ChildProcess.RunAsync(Tool.PathOf("smtp-source"), arguments, folder.Path)).Succeeded();
        }
    }

    private static async Task EachAsync(string program, Func<SampleMail, string, string[]> arguments)
    {
        using var folder = new TempDirectory();
        foreach (var sample in SampleMail.All)
        {
            var file = folder.Write(sample.Name, sample.Content);
            (await ChildProcess.RunAsync(Tool.PathOf(program), arguments(sample, file), folder.Path)).Succeeded();
        }
    }
}
