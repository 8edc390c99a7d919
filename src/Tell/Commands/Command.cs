namespace Tell.Commands;

/// <summary>One row of the command table: what is typed, what HELP says, and what happens.</summary>
public sealed record Command
{
    /// <summary>The fixed words, upper case: "TELL SMTPMTA STOP".</summary>
    public required string Words { get; init; }

    /// <summary>The form of what follows them; "" for nothing.</summary>
    public string Form { get; init; } = "";

    /// <summary>The heading under which HELP shows it.</summary>
    public required string Group { get; init; }

    /// <summary>What it does, on one line.</summary>
    public required string Summary { get; init; }

    /// <summary>More, for HELP WORD; lines; "" for nothing.</summary>
    public string Detail { get; init; } = "";

    /// <summary>What it needs.</summary>
    public CommandPlace Place { get; init; } = CommandPlace.Server;

    /// <summary>The files that its arguments name, "-" for standard input: read where the command is typed, so that paths mean what they mean there.</summary>
    public Func<IReadOnlyList<string>, IEnumerable<string>> Inputs { get; init; } = _ => [];

    /// <summary>The arguments with the paths that they name made full, at the place where they are typed, so that they mean there what they mean here.</summary>
    public Func<IReadOnlyList<string>, IReadOnlyList<string>> Located { get; init; } = arguments => arguments;

    /// <summary>Does it; true where it succeeded. A failure has said why.</summary>
    public required Func<CommandCall, Task<bool>> Handler { get; init; }

    /// <summary>Words and form together, as HELP shows them.</summary>
    public string Usage => Form.Length > 0 ? $"{Words} {Form}" : Words;
}
