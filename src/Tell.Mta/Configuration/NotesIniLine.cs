namespace Tell.Mta.Configuration;

/// <summary>One line of a notes.ini, taken apart; no value is looked at yet.</summary>
internal readonly record struct NotesIniLine(NotesIniLineKind Kind, string Key = "", string Value = "")
{
    /// <summary>Takes a line apart. Blanks around key and value do not count.</summary>
    public static NotesIniLine Of(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        if (line.IsEmpty || line[0] is ';' or '#' || line is ['[', .., ']'])
            return new(NotesIniLineKind.Nothing);
        var equals = line.IndexOf('=');
        var key = equals < 0 ? [] : line[..equals].TrimEnd();
        return key.IsEmpty || key.ContainsAny(' ', '\t')
            ? new(NotesIniLineKind.Unclear)
            : new(NotesIniLineKind.Setting, key.ToString(), line[(equals + 1)..].Trim().ToString());
    }
}
