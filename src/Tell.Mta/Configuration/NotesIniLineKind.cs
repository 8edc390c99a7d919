namespace Tell.Mta.Configuration;

/// <summary>What one line of a notes.ini is.</summary>
internal enum NotesIniLineKind : byte
{
    /// <summary>Empty, a comment or a [section].</summary>
    Nothing,

    /// <summary>key=value.</summary>
    Setting,

    /// <summary>None of these.</summary>
    Unclear,
}
