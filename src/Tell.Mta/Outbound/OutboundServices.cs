using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mta.Routing;

namespace Tell.Mta.Outbound;

/// <summary>What all Destinations of a session controller use.</summary>
/// <param name="Context">What the tasks of the MTA share.</param>
/// <param name="Hosts">Who finds sites and hosts.</param>
/// <param name="Memory">The hosts that could not be used lately.</param>
/// <param name="Slots">The sessions that may be open in all for mail.</param>
/// <param name="ReportSlots">Those for reports.</param>
/// <param name="Log">The server log.</param>
internal sealed record OutboundServices(MtaContext Context, HostFinder Hosts, HostMemory Memory, SessionSlots Slots, SessionSlots ReportSlots, ILogger Log)
{
    /// <summary>How long a taken document is ours without a renewal: far longer than a Destination needs to renew it.</summary>
    public static readonly TimeSpan LeaseLength = TimeSpan.FromMinutes(30), RenewAfter = TimeSpan.FromMinutes(10);

    /// <summary>How long a connection may take to open.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long a session without work is kept open for the next message.</summary>
    public static readonly TimeSpan KeepOpen = TimeSpan.FromSeconds(5);

    /// <summary>How long other mail waits for a session in which the peer owes one reply. The session itself has the time that RFC 5321 4.5.3.2 gives it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>How long a stop waits for transmissions under way.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>How long a fault of the store is waited out.</summary>
    public static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    /// <summary>The decisions by some limits.</summary>
    public OutboundOutcome OutcomeOf(DestinationLimits limits) => new(limits, Context.Settings.LowPriorityHours, Context.Time, Context.Queues.NewId, Context.Profiles.PolicyOf);

    /// <summary>
    /// Settles one document. What a peer has said must not be forgotten: while the store cannot take it (disk full), it is tried again
    /// until it can, and the session sends nothing else meanwhile.
    /// </summary>
    public async ValueTask<bool> SettleAsync(Settlement settlement, CancellationToken abort)
    {
        while (true)
        {
            try
            {
                return (await Context.Queues.SettleAsync([settlement], CancellationToken.None))[0];
            }
            catch (StoreException fault) when (fault.Fault is StoreFault.Full or StoreFault.InputOutput && !abort.IsCancellationRequested)
            {
                OutboundLog.Unsettled(Log, fault, settlement.Lease.Document.Id);
                await Task.Delay(StorePause, Context.Time, abort);
            }
        }
    }
}
