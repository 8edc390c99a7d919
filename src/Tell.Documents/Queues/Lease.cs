namespace Tell.Documents;

/// <summary>
/// The right to settle a document. <see cref="Fence"/> grows with each take: a settle with an older fence than the document's changes
/// nothing, so a worker that was too slow cannot undo the work of the next one (invariant 3).
/// </summary>
/// <param name="Document">The document as it was when it was taken: its State and Due are those of before the take.</param>
/// <param name="Fence">The fencing number.</param>
public sealed record Lease(Document Document, long Fence);
