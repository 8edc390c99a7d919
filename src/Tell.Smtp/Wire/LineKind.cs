namespace Tell.Smtp.Wire;

/// <summary>What <see cref="CommandLineReader"/> found.</summary>
public enum LineKind : byte
{
    /// <summary>No whole line yet: more octets are needed.</summary>
    Incomplete,

    /// <summary>A line.</summary>
    Line,

    /// <summary>A line longer than <see cref="CommandLineReader.LongestLine"/>.</summary>
    TooLong,

    /// <summary>A line with a bare LF, a bare CR or NUL.</summary>
    Malformed,
}
