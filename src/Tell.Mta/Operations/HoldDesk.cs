using Tell.Documents;
using Tell.Mta.LocalDelivery;
using Tell.Mta.Statistics;

namespace Tell.Mta.Operations;

/// <summary>
/// The hold queue: mail for recipients who are on hold (facts: sun-cisco A9). What is held for another cause, a circle or an operator, is not in it:
/// see <see cref="QueueDesk"/>.
/// </summary>
public sealed class HoldDesk
{
    private const int Page = 500;

    private readonly MtaContext _context;

    internal HoldDesk(MtaContext context) => _context = context;

    /// <summary>The same for whoever sits at the console.</summary>
    public Task<HoldRelease> ReleaseAsync(string? user, CancellationToken cancellation) => ReleaseAsync(user, Operator.AtConsole, cancellation);

    /// <summary>
    /// PROCESS_HELD: the held mail of all who are no longer on hold, or of one user, named as the mail file is, runs through routing again. Works page by
    /// page: where it is interrupted, what was released is released.
    /// </summary>
    /// <param name="user">The user; null for all.</param>
    /// <param name="by">Who does it, for the transfer log.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<HoldRelease> ReleaseAsync(string? user, string by, CancellationToken cancellation)
    {
        var released = 0L;
        var still = new SortedDictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        Unid? after = null;
        while (true)
        {
            var page = await _context.Queues.ViewAsync(new QueueView { Queue = WorkQueue.MailBox, State = DocumentState.Held, After = after, Limit = Page }, cancellation);
            var again = new List<Settlement>(page.Count);
            foreach (var held in page.Where(Hold.Has))
            {
                if (user is not null && !Hold.UserOf(held).Equals(user, StringComparison.OrdinalIgnoreCase))
                    continue;
                if (await IsOnHoldAsync(held, cancellation))
                    still[Hold.UserOf(held)] = still.GetValueOrDefault(Hold.UserOf(held)) + 1;
                else if (await _context.Queues.ReadLeaseAsync(held.Id, cancellation) is { } lease && Hold.Has(lease.Document))
                    again.Add(Settlement.Again(lease, _context.Now) with { Began = _context.Now, Notices = 0, Counters = [new(Stat.Released, 1)] });
            }
            var settled = await _context.Queues.SettleAsync(again, cancellation);
            foreach (var (settlement, _) in again.Zip(settled).Where(pair => pair.Second))
            {
                released++;
                _context.Transfers.Acted("released", settlement.Lease.Document, by, settlement.Lease.Document.Reason);
            }
            if (page.Count < Page)
                return new HoldRelease(released, still);
            after = page[^1].Id;
        }
    }

    // Released to a recipient who is on hold, it would be held again at once.
    private async ValueTask<bool> IsOnHoldAsync(Document held, CancellationToken cancellation)
    {
        foreach (var recipient in held.Envelope!.Recipients)
        {
            if ((await _context.Directory.LocateAsync(recipient.Address, cancellation)).User is { OnHold: true })
                return true;
        }
        return false;
    }
}
