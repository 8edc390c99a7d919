using Tell.Tests.Tools;
using Xunit.Abstractions;

namespace Tell.Tests.EndToEnd;

/// <summary>A full disk: temporary refusals, never a lost 250, and recovery without help.</summary>
[Collection(ProcessCollection.Name)]
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const long DiskSize = 8 * 1024 * 1024;

    [TmpfsFact]
    public async Task A_disk_filled_by_waiting_mail_refuses_more_and_drains_when_the_next_hop_is_back()
    {
        await using var sink = new RecordingSink();
        using var disk = Tmpfs.OfSize(DiskSize);
        await using var tell = TellOn(disk, sink);
        await tell.StartAsync();

        var accepted = await SendUntilRefusedAsync(tell, "a");
        sink.Up();
        await DrainAsync(tell, sink, accepted);

        var after = await SendWhenThereIsRoomAsync(tell, "b");
        await DrainAsync(tell, sink, [.. accepted, .. after]);
        Figures.Show(output, $"disk full by waiting mail: {accepted.Count} accepted before the first refusal, all delivered");
    }

    [TmpfsFact]
    public async Task A_disk_filled_by_others_refuses_mail_and_works_again_when_space_is_freed()
    {
        await using var sink = new RecordingSink();
        using var disk = Tmpfs.OfSize(DiskSize);
        await using var tell = TellOn(disk, sink);
        await tell.StartAsync();
        var before = await SendAsync(tell, "a", most: 10);
        Assert.Equal(10, before.Count);

        var filler = disk.Fill(leave: 0);
        var whileFull = await SendUntilRefusedAsync(tell, "b");
        File.Delete(filler);
        var after = await SendWhenThereIsRoomAsync(tell, "c");

        sink.Up();
        await DrainAsync(tell, sink, [.. before, .. whileFull, .. after]);
        Figures.Show(output, $"disk full by others: {whileFull.Count} accepted before the first refusal, all delivered");
    }

    // Without the watch on free space, which would slow down and refuse long before: the store itself is the last line.
    private static TellProcess TellOn(Tmpfs disk, RecordingSink sink) =>
        new(("Directory", disk.Path), ("SMTPMTA_MinFreeSpace", "0"), ("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));

    // Sends 20 KB messages until the first refusal, which must be temporary. Returns the Message-IDs that were accepted before.
    private static async Task<List<string>> SendUntilRefusedAsync(TellProcess tell, string series)
    {
        var accepted = await SendAsync(tell, series, most: 2_000);
        Assert.True(accepted.Count < 2_000, "The disk took more than it holds");
        return accepted;
    }

    // The store may need a moment to give back the room of what is gone; a sender would try again too.
    private static async Task<List<string>> SendWhenThereIsRoomAsync(TellProcess tell, string series)
    {
        var accepted = new List<string>();
        var tries = 0;
        await Patience.UntilAsync("mail is accepted again", Patience.ForMail, async () =>
        {
            accepted.AddRange(await SendAsync(tell, $"{series}{tries++}", most: 20 - accepted.Count));
            return accepted.Count == 20;
        }, () => $"{accepted.Count} accepted in {tries} tries\n{tell.Process.Evidence}");
        return accepted;
    }

    private static async Task<List<string>> SendAsync(TellProcess tell, string series, int most)
    {
        var accepted = new List<string>();
        await using var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None);
        while (accepted.Count < most)
        {
            var id = $"<full.{series}.{accepted.Count}@near.example.test>";
            var content = System.Text.Encoding.ASCII.GetBytes($"Message-ID: {id}\r\n\r\n" + string.Concat(Enumerable.Repeat("All work and no play.\r\n", 900)));
            var reply = await caller.SendAsync("jack@near.example.test", ["wendy@far.example.test"], content, CancellationToken.None);
            if (!reply.IsPositive)
            {
                Assert.True(reply.IsTemporary, $"A full disk is temporary, not: {reply.Text}");
                Assert.False(tell.Process.HasExited, tell.Process.Evidence);
                return accepted;
            }
            accepted.Add(id);
        }
        return accepted;
    }

    private static async Task DrainAsync(TellProcess tell, RecordingSink sink, List<string> accepted)
    {
        (await tell.SayAsync("delivernow")).Succeeded();
        List<string> Missing() => [.. accepted.Except(sink.Mail.Select(mail => mail.MessageId))];
        await Patience.UntilAsync("every accepted message at the sink", Patience.ForMail, () => Missing().Count == 0,
            () => $"{Missing().Count} of {accepted.Count} missing\n{tell.Process.Evidence}");
        Assert.False(tell.Process.HasExited, tell.Process.Evidence);
    }
}
