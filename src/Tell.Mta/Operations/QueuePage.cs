using Tell.Documents;

namespace Tell.Mta.Operations;

/// <summary>Some of the documents that a selection means, with their attempts.</summary>
/// <param name="Documents">The documents, oldest first.</param>
/// <param name="Next">After which document the next page begins; null where there are no more.</param>
public sealed record QueuePage(IReadOnlyList<Document> Documents, Unid? Next);
