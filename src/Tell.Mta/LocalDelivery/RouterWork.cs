using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Logging;
using Tell.Mta.Outbound;
using Tell.Mta.Statistics;

namespace Tell.Mta.LocalDelivery;

/// <summary>
/// What becomes of one Memo: gathers what happened to those whom it reaches, and makes one settlement of it. Where all of them go the same way the
/// Memo itself goes on, with its history; else it is removed, and each part goes on as a document of its own.
/// </summary>
internal sealed class RouterWork(Lease lease, MtaContext context)
{
    private readonly Document _memo = lease.Document;
    private readonly List<Document> _created = [];
    private readonly List<(Stop Stop, string Reason, DateTimeOffset? Due, bool WasTried)> _failed = [];
    private readonly List<(Stop Stop, string Reason)> _held = [];
    private readonly List<(Stop Stop, string What)> _told = [];
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Adds to a statistic.</summary>
    public void Count(string name, int delta)
    {
        if (delta != 0)
            _counts[name] = _counts.GetValueOrDefault(name) + delta;
    }

    /// <summary>A document comes into being.</summary>
    public void Create(Document document) => _created.Add(document);

    /// <summary>What has come back to a recipient waits until an operator acts.</summary>
    public void HoldLoop(Stop stop, string reason)
    {
        Count(Stat.Loops, 1);
        _held.Add((stop, reason));
    }

    /// <summary>A recipient waits until an operator acts.</summary>
    public void Hold(Stop stop, string reason)
    {
        Count(Stat.Held, 1);
        _held.Add((stop, reason));
    }

    /// <summary>
    /// A recipient has come to a good end. Where its sender wants to know (RFC 3461 4.1) that becomes a document in state Success, made in the same transaction in
    /// which the Memo goes on, for the Delivery Report Task: told once, however often it was filed.
    /// </summary>
    /// <param name="stop">The recipient.</param>
    /// <param name="state">Delivered, or Expanded for a group whose members have taken its place.</param>
    /// <param name="what">What was done, for those who want the way traced.</param>
    public void Succeed(Stop stop, RecipientStatus state, string what)
    {
        if (Forms.IsReport(_memo.Form))
            return;
        foreach (var one in stop.Named.Where(one => one.Sender is not null && one.Recipient.Notify.HasFlag(Notify.Success)))
        {
            var recipient = one.Recipient with { Status = state, Attempts = one.Recipient.Attempts + 1, LastStatus = new EnhancedStatus(2, 0, 0), LastReply = null, LastHost = null };
            _told.Add((one with { Recipient = recipient }, what));
        }
    }

    /// <summary>A recipient is given up.</summary>
    /// <param name="stop">The recipient.</param>
    /// <param name="status">Of class 5.</param>
    /// <param name="reason">For operators and senders.</param>
    /// <param name="wasTried">False where there was nothing to try.</param>
    public void Fail(Stop stop, EnhancedStatus status, string reason, bool wasTried = true)
    {
        foreach (var one in stop.Named)
        {
            Count(Stat.FailedRecipients, 1);
            _failed.Add((Given(one, RecipientStatus.Failed, status, reason), reason, null, wasTried));
        }
    }

    /// <summary>A recipient is tried again later, or given up where the Memo is too old for that.</summary>
    /// <param name="stop">The recipient.</param>
    /// <param name="status">Of class 4.</param>
    /// <param name="reason">For operators.</param>
    /// <param name="said">What senders may know where it is given up; null for the reason.</param>
    public void Defer(Stop stop, EnhancedStatus status, string reason, string? said = null)
    {
        var policy = context.Profiles.PolicyOf(_memo);
        var expires = policy.EndOf(_memo);
        if (expires <= context.Now)
        {
            foreach (var one in stop.Named)
            {
                Count(Stat.Expired, 1);
                Count(Stat.FailedRecipients, 1);
                // RFC 3463 3.5: X.4.7 only where there is no code for the actual problem.
                _failed.Add((Given(one, RecipientStatus.Failed, status.SaysWhy ? status : OutboundOutcome.TooOld, $"{OutboundOutcome.Expired}; last: {said ?? reason}"), OutboundOutcome.Expired, null, true));
            }
            return;
        }
        var attempts = stop.Recipient.Attempts + 1;
        if (policy.MostAttempts > 0 && attempts >= policy.MostAttempts)
        {
            Fail(stop, status, $"{OutboundOutcome.Exhausted}; last: {said ?? reason}");
            return;
        }
        Count(Stat.Deferred, 1);
        var due = context.Now + policy.After(attempts);
        foreach (var one in stop.Named)
            _failed.Add((Given(one, one.Recipient.Status, status, said ?? reason), reason, due < expires ? due : expires, true));
    }

    /// <summary>The Memo reaches too many for one document: none is filed yet, and each of the documents made here has a share of them.</summary>
    /// <param name="stops">Those who are known.</param>
    /// <param name="rest">Those who are still to be looked at, in one document for each sender.</param>
    /// <param name="share">How many recipients a document has.</param>
    public void Split(IEnumerable<Stop> stops, IEnumerable<Stop> rest, int share)
    {
        foreach (var sender in stops.GroupBy(stop => stop.Sender))
        {
            foreach (var some in sender.Chunk(share))
                _created.Add(Part([.. some.SelectMany(stop => stop.Named)]));
        }
        foreach (var sender in rest.GroupBy(stop => stop.Sender))
            _created.Add(Part([.. sender.SelectMany(stop => stop.Named)]));
    }

