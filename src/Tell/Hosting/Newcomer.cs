using Tell.Mta.Configuration;

namespace Tell.Hosting;

/// <summary>The settings for trying Tell out, where nobody named a notes.ini.</summary>
internal static class Newcomer
{
    /// <summary>Where a notes.ini may be, relative to the current directory.</summary>
    public static readonly string Ini = Path.Combine("data", "notes.ini");

    /// <summary>
    /// What counts while there is none: loopback only, a domain of our own that anybody can be written to, and programs on this machine may
    /// relay. SET CONFIGURATION writes it out.
    /// </summary>
    public const string Text = """
        ; Settings for trying Tell out; `tell help settings` lists all.
        Directory=.
        SMTPMTA_Listen=127.0.0.1:2525
        SMTPMTA_LocalDomains=tell.test
        SMTPMTA_RelayClients=127.0.0.0/8

        """;

    /// <summary>The configuration that a command line means.</summary>
    public static ConfigurationFile Configuration(CommandLine line) => line.Ini is { } ini ? new(ini) : new(Ini, Text);

    /// <summary>Whether the settings for trying Tell out count.</summary>
    public static bool Applies(CommandLine line) => line.Ini is null && !File.Exists(Ini);
}
