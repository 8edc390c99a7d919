namespace Tell.Smtp.Server;

/// <summary>Where a session stands, and, combined, where a command is legal.</summary>
[Flags]
internal enum Phases : byte
{
    /// <summary>Greeted: neither HELO nor EHLO has been said.</summary>
    Greeted = 1,

    /// <summary>Between mail transactions.</summary>
    Ready = 2,

    /// <summary>In a transaction that has no recipient.</summary>
    Mail = 4,

    /// <summary>In a transaction that has a recipient.</summary>
    Recipients = 8,

    /// <summary>In a transaction whose body comes in chunks (RFC 3030), before the last.</summary>
    Chunks = 16,

    /// <summary>In a transaction that still takes recipients.</summary>
    Transaction = Mail | Recipients,

    /// <summary>Always.</summary>
    Any = Greeted | Ready | Transaction | Chunks,
}
