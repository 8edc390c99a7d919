using Tell.Mta.Configuration;

namespace Tell.Mta.Controller;

/// <summary>Where the controller reads its settings: a notes.ini, or what a host or a simulator says.</summary>
public interface ISettingsSource
{
    /// <summary>The settings as they are now, or what is wrong with them. Never throws.</summary>
    NotesIniReading Read();
}
