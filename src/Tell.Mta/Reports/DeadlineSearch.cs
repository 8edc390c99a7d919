using Tell.Documents;

namespace Tell.Mta.Reports;

/// <summary>
/// Finds the times again that <see cref="Deadlines"/> had no room for, in all that waits: a bounded part of it at each look. It is needed once for each
/// fifty thousand of those times at most, however much waits.
/// </summary>
internal sealed class DeadlineSearch(MtaContext context)
{
    private const int Page = 500, MostPages = 20;

    private static readonly WorkQueue[] Queues = [WorkQueue.Outbound, WorkQueue.MailBox];

    private DateTimeOffset? _from;
    private DateTimeOffset _seen;
    private int _queue;

    /// <summary>True while it has not come to the end.</summary>
    public bool IsUnderWay => _from is not null;

    /// <summary>Goes on, or begins where some times were left out.</summary>
    public async ValueTask LookAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        if (_from is null)
        {
            _from = context.Deadlines.TakeLeft(now);
            (_queue, _seen) = (0, DateTimeOffset.UnixEpoch);
        }
        for (var pages = 0; _from is { } from && pages < MostPages; pages++)
        {
            var page = await context.Queues.ReadAgedAsync(Queues[_queue], _seen, now, Page, cancellation);
            foreach (var lease in page)
            {
                if (lease.Document.Envelope?.DeliverBy >= from)
                    context.Deadlines.Note(lease.Document);
            }
            if (page.Count >= Page)
                _seen = page[^1].Document.AgeFrom;
            else if (++_queue < Queues.Length)
                _seen = DateTimeOffset.UnixEpoch;
            else
                _from = null;
        }
    }
}
