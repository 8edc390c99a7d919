namespace Tell.Hosting;

/// <summary>What a command line asks for.</summary>
internal enum CommandLineKind : byte
{
    /// <summary>The server.</summary>
    Run,

    /// <summary>A console command.</summary>
    Words,

    /// <summary>--help.</summary>
    Help,

    /// <summary>--version.</summary>
    Version,

    /// <summary>--sample.</summary>
    Sample,

    /// <summary>None of these.</summary>
    Bad,
}
