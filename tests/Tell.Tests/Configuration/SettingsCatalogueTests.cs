using Tell.Mta.Configuration;

namespace Tell.Tests.Configuration;

public sealed class SettingsCatalogueTests
{
    private static string Root
    {
        get
        {
            var place = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(place, "Tell.sln")))
                place = Path.GetDirectoryName(place)!;
            return place;
        }
    }

    [Fact]
    public void The_sample_file_is_the_one_that_the_catalogue_writes() =>
        Assert.Equal(SampleFile.Text, File.ReadAllText(Path.Combine(Root, "notes.ini.sample")));

    [Fact]
    public void The_sample_file_changes_nothing_and_every_line_of_it_can_be_used()
    {
        var below = Path.GetTempPath();
        Assert.Empty(NotesIni.Read(SampleFile.Text, "sample", below).Problems);
        var used = string.Join('\n', SampleFile.Text.Split('\n').Select(line => line.StartsWith("; ", StringComparison.Ordinal) ? line : line.TrimStart(';')));
        var reading = NotesIni.Read(used, "sample", below);
        Assert.All(reading.Problems, problem => Assert.EndsWith("not in this release: ignored", problem.Reason));
        Assert.Equal(SettingsCatalogue.Show(SettingsCatalogue.Defaults(below)), SettingsCatalogue.Show(reading.Settings!));
    }

    [Fact]
    public void What_is_shown_can_be_read_again()
    {
        var settings = NotesIni.Read("SMTPMTA_Routes=b.test=[::1]:26,a.test=h\nSMTPMTA_RelayClients=::/0\nSMTPMTA_MaxMessageSize=1K\nSMTPMTA_Housekeeping=0", "x", "/srv").Settings!;
        var shown = string.Join('\n', SettingsCatalogue.Show(settings).Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.Contains("SMTPMTA_Routes=a.test=h:25,b.test=[::1]:26", shown);
        var again = NotesIni.Read(shown, "x", "/other").Settings!;
        Assert.Equal(SettingsCatalogue.Show(settings), SettingsCatalogue.Show(again));
    }

    [Fact]
    public void Each_setting_has_a_property_of_its_name_and_each_property_a_setting()
    {
        var properties = typeof(MtaSettings).GetProperties().Where(property => !property.GetMethod!.IsStatic).Select(property => property.Name).Order();
        var settings = SettingsCatalogue.All.Select(setting => setting.Name.Replace(SettingsCatalogue.Prefix, "")).Order();
        Assert.Equal(properties, settings);
    }

    [Fact]
    public void Every_setting_says_what_it_is_in_one_sentence() => Assert.All(SettingsCatalogue.All, setting =>
    {
        Assert.EndsWith(".", setting.Sentence);
        Assert.DoesNotContain(". ", setting.Sentence);
        Assert.NotEmpty(setting.Form);
    });

    [Theory]
    [InlineData("mx.example.test", "mx.example.test")]
    [InlineData("Box", "box.localdomain")]
    [InlineData("", "localhost.localdomain")]
    [InlineData("a b", "localhost.localdomain")]
    [InlineData("192.0.2.1", "localhost.localdomain")]
    public void A_machine_always_has_a_name_fit_for_EHLO(string machine, string name) => Assert.Equal(name, MachineNameOf(machine));

    private static string MachineNameOf(string machine) =>
        (string)typeof(SettingsCatalogue).Assembly.GetType("Tell.Mta.Configuration.MachineName")!
            .GetMethod("ForMail", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic, [typeof(string)])!.Invoke(null, [machine])!;
}
