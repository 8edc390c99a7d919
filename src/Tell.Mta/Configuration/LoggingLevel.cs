namespace Tell.Mta.Configuration;

/// <summary>How much the server log says (facts: lotus 4; the names are those of the original). Each level says all that the one before it says.</summary>
public enum LoggingLevel : byte
{
    /// <summary>Errors and mandatory status: started, ready, stopped.</summary>
    Minimal,

    /// <summary>Warnings and status.</summary>
    Normal,

    /// <summary>What each task does with each document.</summary>
    Informational,

    /// <summary>Everything, down to the protocol and the libraries.</summary>
    Verbose,
}
