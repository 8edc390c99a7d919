using System.Text.RegularExpressions;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>What the README promises a newcomer, done by the program.</summary>
[Collection(ProcessCollection.Name)]
public sealed partial class PromiseTests
{
    [ProcessFact]
    public async Task Started_without_a_word_in_an_empty_folder_it_says_ready_and_its_addresses()
    {
        using var folder = new TempDirectory();
        await using var tell = ChildProcess.Start(Checkout.Program, [], folder.Path);

        await tell.LineAsync(line => line.StartsWith("ready", StringComparison.Ordinal), Patience.ForAProgram);
        await Patience.UntilAsync("the addresses", Patience.ForAProgram, () => Address().IsMatch(tell.Output), () => tell.Evidence);

        var port = int.Parse(Address().Match(tell.Output).Groups[1].Value);
        Assert.True(port > 1024, "A newcomer is not root");
        await using (await SmtpCaller.ConnectAsync(port, CancellationToken.None))
        {
            // It answers: that is enough here.
        }
        tell.Send(Signal.Terminate);
        Assert.Equal(0, await tell.ExitAsync(Patience.ForAProgram));
    }

    [ProcessFact]
    public async Task The_tour_shows_a_delivery_a_retry_a_report_and_the_statistics()
    {
        using var folder = new TempDirectory();

        var answer = await ChildProcess.RunAsync(Checkout.Program, ["tour"], folder.Path, limit: TimeSpan.FromSeconds(60));

        var output = answer.Succeeded().Output;
        Assert.Matches("(?i)deliver", output);
        Assert.Matches("(?i)retr(y|ied)|tried again", output);
        Assert.Matches("(?i)non-?delivery|NDR", output);
        Assert.Matches(@"(?m)^\s*MTA\.\S+ = \d", output);
    }

    [ProcessFact]
    public async Task A_tour_that_is_broken_off_leaves_nothing_behind_either()
    {
        using var folder = new TempDirectory();
        await using var tour = ChildProcess.Start("env", [$"TMPDIR={folder.Path}", Checkout.Program, "tour"], folder.Path);
        await tour.LineAsync(line => line.Contains("> send data/samples", StringComparison.Ordinal), Patience.ForAProgram);
        Assert.NotEmpty(Directory.GetDirectories(folder.Path, "tell-tour-*"));

        tour.Send(Signal.Interrupt);

        Assert.Equal(1, await tour.ExitAsync(Patience.ForAProgram));
        Assert.Contains("The tour was broken off.", tour.Errors);
        Assert.Empty(Directory.GetDirectories(folder.Path, "tell-tour-*"));
    }

    [GeneratedRegex(@"127\.0\.0\.1:(\d+)")]
    private static partial Regex Address();
}
