namespace Tell.Commands;

/// <summary>A file of a memo.</summary>
/// <param name="FileName">Its name, without a directory.</param>
/// <param name="Octets">What is in it.</param>
public sealed record MemoAttachment(string FileName, ReadOnlyMemory<byte> Octets);
