using Tell.Mta.Configuration;
using Tell.Mta.Controller;

namespace Tell.Hosting;

/// <summary>Lets the controller read the server's notes.ini again.</summary>
internal sealed class ConfigurationSource(ConfigurationFile file) : ISettingsSource
{
    /// <inheritdoc/>
    public NotesIniReading Read() => file.Read();
}
