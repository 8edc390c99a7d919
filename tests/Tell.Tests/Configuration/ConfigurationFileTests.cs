using Tell.Mta.Configuration;

namespace Tell.Tests.Configuration;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tell-ini").FullName;

    private string Ini => Path.Combine(_directory, "notes.ini");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_value_that_is_set_is_read_again_and_the_rest_stays()
    {
        File.WriteAllText(Ini, "; mine\nSMTPMTA_HostName=a.test\n");
        var file = new ConfigurationFile(Ini);
        Assert.Null(file.Set("smtpmta_maxhops", "9"));
        Assert.Equal("; mine\nSMTPMTA_HostName=a.test\nSMTPMTA_MaxHops=9\n", File.ReadAllText(Ini));
        Assert.Equal(9, file.Read().Settings!.MaxHops);
        Assert.Equal("9", file.Show("SMTPMTA_MAXHOPS"));
        Assert.Equal("20", file.Show("SMTPMTA_MaxErrors"));
        Assert.Null(file.Show("SMTPMTA_Nonsense"));
    }

    [Fact]
    public void A_bad_value_changes_nothing_and_says_why()
    {
        File.WriteAllText(Ini, "SMTPMTA_HostName=a.test\n");
        var file = new ConfigurationFile(Ini);
        Assert.Equal("SMTPMTA_MaxHops: \"many\" is not a whole number from 1 to 1000", file.Set("SMTPMTA_MaxHops", "many"));
        Assert.Equal("SMTPMTA_MaxHop is no setting; did you mean SMTPMTA_MaxHops?", file.Set("SMTPMTA_MaxHop", "9"));
        Assert.Equal("SMTPMTA_HostName: a value is one line", file.Set("SMTPMTA_HostName", "a.test\nSMTPMTA_RelayClients=0.0.0.0/0"));
        Assert.Equal("SMTPMTA_HostName=a.test\n", File.ReadAllText(Ini));
    }

    [Fact]
    public void A_change_keeps_the_mode_of_the_file_and_the_link_to_it()
    {
        if (OperatingSystem.IsWindows())
            return;
        var real = Path.Combine(_directory, "real.ini");
        File.WriteAllText(real, "SMTPMTA_HostName=a.test\n");
        File.SetUnixFileMode(real, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(Ini, real);
        Assert.Null(new ConfigurationFile(Ini).Set("SMTPMTA_MaxHops", "9"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(real));
        Assert.Contains("SMTPMTA_MaxHops=9", File.ReadAllText(real));
        Assert.NotNull(new FileInfo(Ini).LinkTarget);
    }

    [Fact]
    public void Without_a_file_the_built_in_text_counts_and_a_change_writes_it_out()
    {
        var file = new ConfigurationFile(Ini, "Directory=.\nSMTPMTA_LocalDomains=tell.test\n");
        Assert.Equal(_directory, Path.TrimEndingDirectorySeparator(file.Read().Settings!.Directory));
        Assert.Null(file.Set("SMTPMTA_MaxHops", "9"));
        Assert.Equal("Directory=.\nSMTPMTA_LocalDomains=tell.test\nSMTPMTA_MaxHops=9\n", File.ReadAllText(Ini));
        Assert.Null(new ConfigurationFile(Ini + "x").Read().Settings);
    }
}
