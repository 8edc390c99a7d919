using System.Text;
using System.Text.RegularExpressions;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>The pickup folder of the real program, killed with SIGKILL again and again while it works: each file is sent exactly once.</summary>
[Collection(ProcessCollection.Name)]
public sealed class PickupCrashTests
{
    private const int Kills = 6, Batch = 40;

    [ProcessFact]
    public async Task Kills_while_files_are_taken_neither_lose_nor_double_one()
    {
        var random = new Random(11);
        await using var tell = new TellProcess(("SMTPMTA_LocalDomains", "tell.example.test"), ("SMTPMTA_PickupPollSeconds", "1"));
        var folder = Path.Combine(tell.Data, "pickup");
        await tell.StartAsync();
        await Patience.UntilAsync("a pickup folder", Patience.ForAProgram, () => Directory.Exists(folder));
        var files = 0;
        var inTheMiddle = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            for (var i = 0; i < Batch; i++)
                Offer(folder, files++);
            // In the middle of its work, at moments that differ.
            await Patience.UntilAsync("a file taken", Patience.ForMail, () => Directory.GetFiles(folder).Length < Batch, () => tell.Process.Evidence);
            await Patience.PauseAsync(TimeSpan.FromMilliseconds(random.Next(0, 60)), CancellationToken.None);
            await tell.KillAsync();
            var left = Directory.GetFiles(folder).Length;
            inTheMiddle += left > 0 ? 1 : 0;
            await tell.StartAsync();
            await Patience.UntilAsync("an empty pickup folder", Patience.ForMail, () => Directory.GetFiles(folder).Length == 0, () => tell.Process.Evidence);
        }
        await Patience.UntilAsync("an empty pickup folder", TimeSpan.FromSeconds(30), () => Directory.GetFiles(folder).Length == 0, () => tell.Process.Evidence);
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        var listed = Regex.Matches((await tell.SayAsync("mail", "ben", "list")).Succeeded().Output, @"file-(\d+)").Select(match => int.Parse(match.Groups[1].Value)).Order().ToArray();
        Assert.Equal(Enumerable.Range(0, files), listed);
        Assert.Equal(0, (await tell.StatisticsAsync())["MTA.Pickup.Bad"]);
        Assert.True(inTheMiddle > 0, "No kill met the task at work");
    }

    // Written under another name and renamed, as writers should; long enough ago to be taken at once.
    private static void Offer(string folder, int number)
    {
        var (name, text) = number % 2 == 0
            ? ($"{number}.eml", $"From: ada@tell.example.test\nTo: ben@tell.example.test\nSubject: file-{number}\n\nhi\n")
            : ($"{number}.json", $"{{\"from\": \"ada@tell.example.test\", \"to\": \"ben@tell.example.test\", \"subject\": \"file-{number}\", \"body\": \"hi\"}}");
        var whole = Path.Combine(folder, name);
        File.WriteAllText(whole + ".tmp", text, new UTF8Encoding(false));
        File.SetLastWriteTimeUtc(whole + ".tmp", new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.Move(whole + ".tmp", whole);
    }
}
