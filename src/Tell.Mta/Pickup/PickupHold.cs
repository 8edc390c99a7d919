using System.Collections.Concurrent;
using Tell.Documents;
using Tell.Mta.Files;

namespace Tell.Mta.Pickup;

/// <summary>
/// The documents that wait for their pickup file to be deleted. They are Held from the transaction that puts them, so that nothing is ever due while its file
/// exists; they are released when the file is gone for good. What a crash has left is found again by the reason.
/// </summary>
internal sealed class PickupHold(MtaContext context)
{
    /// <summary>The way in.</summary>
    public const string Protocol = "PICKUP";

    private const string Waiting = "waiting for its pickup file to be deleted: ";
    private const int Page = 1000;

    private readonly ConcurrentDictionary<string, List<Unid>> _held = new(StringComparer.Ordinal);
    private bool _found;

    /// <summary>The files whose documents wait, full paths.</summary>
    public IReadOnlyList<string> Files => [.. _held.Keys.Order(StringComparer.Ordinal)];

    /// <summary>True where documents wait for a file.</summary>
    public bool Has(string file) => _held.ContainsKey(file);

    /// <summary>A document as it is put.</summary>
    public static Document Held(Document document, string file) => document with
    {
        State = DocumentState.Held,
        Due = null,
        Reason = $"{Waiting}{file} (if that fails the log says why; it is sent when the file is gone)",
    };

    /// <summary>Remembers documents that have been put.</summary>
    public void Add(string file, IEnumerable<Unid> documents) => _held[file] = [.. documents];

    /// <summary>True where a document is one of a file.</summary>
    public static bool IsOf(Document document, string file) => document.Envelope?.Submission is { Protocol: Protocol, Session: { } session } && session == file;

    /// <summary>True for a document that waits for its file; an operator who holds it later gives a reason of its own.</summary>
    public static bool IsWaiting(Document document) =>
        document is { State: DocumentState.Held, Envelope.Submission.Protocol: Protocol } && document.Reason?.StartsWith(Waiting, StringComparison.Ordinal) == true;

    /// <summary>There are documents that nobody remembers: they are looked for again.</summary>
    public void Lose() => _found = false;

    /// <summary>Looks once for what the process before has left.</summary>
    public async ValueTask FindAsync(CancellationToken cancellation)
    {
        if (_found)
            return;
        var found = new SortedDictionary<string, List<Unid>>(StringComparer.Ordinal);
        Unid? after = null;
        while (true)
        {
            var page = await context.Queues.ViewAsync(new QueueView { State = DocumentState.Held, After = after, Limit = Page }, cancellation);
            foreach (var document in page)
            {
                if (!IsWaiting(document) || document.Envelope!.Submission.Session is not { } file)
                    continue;
                if (!found.TryGetValue(file, out var documents))
                    found[file] = documents = [];
                documents.Add(document.Id);
            }
            if (page.Count < Page)
                break;
            after = page[^1].Id;
        }
        foreach (var (file, documents) in found)
            _held[file] = documents;
        _found = true;
    }

    /// <summary>Deletes the file, and then releases its documents. Where it fails they stay held, and the next call tries again.</summary>
    /// <exception cref="IOException">The file cannot be deleted.</exception>
    /// <exception cref="StoreException">The documents cannot be released.</exception>
    public async ValueTask ReleaseAsync(string file, IFiles files, CancellationToken cancellation)
    {
        await files.DeleteAsync(file, cancellation);
        // From here on the file is gone on stable storage: whatever happens, these documents are the only copy, and may be due.
        var settlements = new List<Settlement>();
        foreach (var id in _held[file])
        {
            if (await context.Queues.ReadLeaseAsync(id, cancellation) is { } lease && IsWaiting(lease.Document))
                settlements.Add(Settlement.Again(lease, context.Now));
        }
        // What somebody else settled meanwhile is looked at again.
        if (settlements.Count == 0 || (await context.Queues.SettleAsync(settlements, CancellationToken.None)).All(settled => settled))
            _held.TryRemove(file, out _);
    }
}
