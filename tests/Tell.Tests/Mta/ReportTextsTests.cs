using Tell.Mail;
using Tell.Mta;
using static Tell.Tests.Mta.ComposedReports;

namespace Tell.Tests.Mta;

/// <summary>Files of words in the place of those that are built in.</summary>
public sealed class ReportTextsTests
{
    private const string Folder = "/nowhere/templates/";

    [Fact]
    public void A_file_takes_the_place_of_what_it_says_and_of_nothing_else() => Run(async reports =>
    {
        reports.Node.Files.Put(Folder + "en.txt", "[subject]\nfailure = It came back: {subject}\n");
        reports.Node.Files.Put(Folder + "nl.txt", "[subject]\nfailure = Onbestelbaar bericht\n");
        await RefreshAsync(reports);
        Assert.Equal("It came back: The engine", await SubjectAsync(reports, ""));
        Assert.Equal("Onbestelbaar bericht", await SubjectAsync(reports, "nl-BE"));
        var (_, octets) = await reports.ComposeAsync([Of("u@example.com", DeliveryAction.Failed, "5.1.1", null)]);
        Assert.Contains("------- Failure Reasons  --------", System.Text.Encoding.ASCII.GetString(octets), StringComparison.Ordinal);
        reports.Node.Files.Remove(Folder + "en.txt");
        await RefreshAsync(reports);
        Assert.Equal("Undeliverable message", await SubjectAsync(reports, ""));
    });

    [Theory]
    [InlineData("de.txt", "[subject]\n\nfailure = {nobody}\n", "de.txt:3: {nobody} stands for nothing here: {subject}; the built-in words count")]
    [InlineData("de.txt", "[subjects]\n", "de.txt:1: there is no section [subjects]")]
    [InlineData("de.txt", "[subject]\nfailed = x\n", "de.txt:2: [subject] has no text \"failed\"")]
    [InlineData("de.txt", "failure = x\n", "de.txt:1: a [section] comes first")]
    [InlineData("de.txt", "[subject]\nfailure = a\nfailure = b\n", "de.txt:3: \"failure\" stands here a second time")]
    [InlineData("de.txt", "[language]\ncharset = klingon\n", "de.txt:2: \"klingon\" is no charset")]
    [InlineData("de.txt", "[introduction]\nfailure = {host\n", "de.txt:2: a { that no } closes")]
    [InlineData("no language.txt", "", "no language.txt: its name is no language")]
    public void A_mistake_is_said_once_with_its_line_and_the_built_in_words_count(string file, string text, string warning) => Run(async reports =>
    {
        reports.Node.Files.Put(Folder + file, text);
        await RefreshAsync(reports);
        await RefreshAsync(reports);
        Assert.Single(reports.Node.Warnings.Lines, line => line.Contains(warning, StringComparison.Ordinal));
        Assert.Equal("Unzustellbare Nachricht", await SubjectAsync(reports, "de"));
    });

    [Fact]
    public void A_folder_that_cannot_be_read_stops_nothing() => Run(async reports =>
    {
        reports.Node.Files.Put(Folder + "en.txt", "[subject]\nfailure = Ours\n");
        await RefreshAsync(reports);
        reports.Node.Files.Put(Folder + "en.txt", "[subject]\nfailure = New\n", DateTimeOffset.UnixEpoch);
        reports.Node.Files.Before = (verb, _) => verb is "read" or "piece" ? new IOException("no disk") : null;
        await RefreshAsync(reports);
        Assert.Equal("Ours", await SubjectAsync(reports, ""));
        Assert.Single(reports.Node.Warnings.Lines, line => line.Contains("no disk; the words of reports stay as they are", StringComparison.Ordinal));
        reports.Node.Files.Before = (_, _) => null;
        await RefreshAsync(reports);
        Assert.Equal("New", await SubjectAsync(reports, ""));
    });

    private static async Task<string> SubjectAsync(ComposedReports reports, string language)
    {
        var (report, _) = await reports.ComposeAsync([Of("u@example.com", DeliveryAction.Failed, "5.1.1", null)], $"Content-Language: {language}\r\n{Message}");
        return report[ItemNames.Subject]!.Text;
    }

    private static Task RefreshAsync(ComposedReports reports) => reports.Node.Mta.Context.ReportTexts.RefreshAsync(CancellationToken.None).AsTask();

    private static void Run(Func<ComposedReports, Task> story)
    {
        var world = new World();
        world.Run(() => story(new ComposedReports(world, settings => settings with { ReportTemplates = "templates" })));
    }
}
