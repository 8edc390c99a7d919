namespace Tell.Commands;

/// <summary>SET CONFIGURATION and SHOW CONFIGURATION: notes.ini from the console.</summary>
internal static class ConfigurationCommands
{
    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        new()
        {
            Words = "SET CONFIGURATION",
            Form = "NAME=VALUE",
            Group = "Configuration",
            Summary = "Change a setting in notes.ini and put it into force.",
            Detail = "The file keeps its comments and order. A value that does not fit is refused, and nothing changes.",
            Handler = call => SetAsync(host, call),
        },
        new()
        {
            Words = "SHOW CONFIGURATION",
            Form = "NAME",
            Group = "Configuration",
            Summary = "Show a setting as it stands in notes.ini.",
            Detail = "TELL SMTPMTA SHOW CONFIG shows all that are in force.",
            Handler = call => Task.FromResult(Show(host, call)),
        },
    ];

    private static async Task<bool> SetAsync(ICommandHost host, CommandCall call)
    {
        var text = string.Join(' ', call.Arguments);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
            return call.Usage();
        if (host.Configuration.Set(text[..equals].Trim(), text[(equals + 1)..].Trim()) is { } reason)
            return call.Refuse(reason);
        return await MtaCommands.RefreshAsync(host, call);
    }

    private static bool Show(ICommandHost host, CommandCall call)
    {
        if (call.Arguments is not [var name])
            return call.Usage();
        if (host.Configuration.Show(name) is not { } value)
            return call.Refuse(Mta.Configuration.NotesIni.Unknown(name).Replace(": ignored", "", StringComparison.Ordinal));
        call.Answer.Line($"{Mta.Configuration.SettingsCatalogue.Find(name)!.Name}={value}");
        return true;
    }
}
