using Tell.Mta.Configuration;

namespace Tell.Mta.Controller;

/// <summary>Settings that a host or a simulator gives, and may change; a change is seen as one in a notes.ini would be.</summary>
/// <param name="settings">The settings to begin with.</param>
public sealed class FixedSettings(MtaSettings settings) : ISettingsSource
{
    /// <summary>The settings as they are now.</summary>
    public MtaSettings Settings { get; set; } = settings;

    /// <inheritdoc/>
    public NotesIniReading Read() => new(Settings, []);
}
