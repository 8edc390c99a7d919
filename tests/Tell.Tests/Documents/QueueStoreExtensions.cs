using Tell.Documents;

namespace Tell.Tests.Documents;

/// <summary>Shorter ways to ask a store.</summary>
internal static class QueueStoreExtensions
{
    /// <summary>The finished documents of a queue, whichever way they ended, oldest first.</summary>
    public static async ValueTask<IReadOnlyList<Lease>> ReadFinishedAsync(this IQueueStore store, WorkQueue queue, int most, CancellationToken cancellation)
    {
        var successes = await store.ReadFinishedAsync(queue, DocumentState.Success, null, most, cancellation);
        var failures = await store.ReadFinishedAsync(queue, DocumentState.Failure, null, most, cancellation);
        return [.. successes.Concat(failures).OrderBy(lease => lease.Document.Id).Take(most)];
    }
}
