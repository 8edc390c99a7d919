using System.Text;
using System.Text.RegularExpressions;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>The pickup folder of the real program, killed with SIGKILL again and again while it works: each file is sent exactly once.</summary>
[Collection(ProcessCollection.Name)]
public sealed class PickupCrashTests
{
    private const int Kills = 4, Batch = 400;

    [ProcessFact]
    public async Task Kills_while_files_are_taken_neither_lose_nor_double_one()
    {
        var random = new Random(11);
        await using var tell = new TellProcess(("SMTPMTA_LocalDomains", "tell.example.test"), ("SMTPMTA_PickupPollSeconds", "1"));
        var folder = Path.Combine(tell.Data, "pickup");
        await tell.StartAsync();
        await Patience.UntilAsync("a pickup folder", Patience.ForAProgram, () => Directory.Exists(folder));
        var (files, atWork, taken) = (0, 0, 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            for (var i = 0; i < Batch; i++)
                Offer(folder, files++);
            // In the middle of its work, at moments that differ.
            await Patience.UntilAsync("a file taken", Patience.ForMail, () => Left(folder).Any(IsTaken) || Left(folder).Length < Batch, () => tell.Process.Evidence);
            await Patience.PauseAsync(TimeSpan.FromMilliseconds(random.Next(0, 40)), CancellationToken.None);
            await tell.KillAsync();
            var left = Left(folder);
            atWork += left.Length > 0 ? 1 : 0;
            taken += left.Count(IsTaken);
            await tell.StartAsync();
            await Patience.UntilAsync("an empty pickup folder", Patience.ForMail, () => Left(folder).Length == 0, () => tell.Process.Evidence);
        }
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        var listed = Regex.Matches((await tell.SayAsync("mail", "ben", "list")).Succeeded().Output, @"file-(\d+)").Select(match => int.Parse(match.Groups[1].Value)).Order().ToArray();
        Assert.Equal(Enumerable.Range(0, files), listed);
        Assert.Equal(0, (await tell.StatisticsAsync())["MTA.Pickup.Bad"]);
        Assert.True(atWork > Kills / 2 && taken > 0, $"{atWork} of {Kills} kills met the task at work, {taken} files in its hands");
    }

    [ProcessFact]
    public async Task A_large_message_is_sent_and_links_are_left_alone()
    {
        const int Size = 60 << 20;
        await using var tell = new TellProcess(("SMTPMTA_LocalDomains", "tell.example.test"), ("SMTPMTA_PickupPollSeconds", "1"), ("SMTPMTA_MaxMessageSize", "100000000"));
        var folder = Path.Combine(tell.Data, "pickup");
        await tell.StartAsync();
        await Patience.UntilAsync("a pickup folder", Patience.ForAProgram, () => Directory.Exists(folder));
        var elsewhere = Path.Combine(tell.Folder, "elsewhere.eml");
        File.WriteAllText(elsewhere, "From: ada@tell.example.test\nTo: ben@tell.example.test\nSubject: secret\n\nhi\n");
        File.CreateSymbolicLink(Path.Combine(folder, "link.eml"), elsewhere);
        File.CreateSymbolicLink(Path.Combine(folder, "dangling.json"), elsewhere + ".not");
        using (var file = new StreamWriter(Path.Combine(folder, "large.tmp")))
        {
            file.Write("From: ada@tell.example.test\nTo: ben@tell.example.test\nSubject: large\n\n");
            for (var i = 0; i < Size / 64; i++)
                file.Write("012345678901234567890123456789012345678901234567890123456789012\n");
        }
        File.Move(Path.Combine(folder, "large.tmp"), Path.Combine(folder, "large.eml"));
        await Patience.UntilAsync("the large one gone", TimeSpan.FromMinutes(1), () => !Left(folder).Any(path => path.Contains("large", StringComparison.Ordinal)), () => tell.Process.Evidence);
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        var list = (await tell.SayAsync("mail", "ben", "list")).Succeeded().Output;
        Assert.Contains("large", list, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", list, StringComparison.Ordinal);
        Assert.Equal(["dangling.json", "link.eml"], Left(folder).Select(Path.GetFileName).Order());
    }

    private static string[] Left(string folder) => [.. Directory.GetFiles(folder).Where(path => Path.GetFileName(path) != ".lock")];

    private static bool IsTaken(string path) => path.EndsWith(".taken", StringComparison.Ordinal);

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