    /// <summary>The settlement.</summary>
    public Settlement ToSettlement()
    {
        ImmutableArray<CounterChange> counters = [.. _counts.Select(count => new CounterChange(count.Key, count.Value))];
        var ways = _failed.GroupBy(failed => (failed.Stop.Sender, failed.Reason, failed.Due, failed.WasTried)).ToArray();
        if (_created.Count == 0 && _held.Count == 0 && ways is [var way] && Parts.IsWhole(_memo, Stops(way)))
            return Whole(way.Key.Reason, way.Key.Due, way.Key.WasTried, Stops(way)) with { Counters = counters };
        if (_created.Count == 0 && ways.Length == 0 && _held is [var held] && Parts.IsWhole(_memo, [.. held.Stop.Named]))
            return Settlement.Held(lease, held.Reason) with { Counters = counters };

        if (_created.Count == 0 && _held.Count == 0 && ways.Length == 0 && _told.Count > 0 && Parts.IsWhole(_memo, Stops(_told)))
        {
            return Settlement.Succeeded(lease) with
            {
                Attempt = Succeeded(_told),
                Envelope = Ordered(Stops(_told)),
                Counters = counters,
            };
        }
        foreach (var told in _told.GroupBy(one => one.Stop.Sender))
            _created.Add(Part(Stops(told)) with { State = DocumentState.Success, Attempts = [Succeeded(told)] });
        foreach (var failed in ways)
        {
            var stops = Stops(failed);
            _created.Add(Part(stops) with
            {
                State = DocumentState.Failure,
                Due = failed.Key.Due,
                Reason = failed.Key.Reason,
                Attempts = failed.Key.WasTried ? [Tried(failed.Key.Reason, stops[0])] : [],
            });
        }
        foreach (var (stop, reason) in _held)
            _created.Add(Part([.. stop.Named]) with { State = DocumentState.Held, Reason = reason });
        return Settlement.Removed(lease) with { Created = [.. _created], Counters = counters };
    }

    /// <summary>Writes what a settlement that is on stable storage means for the recipients.</summary>
    public static void Log(Settlement settlement, TransferLog log)
    {
        var memo = settlement.Lease.Document;
        foreach (var document in settlement.Created)
        {
            if (document.State is DocumentState.Pending or DocumentState.Failure)
                log.Queued(document, memo.Id);
            Log(document, document.State, document.Due, document.Attempts is [var attempt] ? attempt : null, document.Reason, document.Envelope!, log);
        }
        var state = settlement.Kind switch
        {
            SettlementKind.Held => DocumentState.Held,
            SettlementKind.Dead => DocumentState.Dead,
            SettlementKind.Failed or SettlementKind.Deferred => DocumentState.Failure,
            _ => DocumentState.Pending,
        };
        Log(memo, state, settlement.Due, settlement.Attempt, settlement.Reason, settlement.Envelope ?? memo.Envelope!, log);
    }

    private static void Log(Document document, DocumentState state, DateTimeOffset? due, Attempt? attempt, string? reason, Envelope envelope, TransferLog log)
    {
        if (state == DocumentState.Held)
            log.Held(document, reason ?? "");
        else if (state == DocumentState.Dead)
            log.Dead(document, reason ?? "");
        if (state != DocumentState.Failure)
            return;
        foreach (var recipient in envelope.Recipients)
        {
            if (due is { } again && attempt is not null)
                log.Deferred(document, recipient, attempt, again);
            else if (due is null)
                log.Failed(document, recipient, reason ?? "");
        }
    }

    private Settlement Whole(string reason, DateTimeOffset? due, bool wasTried, IReadOnlyList<Stop> stops)
    {
        var settlement = due is { } again ? Settlement.Deferred(lease, again, reason) : Settlement.Failed(lease, reason);
        return settlement with
        {
            Attempt = wasTried ? Tried(reason, stops[0]) : null,
            Envelope = Ordered(stops),
        };
    }

    // In their old order: the ways by which they came stand in it too.
    private Envelope Ordered(IReadOnlyList<Stop> stops) =>
        _memo.Envelope! with { Recipients = [.. stops.Select(stop => stop.Recipient).OrderBy(recipient => _memo.Envelope!.Recipients.Index().First(one => one.Item.Address == recipient.Address).Index)] };

    private Attempt Succeeded(IEnumerable<(Stop Stop, string What)> told) => new()
    {
        Time = context.Now,
        Phase = "filing",
        Status = new EnhancedStatus(2, 0, 0),
        Text = string.Join(", ", told.Select(one => one.What).Distinct().Take(3)),
    };

    private Attempt Tried(string reason, Stop stop) => new() { Time = context.Now, Phase = "filing", Status = stop.Recipient.LastStatus, Text = reason };

    private Document Part(IReadOnlyList<Stop> stops) =>
        Parts.Of(_memo, WorkQueue.MailBox, context.Queues.NewId(), stops) with { State = DocumentState.Pending };

    private static Stop[] Stops(IEnumerable<(Stop Stop, string Reason, DateTimeOffset? Due, bool WasTried)> failed) => [.. failed.Select(one => one.Stop)];

    private static Stop[] Stops(IEnumerable<(Stop Stop, string What)> told) => [.. told.Select(one => one.Stop)];

    private static Stop Given(Stop stop, RecipientStatus state, EnhancedStatus status, string said) => stop with
    {
        Recipient = stop.Recipient with { Status = state, Attempts = stop.Recipient.Attempts + 1, LastStatus = status, LastReply = said, LastHost = null },
    };
}
