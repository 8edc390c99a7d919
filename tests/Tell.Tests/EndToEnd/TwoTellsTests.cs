using System.Text;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>Mail crosses two Tells and is still what the sender wrote, CR and LF included.</summary>
[Collection(ProcessCollection.Name)]
public sealed class TwoTellsTests
{
    [ToolFact("swaks")]
    public Task Mail_from_swaks_crosses_two_Tells_unchanged() => CrossesTwoTells(MailPrograms.SwaksAsync, sent: 5);

    [ToolFact("curl")]
    public Task Mail_from_curl_crosses_two_Tells_unchanged() => CrossesTwoTells(MailPrograms.CurlAsync, sent: 5);

    [ToolFact("python3")]
    public Task Mail_from_smtplib_crosses_two_Tells_unchanged() => CrossesTwoTells(MailPrograms.SmtplibAsync, sent: 5);

    [ToolFact("s-nail")]
    public Task Mail_from_s_nail_crosses_two_Tells_unchanged() => CrossesTwoTells(MailPrograms.SnailAsync, sent: 5);

    [ToolFact("smtp-source")]
    public Task Mail_from_smtp_source_crosses_two_Tells_unchanged() => CrossesTwoTells(MailPrograms.SmtpSourceAsync, sent: 22);

    [ProcessFact]
    public async Task A_second_Tell_files_what_the_first_relays()
    {
        await using var second = new TellProcess(("SMTPMTA_HostName", "second.example.test"), ("SMTPMTA_LocalDomains", "far.example.test"));
        await second.StartAsync();
        await using var first = new TellProcess(("SMTPMTA_HostName", "first.example.test"), ("SMTPMTA_RelayHost", $"127.0.0.1:{second.Port}"));
        await first.StartAsync();
        await using var caller = await SmtpCaller.ConnectAsync(first.Port, CancellationToken.None);
        foreach (var sample in SampleMail.All)
        {
            Assert.Equal(250, (await caller.SendAsync("charles@near.example.test", [sample.Recipient], sample.Content, CancellationToken.None)).Code);
        }

        await Patience.UntilAsync("five filed messages", Patience.ForMail, async () => (await second.StatisticsAsync())["MTA.Filed"] == 5,
            () => $"{first.Process.Evidence}\n{second.Process.Evidence}");
        Assert.Equal(0, await second.StopAsync());

        var filed = await MailFiles.ReadAsync(second.Data);
        Assert.Equal(
            SampleMail.All.Select(sample => Encoding.Latin1.GetString(sample.Content)).Order(),
            filed.Values.SelectMany(contents => contents).Select(content => Encoding.Latin1.GetString(TraceHeaders.Split(content).Original)).Order());
        Assert.Equal(5, filed.Count);
    }

    private static async Task CrossesTwoTells(Func<int, Task> send, int sent)
    {
        await using var sink = RecordingSink.Listening();
        await using var second = new TellProcess(("SMTPMTA_HostName", "second.example.test"), ("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));
        await second.StartAsync();
        await using var first = new TellProcess(("SMTPMTA_HostName", "first.example.test"), ("SMTPMTA_RelayHost", $"127.0.0.1:{second.Port}"));
        await first.StartAsync();
        await using var tap = new WireTap(first.Port);

        await send(tap.Port);

        Assert.Equal(sent, tap.Contents.Count);
        await Patience.UntilAsync($"{sent} messages at the sink", Patience.ForMail, () => sink.Mail.Count >= sent,
            () => $"{sink.Mail.Count} arrived\n{first.Process.Evidence}\n{second.Process.Evidence}");
        Assert.Equal(
            tap.Contents.Select(Encoding.Latin1.GetString).Order(),
            sink.Mail.Select(mail => Encoding.Latin1.GetString(TraceHeaders.Split(mail.Content).Original)).Order());
        Assert.All(sink.Mail, mail =>
        {
            var trace = TraceHeaders.Split(mail.Content).Trace;
            var newest = trace.IndexOf("by second.example.test", StringComparison.Ordinal);
            var oldest = trace.IndexOf("by first.example.test", StringComparison.Ordinal);
            Assert.True(newest >= 0 && newest < oldest, $"The second Tell's Received field stands above the first's:\n{trace}");
            Assert.Equal("charles@near.example.test", mail.Sender);
        });
    }
}
