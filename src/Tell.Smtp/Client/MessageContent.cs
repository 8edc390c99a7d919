namespace Tell.Smtp.Client;

/// <summary>What is to be sent: octets in memory, or pieces that are read as they are needed.</summary>
/// <param name="Size">The size in octets as the caller says it, negative where it is not known; what is sent goes by the octets themselves.</param>
/// <param name="Whole">The octets, where there are no pieces.</param>
/// <param name="Pieces">The pieces; null for octets in memory.</param>
internal readonly record struct MessageContent(long Size, ReadOnlyMemory<byte> Whole, IAsyncEnumerable<ReadOnlyMemory<byte>>? Pieces = null);
