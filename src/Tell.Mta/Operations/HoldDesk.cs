using Tell.Documents;
using Tell.Mta.LocalDelivery;

namespace Tell.Mta.Operations;

/// <summary>The hold queue: mail for recipients who are on hold (facts: sun-cisco A9).</summary>
public sealed class HoldDesk
{
    private const int Page = 500;

    private readonly MtaContext _context;

    internal HoldDesk(MtaContext context) => _context = context;

    /// <summary>
    /// PROCESS_HELD: the held mail of all who are no longer on hold, or of one user, named as the mail file is, runs through routing again. Works page by
    /// page: where it is interrupted, what was released is released.
    /// </summary>
    public async Task<HoldRelease> ReleaseAsync(string? user, CancellationToken cancellation)
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
                    again.Add(Settlement.Again(lease, _context.Now));
            }
            released += (await _context.Queues.SettleAsync(again, cancellation)).Count(done => done);
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
