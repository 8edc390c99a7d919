namespace Tell.Hosting;

/// <summary>The command line, taken apart: options of the program come before the first word, everything from there is a console command.</summary>
internal sealed record CommandLine
{
    /// <summary>What is asked for.</summary>
    public required CommandLineKind Kind { get; init; }

    /// <summary>The notes.ini; null where none was named.</summary>
    public string? Ini { get; init; }

    /// <summary>The console words.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What is wrong with it, for Bad.</summary>
    public string Problem { get; init; } = "";

    /// <summary>What --help prints.</summary>
    public const string Help = """
        Tell, a mail transfer agent.

          tell                            run the MTA on ./data, for trying it out
          tell run --ini FILE             run the MTA until SIGTERM, SIGINT or `tell smtpmta quit`
          tell [--ini FILE] WORDS ...     say console words to the running MTA: tell show tasks
          tell help                       list the console words
          tell --sample                   print a notes.ini with every setting and its default
          tell --version

        Without --ini it is ./data/notes.ini, or, where there is no such file, settings for trying Tell out.
        Exit status: 0 done, 1 not done, 2 a bad command line or notes.ini.
        """;

    /// <summary>Takes it apart.</summary>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        string? ini = null;
        var run = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--help" or "-h" or "-?":
                    return new() { Kind = CommandLineKind.Help };
                case "--version":
                    return new() { Kind = CommandLineKind.Version };
                case "--sample":
                    return new() { Kind = CommandLineKind.Sample };
                case "--ini" when i + 1 < arguments.Count:
                    ini = arguments[++i];
                    break;
                case "--ini":
                    return Bad("--ini needs the path of a notes.ini");
                case var option when option.StartsWith("--ini=", StringComparison.Ordinal):
                    ini = option["--ini=".Length..];
                    break;
                case var option when option.StartsWith('-'):
                    return Bad($"{option} is not an option: try tell --help");
                case var word when run:
                    return Bad($"\"{word}\" cannot stand after run: try tell --help");
                case "run":
                    run = true;
                    break;
                default:
                    return new() { Kind = CommandLineKind.Words, Ini = ini, Words = [.. arguments.Skip(i)] };
            }
        }
        if (ini is "")
            return Bad("--ini needs the path of a notes.ini");
        return new() { Kind = CommandLineKind.Run, Ini = ini };

        static CommandLine Bad(string problem) => new() { Kind = CommandLineKind.Bad, Problem = problem };
    }
}
