using System.Text;

namespace Tell.Tests.Tools;

/// <summary>The control experiment: the instruments without Tell between them. When these fail, the others say nothing about Tell.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ControlTests
{
    [ToolFact("swaks", "curl", "python3", "s-nail", "smtp-source")]
    public async Task The_tap_and_the_recording_sink_agree_on_what_every_mail_program_sends()
    {
        await using var sink = RecordingSink.Listening();
        await using var tap = new WireTap(sink.Port);

        await MailPrograms.SwaksAsync(tap.Port);
        await MailPrograms.CurlAsync(tap.Port);
        await MailPrograms.SmtplibAsync(tap.Port);
        await MailPrograms.SnailAsync(tap.Port);
        await MailPrograms.SmtpSourceAsync(tap.Port);

        Assert.Equal(42, tap.Contents.Count);
        Assert.Equal(
            tap.Contents.Select(Encoding.Latin1.GetString).Order(),
            sink.Mail.Select(mail => mail.Text).Order());
    }

    [ToolFact("curl", "python3")]
    public async Task Programs_that_take_a_whole_message_send_the_samples_as_they_are()
    {
        await using var sink = RecordingSink.Listening();
        var samples = SampleMail.All.Select(sample => Encoding.Latin1.GetString(sample.Content)).Order().ToList();

        foreach (var send in new[] { MailPrograms.CurlAsync, MailPrograms.SmtplibAsync })
        {
            var before = sink.Mail.Count;
            await send(sink.Port);
            Assert.Equal(samples, sink.Mail.Skip(before).Select(mail => mail.Text).Order());
        }
    }

    [ToolFact("smtp-sink")]
    public async Task Smtp_sink_keeps_what_our_own_client_sends()
    {
        await using var sink = await PostfixSink.StartAsync();
        await using var caller = await SmtpCaller.ConnectAsync(sink.Port, CancellationToken.None);
        foreach (var sample in SampleMail.All)
        {
            var reply = await caller.SendAsync("charles@near.example.test", [sample.Recipient], sample.Content, CancellationToken.None);
            Assert.True(reply.IsPositive, reply.Text);
        }

        var expected = SampleMail.All.Select(sample => Encoding.Latin1.GetString(sample.Content).Replace("\r\n", "\n", StringComparison.Ordinal)).Order().ToList();
        Assert.Equal(expected, sink.Contents.Select(Encoding.Latin1.GetString).Order());
    }

    [ProcessFact]
    public async Task The_load_generator_knows_what_got_250_and_the_sink_can_go_down_and_up()
    {
        await using var sink = RecordingSink.Listening();
        await using var load = new LoadGenerator(sink.Port, clients: 4, largeEvery: 20);
        await Patience.UntilAsync("some mail", Patience.ForMail, () => load.Acknowledged.Count > 200);
        await sink.DownAsync();
        var before = load.Acknowledged.Count;
        sink.Up();
        await Patience.UntilAsync("more mail", Patience.ForMail, () => load.Acknowledged.Count > before + 200);
        await load.StopAsync();

        Assert.Subset(sink.Mail.Select(mail => mail.MessageId).ToHashSet(), load.Acknowledged.Keys.ToHashSet());
        Assert.Equal(sink.Mail.Count, sink.Mail.Select(mail => mail.MessageId).Distinct().Count());
    }

    [ProcessFact]
    public async Task A_killed_process_is_gone_and_a_hanging_one_fails_in_time()
    {
        await using var sleeper = ChildProcess.Start("/bin/sh", ["-c", "echo hello; exec sleep 600"], "/tmp");
        Assert.Equal("hello", await sleeper.LineAsync(line => line.StartsWith("hel", StringComparison.Ordinal), Patience.ForAProgram));
        await Assert.ThrowsAsync<TimeoutException>(() => sleeper.ExitAsync(TimeSpan.FromMilliseconds(100)));
        sleeper.Send(Signal.Kill);
        Assert.Equal(128 + (int)Signal.Kill, await sleeper.ExitAsync(Patience.ForAProgram));
    }
}
