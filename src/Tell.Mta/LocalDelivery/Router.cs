using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Controller;
using Tell.Mta.Conversion;
using Tell.Mta.Outbound;
using Tell.Mta.Statistics;

namespace Tell.Mta.LocalDelivery;

/// <summary>
/// ROUTER: brings the Memos of MAIL.BOX to those whom they reach: into mail files and Maildirs, and to SMTP.BOX what is for the Internet or an LMTP
/// server. Groups and forwarding take effect first, then hold, then quota. Those for whom it cannot be done now wait in a document of
/// their own, so that nobody waits for anybody else.
/// </summary>
public sealed partial class Router(MtaContext context) : QueueTask("ROUTER", context, WorkQueue.MailBox)
{
    /// <summary>The recipients of one document: a Memo that reaches more is split before anything is filed.</summary>
    public const int MostRecipients = 100;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly MailFiler _filer = new(context);
    private readonly Departing _departing = new(context);
    private DateTimeOffset _begun;

    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken stop)
    {
        _begun = Context.Now;
        return base.RunAsync(stop);
    }

    /// <inheritdoc/>
    protected override async ValueTask<Settlement> WorkAsync(Lease lease, CancellationToken stop)
    {
        var memo = lease.Document;
        // What has failed before is not tried once more after its end.
        if (memo.State == DocumentState.Failure && Context.Profiles.PolicyOf(memo).EndOf(memo) <= Context.Now)
            return OutboundOutcome.GiveUp(lease);
        var reached = await Expansion.OfAsync(memo, Context, stop);
        foreach (var name in reached.Unresolved)
            LogUnresolved(Log, memo.Id, Line.Clean(name).Text);
        var work = new RouterWork(lease, Context);
        work.Count(Stat.Forwarded, reached.Forwarded);
        work.Count(Stat.Expanded, reached.Expanded);
        foreach (var stopped in reached.Failures)
            work.Fail(stopped, stopped.Recipient.LastStatus, stopped.Recipient.LastReply!, wasTried: false);
        foreach (var (ended, state, what) in reached.Successes)
            work.Succeed(ended, state, what);
        foreach (var (circling, reason) in reached.Circling)
            work.HoldLoop(circling, reason);
        // Checkpoint: nothing is filed yet, so that dying here, or at the split, leaves the Memo as it was.
        if (reached.Stops.Count + reached.Rest.Count > MostRecipients)
            work.Split(reached.Stops, reached.Rest, MostRecipients);
        else
            await DeliverAsync(memo, reached.Stops, work, stop);
        foreach (var (fact, recipient, by) in reached.Replaced)
            Context.Transfers.Replaced(memo, fact, recipient, by);
        return work.ToSettlement();
    }

    /// <inheritdoc/>
    protected override void Settled(Settlement settlement) => RouterWork.Log(settlement, Context.Transfers);

    /// <inheritdoc/>
    protected override ValueTask SettledAllAsync() => _departing.ReleaseAsync();

    private async ValueTask DeliverAsync(Document memo, List<Stop> stops, RouterWork work, CancellationToken cancellation)
    {
        var leaving = new List<Stop>();
        foreach (var stop in stops)
        {
            if (stop.User is { OnHold: true } user)
                work.Hold(stop, Hold.ReasonOf(user));
            else if (stop.User is null || stop.User.Route is { IsLmtp: true })
            {
                leaving.Add(stop);
                // The LMTP server is given one name, and answers for that.
                foreach (var also in stop.Also)
                    work.Succeed(also, RecipientStatus.Expanded, $"gave way to {stop.Recipient.Address}");
            }
            else
                await FileAsync(memo, stop, work, cancellation);
        }
        foreach (var parent in await _departing.ParentsAsync(memo, leaving, cancellation))
            work.Create(parent);
    }

    // The ladder of one mail file or Maildir: what it throws is about those who read it, and the others go on.
    private async ValueTask FileAsync(Document memo, Stop stop, RouterWork work, CancellationToken cancellation)
    {
        try
        {
            if (stop.User!.Route?.Maildir is { } folder)
            {
                await Maildir.DeliverAsync(
                    Context.Files, folder, Parts.OriginOf(memo), MimeForm.ReadAsync(memo, null, Context, Context.Queues.ReadContentAsync, cancellation), cancellation,
                    new FinalDelivery(stop.Sender, stop.Recipient.Address), Context.HostDomain.Name, MayBeThere(memo, stop));
                Filed(stop, folder);
                return;
            }
            var filing = await _filer.FileAsync(memo, Parts.OriginOf(memo), stop, MayBeThere(memo, stop), cancellation);
            if (filing.FullSince is { } since)
                Refused(stop, since, filing.Reason!, work);
            else
                Filed(stop, stop.User.MailFile);
            work.Count(Stat.ItemizeErrors, filing.HasItemizeError ? 1 : 0);
        }
        catch (Exception fault) when (fault is StoreException or IOException or UnauthorizedAccessException)
        {
            LogNotFiled(Log, fault, memo.Id, stop.Recipient.Address);
            work.Defer(stop, new EnhancedStatus(4, 2, 0), Line.Clean(fault.Message).Text);
        }

        void Filed(Stop stop, string where)
        {
            work.Count(Stat.Filed, 1);
            work.Succeed(stop, RecipientStatus.Delivered, $"filed for {stop.Recipient.Address}");
            Context.Transfers.Filed(memo, stop.Recipient, where);
        }
    }

    // Only a message that can never have been tried is not looked for in the mail file, or the whole mailbox: made by this process since the task began, not
    // tried, and not so old that its lease may have been lost. Whom a part of it leads to only now, another part may have led to before.
    private bool MayBeThere(Document memo, Stop stop)
    {
        var made = Parts.OriginOf(memo).Time;
        return (!stop.IsAsGiven && Parts.OriginOf(memo) != memo.Id) || memo.State == DocumentState.Failure || stop.Recipient.Attempts > 0 || made <= _begun || Context.Now - made > Fresh;
    }

    private void Refused(Stop stop, DateTimeOffset since, string reason, RouterWork work)
    {
        work.Count(Stat.OverQuota, 1);
        // Facts: sun-cisco A10: it is the mail file that may be over quota for so long, and not the message that may wait for so long.
        if (Context.Now - since >= Context.Settings.QuotaGracePeriod)
            work.Fail(stop, new EnhancedStatus(5, 2, 2), QuotaWords.GivenBack);
        else
            work.Defer(stop, new EnhancedStatus(4, 2, 2), reason, QuotaWords.Full);
    }

    [LoggerMessage(1601, LogLevel.Warning, "document {Unid}: \"{Name}\" of a group is nobody, and is left out")]
    private static partial void LogUnresolved(ILogger log, Unid unid, string name);

    [LoggerMessage(1602, LogLevel.Warning, "document {Unid} cannot be filed for {Address} now; it waits")]
    private static partial void LogNotFiled(ILogger log, Exception fault, Unid unid, Mailbox address);
}
