using Tell.Mail;

namespace Tell.Mta.Configuration;

/// <summary>
/// The notes.ini of one server: read at start and at each refresh, written by SET CONFIGURATION. Not safe for concurrent use.
/// </summary>
/// <param name="path">Where it is, as problems name it.</param>
/// <param name="whenAbsent">The text that counts while there is no such file, and that a first SET CONFIGURATION begins with; null where an absent file is an error.</param>
public sealed class ConfigurationFile(string path, string? whenAbsent = null)
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = path;

    /// <summary>Reads it.</summary>
    public NotesIniReading Read() =>
        whenAbsent is not null && !File.Exists(Path)
            ? NotesIni.Read(whenAbsent, Path, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!)
            : NotesIni.ReadFile(Path);

    /// <summary>The data directory that it names, absolute, even where other lines are wrong; null where the file cannot be read.</summary>
    public string? DataDirectory()
    {
        try
        {
            return System.IO.Path.GetFullPath(Show("Directory")!, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The value that stands in it for a key, a password hidden; the default where none does; null where there is no such setting.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public string? Show(string key) => SettingsCatalogue.Find(key) is { } setting ? setting.Shown(NotesIni.Find(Text(), setting.Name) ?? setting.Default) : null;

    /// <summary>
    /// Changes one setting. A change that would leave a file with errors is not made; the file is replaced in one step, so that a reader
    /// sees the old one or the new one.
    /// </summary>
    /// <returns>The reason why not; null where it is done.</returns>
    /// <exception cref="IOException">It cannot be read or written; the old file is as it was.</exception>
    public string? Set(string key, string value)
    {
        if (SettingsCatalogue.Find(key) is not { } setting)
            return NotesIni.Unknown(key).Replace(": ignored", "", StringComparison.Ordinal);
        if (!Line.TryCreate(value, out var line))
            return $"{setting.Name}: a value is one line";
        var text = NotesIni.Set(Text(), setting.Name, line.Text.Trim());
        var full = System.IO.Path.GetFullPath(Path);
        var reading = NotesIni.Read(text, Path, System.IO.Path.GetDirectoryName(full)!);
        if (reading.Problems.FirstOrDefault(problem => problem.IsError) is { } error)
            return error.Reason;
        Replace(File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full, text);
        return null;
    }

    // The new file has the mode of the old one: who could not read it before cannot now.
    private static void Replace(string full, string text)
    {
        var fresh = full + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = File.Exists(full) ? File.GetUnixFileMode(full) : UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(fresh, options))
            writer.Write(text);
        File.Move(fresh, full, overwrite: true);
    }

    private string Text() => whenAbsent is not null && !File.Exists(Path) ? whenAbsent : File.ReadAllText(Path);
}
