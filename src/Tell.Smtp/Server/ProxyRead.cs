namespace Tell.Smtp.Server;

/// <summary>What <see cref="ProxyHeader"/> found.</summary>
internal enum ProxyRead : byte
{
    /// <summary>No whole header yet: more octets are needed.</summary>
    Incomplete,

    /// <summary>A header.</summary>
    Header,

    /// <summary>No header, nor the beginning of one.</summary>
    Malformed,
}
