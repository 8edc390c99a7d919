using System.Collections.Immutable;
using System.Text;
using Tell.Mail;

namespace Tell.Mta.Configuration;

/// <summary>
/// notes.ini: lines of key=value, in the manner of Notes. Keys are read without regard to case; [section] lines and lines that begin
/// with ";" or "#" say nothing; the last of two equal keys counts.
/// </summary>
public static class NotesIni
{
    // A notes.ini is a few kilobytes; what is larger is another file, named by mistake.
    private const int MostOctets = 4 << 20;

    /// <summary>Reads a file. A file that cannot be read is a problem like any other: no settings, and the reason.</summary>
    /// <param name="file">Its path, absolute or relative to the current directory; problems name it as it is given here.</param>
    public static NotesIniReading ReadFile(string file)
    {
        try
        {
            var full = Path.GetFullPath(file);
            if (new FileInfo(full).Length > MostOctets)
                return Unreadable(file, "is too large for a notes.ini");
            return Read(File.ReadAllText(full), file, Path.GetDirectoryName(full)!);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return Unreadable(file, "there is no such file");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Unreadable(file, $"cannot be read: {Line.Clean(problem.Message)}");
        }
    }

    /// <summary>Reads a text. All problems are reported, not only the first; one error, and there are no settings.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">The name for problems.</param>
    /// <param name="below">The absolute path that a relative Directory is relative to.</param>
    public static NotesIniReading Read(string text, string file, string below)
    {
        var settings = SettingsCatalogue.Defaults(below);
        var standard = settings;
        var problems = ImmutableArray.CreateBuilder<SettingProblem>();
        var seen = new Dictionary<Setting, int>();
        var number = 0;
        foreach (var line in text.AsSpan().TrimStart('\uFEFF').EnumerateLines())
        {
            number++;
            switch (NotesIniLine.Of(line))
            {
                case { Kind: NotesIniLineKind.Setting } entry:
                    if (SettingsCatalogue.Find(entry.Key) is not { } setting)
                    {
                        problems.Add(new(file, number, false, Unknown(entry.Key)));
                        break;
                    }
                    if (seen.TryGetValue(setting, out var earlier))
                        problems.Add(new(file, number, false, $"{setting.Name} stands in line {earlier} too: this one counts"));
                    seen[setting] = number;
                    if (!setting.TryApply(entry.Value, settings, out settings, out var reason))
                        problems.Add(new(file, number, true, $"{setting.Name}: {reason}"));
                    break;
                case { Kind: NotesIniLineKind.Unclear }:
                    problems.Add(new(file, number, true, $"\"{Line.Clean(line.Trim())}\" is not key=value"));
                    break;
            }
        }
        if (settings.HostName.Length == 0)
            settings = settings with { HostName = standard.HostName };
        if (!problems.Any(problem => problem.IsError))
            settings = Rooted(settings, below);
        foreach (var (name, isError, reason) in SettingRules.Problems(settings))
        {
            var setting = SettingsCatalogue.Find(SettingsCatalogue.Prefix + name)!;
            problems.Add(new(file, seen.GetValueOrDefault(setting), isError, $"{setting.Name}: {reason}"));
        }
        return new(problems.Any(problem => problem.IsError) ? null : settings, problems.ToImmutable());
    }

    // Relative paths are relative to the notes.ini.
    private static MtaSettings Rooted(MtaSettings settings, string below)
    {
        return settings with
        {
            Directory = Path.GetFullPath(settings.Directory, below),
            TlsCertificate = Files(settings.TlsCertificate),
            TlsKey = Files(settings.TlsKey),
            TrustedRoots = Files(settings.TrustedRoots),
        };

        ImmutableArray<string> Files(ImmutableArray<string> files) => [.. files.Select(file => Path.GetFullPath(file, below))];
    }

    /// <summary>
    /// The text with a setting changed: its last line is rewritten, or a line is added at the end; comments, order and line ends stay.
    /// A null value comments the setting out.
    /// </summary>
    /// <exception cref="ArgumentException">The value holds a line end or NUL, or the key cannot be one.</exception>
    public static string Set(string text, string key, string? value)
    {
        if (NotesIniLine.Of(Line.From($"{key}={value}").Text) is not { Kind: NotesIniLineKind.Setting } entry || entry.Key != key)
            throw new ArgumentException($"\"{Line.Clean(key)}\" cannot be a key.", nameof(key));
        var end = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        var place = lines.FindLastIndex(line => NotesIniLine.Of(line) is { Kind: NotesIniLineKind.Setting } other && other.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
        if (place >= 0)
            lines[place] = value is null ? ";" + lines[place] : $"{key}={value}";
        else if (value is not null)
        {
            if (lines[^1].Length == 0)
                lines.RemoveAt(lines.Count - 1);
            lines.Add($"{key}={value}");
            lines.Add("");
        }
        return new StringBuilder().AppendJoin(end, lines).ToString();
    }

    /// <summary>The value that stands in a text for a key, whatever it is worth; null where there is none.</summary>
    public static string? Find(string text, string key)
    {
        string? found = null;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (NotesIniLine.Of(line) is { Kind: NotesIniLineKind.Setting } entry && entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase))
                found = entry.Value;
        }
        return found;
    }

    /// <summary>"SMTPMTA_Lisen is no setting; did you mean SMTPMTA_Listen?".</summary>
    public static string Unknown(string key)
    {
        // Without the prefix: it would make all names half alike.
        var names = SettingsCatalogue.All.ToDictionary(setting => Bare(setting.Name), setting => setting.Name);
        var near = Spelling.Nearest(Bare(key), names.Keys, 1);
        return $"{Line.Clean(key)} is no setting: ignored" + (near.Count > 0 ? $"; did you mean {names[near[0]]}?" : "");

        static string Bare(string name) => name.StartsWith(SettingsCatalogue.Prefix, StringComparison.OrdinalIgnoreCase) ? name[SettingsCatalogue.Prefix.Length..] : name;
    }

    private static NotesIniReading Unreadable(string file, string reason) => new(null, [new(file, 0, true, reason)]);
}
