using Tell.Documents;

namespace Tell.Mta.Operations;

/// <summary>What work on documents of the queues came to.</summary>
/// <param name="Done">How many documents it was done to.</param>
/// <param name="Left">To how many it was not done, and why: each reason with the first of its documents.</param>
public sealed record QueueWork(long Done, IReadOnlyList<(string Reason, long Documents, Unid First)> Left)
{
    /// <summary>How many documents were left as they are.</summary>
    public long LeftDocuments => Left.Sum(left => left.Documents);
}
