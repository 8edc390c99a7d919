using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Conversion;
using Tell.Mta.LocalDelivery;
using Tell.Mta.Reports;

namespace Tell.Mta.Operations;

/// <summary>
/// Work on documents of the work queues that have stopped, or are to stop: they are listed, read, released, deleted, edited, held and returned (seed 001,
/// seed 002, facts: lotus 6.5). Each document is one settlement under its fence, so that of an operator and a task only one decides; who did
/// what stands in the transfer log and in the server log. Works page by page: where it is interrupted, what was done is done, and the
/// same again does the rest.
/// </summary>
public sealed partial class QueueDesk
{
    private const int Page = 500, LongestName = 255, LongestReason = 400;

    private readonly MtaContext _context;
    private readonly EnvelopeEditor _editor;
    private readonly ILogger _log;

    internal QueueDesk(MtaContext context)
    {
        (_context, _editor) = (context, new EnvelopeEditor(context));
        _log = context.Loggers.CreateLogger("OPERATOR");
    }

    /// <summary>True for what waits for a recipient who is on hold: <see cref="HoldDesk"/> lets it go on.</summary>
    public static bool IsOfHoldQueue(Document document) => Hold.Has(document);

    /// <summary>
    /// When a dead or held document stopped, as far as it tells: at its last attempt, or else when its age began. What is dead for its age stopped later.
    /// </summary>
    public static DateTimeOffset StoppedAt(Document document) => Release.StoppedAt(document);

    /// <summary>Some of the dead or the held documents, oldest first, with their attempts.</summary>
    /// <param name="selection"><see cref="QueueSelection.Dead"/> or <see cref="QueueSelection.Held"/>, as far as it fits.</param>
    /// <param name="after">Only documents after this one; null from the first.</param>
    /// <param name="most">At most so many, 1 to 1000.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ArgumentException">The selection is another one.</exception>
    public async Task<QueuePage> ListAsync(QueueSelection selection, Unid? after, int most, CancellationToken cancellation)
    {
        if (selection.States is not [DocumentState.Dead or DocumentState.Held])
            throw new ArgumentException("Only dead or held documents are listed.", nameof(selection));
        most = Math.Clamp(most, 1, 1000);
        var found = new List<Document>();
        await foreach (var page in PagesAsync(selection, after, cancellation))
        {
            foreach (var document in page)
            {
                if (found.Count == most)
                    return new QueuePage(found, found[^1].Id);
                if (await _context.Queues.GetAsync(document.Id, cancellation) is { } whole && selection.Fits(whole))
                    found.Add(whole);
            }
        }
        return new QueuePage(found, null);
    }

    /// <summary>How many documents a selection means now.</summary>
    public async Task<long> CountAsync(QueueSelection selection, CancellationToken cancellation)
    {
        if (selection.IsWide && selection.IsWhole && !selection.States.Contains(DocumentState.Failure))
            return _context.Queues.Counts().Where(count => selection.States.Contains(count.State) && (selection.Queue is null || count.Queue == selection.Queue)).Sum(count => count.Documents);
        var count = 0L;
        await foreach (var page in PagesAsync(selection, null, cancellation))
            count += page.Count;
        return count;
    }

    /// <summary>The message that a document is, in pieces of at most 64 KiB, each valid until the next; false where there is no such document.</summary>
    /// <exception cref="StoreException">It is gone since, or cannot be read.</exception>
    public async Task<bool> ReadAsync(Unid id, Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken cancellation)
    {
        if (await _context.Queues.GetAsync(id, cancellation) is not { } document)
            return false;
        await foreach (var piece in MimeForm.ReadAsync(document, null, _context, _context.Queues.ReadContentAsync, cancellation))
            await take(piece);
        return true;
    }

    // Pages of documents that fit, without attempts. What comes into the queues meanwhile is not among them, so that it comes to an end.
    private async IAsyncEnumerable<IReadOnlyList<Document>> PagesAsync(
        QueueSelection selection, Unid? from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var newest = _context.Queues.NewId();
        foreach (var state in selection.States)
        {
            var after = from;
            while (true)
            {
                var page = await _context.Queues.ViewAsync(new QueueView { Queue = selection.Queue, State = state, After = after, Limit = Page }, cancellation);
                if (page.Count > 0)
                    yield return [.. page.Where(document => document.Id.CompareTo(newest) < 0 && selection.Fits(document))];
                if (page.Count < Page || page[^1].Id.CompareTo(newest) > 0)
                    break;
                after = page[^1].Id;
            }
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<Unid>> IdsAsync(QueueSelection selection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var some in selection.Ids.Chunk(Page))
            yield return some;
        await foreach (var page in PagesAsync(selection, null, cancellation))
            yield return [.. page.Select(document => document.Id)];
    }

    private static string Name(string by)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        return Short(by, LongestName);
    }

    private static string Short(string text, int longest) => Line.Clean(text.Length > longest ? text[..longest] : text).Text;
}
