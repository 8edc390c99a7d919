namespace Tell.Commands;

/// <summary>What a command needs.</summary>
public enum CommandPlace : byte
{
    /// <summary>A running server.</summary>
    Server,

    /// <summary>The running server, or, where there is none, the data directory.</summary>
    Data,

    /// <summary>Nothing: answered where it is typed.</summary>
    Here,
}
