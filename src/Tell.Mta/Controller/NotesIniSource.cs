using Tell.Mta.Configuration;

namespace Tell.Mta.Controller;

/// <summary>Settings from a notes.ini.</summary>
/// <param name="file">Its path.</param>
public sealed class NotesIniSource(string file) : ISettingsSource
{
    /// <inheritdoc/>
    public NotesIniReading Read() => NotesIni.ReadFile(file);
}
