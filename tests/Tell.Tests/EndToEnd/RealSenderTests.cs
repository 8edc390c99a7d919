using System.Text;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>Mail from the programs that people use goes through Tell to Postfix's smtp-sink, octet for octet.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RealSenderTests
{
    [ToolFact("swaks", "smtp-sink")]
    public Task Mail_from_swaks_arrives_byte_exact_at_smtp_sink() => ArrivesAtSmtpSink(MailPrograms.SwaksAsync, sent: 5);

    [ToolFact("curl", "smtp-sink")]
    public Task Mail_from_curl_arrives_byte_exact_at_smtp_sink() => ArrivesAtSmtpSink(MailPrograms.CurlAsync, sent: 5);

    [ToolFact("python3", "smtp-sink")]
    public Task Mail_from_smtplib_arrives_byte_exact_at_smtp_sink() => ArrivesAtSmtpSink(MailPrograms.SmtplibAsync, sent: 5);

    [ToolFact("s-nail", "smtp-sink")]
    public Task Mail_from_s_nail_arrives_byte_exact_at_smtp_sink() => ArrivesAtSmtpSink(MailPrograms.SnailAsync, sent: 5);

    [ToolFact("smtp-source", "smtp-sink")]
    public Task Mail_from_smtp_source_arrives_byte_exact_at_smtp_sink() => ArrivesAtSmtpSink(MailPrograms.SmtpSourceAsync, sent: 22);

    private static async Task ArrivesAtSmtpSink(Func<int, Task> send, int sent)
    {
        await using var sink = await PostfixSink.StartAsync();
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));
        await tell.StartAsync();
        await using var tap = new WireTap(tell.Port);

        await send(tap.Port);

        Assert.Equal(sent, tap.Contents.Count);
        var expected = tap.Contents.Select(LineFeeds).Order().ToList();
        List<string> Arrived() => [.. sink.Contents.Select(content => Encoding.Latin1.GetString(TraceHeaders.Split(content).Original)).Order()];
        await Patience.UntilAsync("every message, unchanged", Patience.ForMail, () => Arrived().SequenceEqual(expected),
            () => $"{FirstDifference(expected, Arrived())}\n{sink.Evidence}\n{tell.Process.Evidence}");
        Assert.All(sink.Contents, content => Assert.Contains("tell.example.test", TraceHeaders.Split(content).Trace, StringComparison.Ordinal));
    }

    // smtp-sink writes LF where CR LF came.
    private static string LineFeeds(byte[] content) => Encoding.Latin1.GetString(content).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string FirstDifference(List<string> sent, List<string> arrived)
    {
        if (sent.Count != arrived.Count)
        {
            return $"{sent.Count} sent, {arrived.Count} arrived";
        }
        foreach (var (left, right) in sent.Zip(arrived).Where(pair => pair.First != pair.Second))
        {
            var at = left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count();
            return $"at {at} of {left.Length} and {right.Length} octets:\nsent:    {Around(left, at)}\narrived: {Around(right, at)}";
        }
        return "";
    }

    private static string Around(string text, int at) =>
        text[Math.Max(0, at - 60)..Math.Min(text.Length, at + 60)].Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
}
