namespace Tell.Documents;

/// <summary>What failed in a store.</summary>
public enum StoreFault : byte
{
    /// <summary>No room on the disk: a later try may succeed.</summary>
    Full,

    /// <summary>Reading or writing failed: a later try may succeed.</summary>
    InputOutput,

    /// <summary>The file is damaged: the store refuses to go on.</summary>
    Damaged,

    /// <summary>Another process has the store open.</summary>
    InUse,

    /// <summary>The file was written by a newer program.</summary>
    TooNew,

    /// <summary>The directory or file may not be read or written.</summary>
    Denied,
}
