using System.Text.RegularExpressions;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>
/// Postfix's smtp-sink misbehaves at each step of a session, then comes to its senses: every message waits, its history names the step, and
/// it arrives once.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class FaultySinkTests
{
    // smtp-sink's word for a step, and what the history calls it. After CONNECT comes the greeting; "." is the end of data.
    private static readonly (string Step, string Phase)[] Steps =
        [("CONNECT", "greeting"), ("EHLO", "EHLO"), ("MAIL", "MAIL"), ("RCPT", "RCPT"), ("DATA", "DATA"), (".", "end of data")];

    [ToolFact("smtp-sink")]
    public Task A_soft_refusal_at_each_step_is_waited_out() => WaitsAndArrives("-r", "4\\d\\d ", Steps.Where(step => step.Step != "EHLO"));

    [ToolFact("smtp-sink")]
    public Task A_421_and_a_hangup_at_each_step_are_waited_out() => WaitsAndArrives("-Q", "421 ", Steps);

    [ToolFact("smtp-sink")]
    public Task A_connection_that_is_dropped_at_each_step_is_waited_out() => WaitsAndArrives("-q", "", Steps);

    [ToolFact("smtp-sink")]
    public async Task A_hard_refusal_at_each_step_is_reported_once_with_its_reply()
    {
        var port = FreePort.Next();
        await using var tell = await TellAsync(port);
        var reports = 0;
        foreach (var step in new[] { "MAIL", "RCPT", "DATA", "." })
        {
            await using var sink = await PostfixSink.StartAsync(port, "-f", step);
            (await tell.SayAsync("Dear Ada\n"u8.ToArray(), "send", "--from", "charles@near.example.test", "--to", "ada@far.example.test", "--subject", $"hard at {step}")).Succeeded();
            reports++;
            await Patience.UntilAsync($"a report of {step}", Patience.ForMail,
                async () => (await tell.SayAsync("mail", "charles")).Output.Contains($"{reports} message", StringComparison.Ordinal), () => Evidence(sink, tell));
            var report = (await tell.SayAsync("mail", "charles", "read", $"{reports}", "--raw")).Succeeded().Output;
            Assert.Matches(@"(?m)^Diagnostic-Code: smtp; *5\d\d ", report);
            Assert.Contains($"hard at {step}", report, StringComparison.Ordinal);
        }
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
    }

    [ToolFact("smtp-sink")]
    public async Task A_slow_peer_without_extensions_is_waited_for()
    {
        var port = FreePort.Next();
        await using var tell = await TellAsync(port);
        // A second before each reply to the end of data; no ESMTP, no pipelining.
        await using var sink = await PostfixSink.StartAsync(port, "-w", "1", "-e", "-p");
        await SendAsync(tell, "slow");
        await ArrivesOnceAsync(tell, sink, 1);
    }

    private static async Task WaitsAndArrives(string option, string reply, IEnumerable<(string Step, string Phase)> steps)
    {
        var port = FreePort.Next();
        await using var tell = await TellAsync(port);
        foreach (var (step, phase) in steps)
        {
            await using (var faulty = await PostfixSink.StartAsync(port, option, step))
            {
                await SendAsync(tell, $"{option} {step}");
                await Patience.UntilAsync($"an attempt that ended at {phase} after {option} {step}", Patience.ForMail,
                    async () => Regex.IsMatch(await HistoryAsync(tell), $@"(?m)^Attempt .* {phase}: .*{reply}"), () => Evidence(faulty, tell));
            }
            await using var sound = await PostfixSink.StartAsync(port);
            (await tell.SayAsync("delivernow")).Succeeded();
            await ArrivesOnceAsync(tell, sound, 1);
        }
        Assert.Equal(0, (await tell.StatisticsAsync())["MTA.Dead"]);
    }

    private static async Task<TellProcess> TellAsync(int port)
    {
        var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{port}"), ("SMTPMTA_LocalDomains", "near.example.test"));
        await tell.StartAsync();
        return tell;
    }

    private static async Task SendAsync(TellProcess tell, string subject)
    {
        await using var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None);
        var content = System.Text.Encoding.ASCII.GetBytes($"Subject: {subject}\r\n\r\nDear Ada\r\n");
        Assert.Equal(250, (await caller.SendAsync("charles@near.example.test", ["ada@far.example.test"], content, CancellationToken.None)).Code);
    }

    private static async Task<string> HistoryAsync(TellProcess tell)
    {
        var queue = (await tell.SayAsync("queue", "smtpobwq")).Succeeded().Output;
        return Regex.Match(queue, "[0-9A-F]{32}") is { Success: true } id ? (await tell.SayAsync("queue", id.Value)).Output : "";
    }

    private static async Task ArrivesOnceAsync(TellProcess tell, PostfixSink sink, int count)
    {
        await Patience.UntilAsync("the message", Patience.ForMail, () => sink.Contents.Count >= count, () => Evidence(sink, tell));
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        Assert.Equal(count, sink.Contents.Count);
    }

    private static string Evidence(PostfixSink sink, TellProcess tell) =>
        $"{sink.Evidence}\n{tell.Process.Evidence}\n{string.Join('\n', Directory.GetFiles(Path.Combine(tell.Data, "log")).Select(File.ReadAllText))}";
}
