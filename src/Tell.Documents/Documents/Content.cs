namespace Tell.Documents;

/// <summary>
/// Octets that documents point at: a raw message or an attachment. Stored once however many documents of the store point at it, never
/// changed, gone with the last document that points at it.
/// </summary>
/// <param name="Id">The id within its store; grows with time.</param>
/// <param name="Size">The number of octets.</param>
public sealed record Content(long Id, long Size);
