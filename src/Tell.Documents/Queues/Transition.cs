namespace Tell.Documents;

/// <summary>
/// The state machine of a document in a work queue, as pure functions that every engine uses: what a put stores and what a settlement
/// makes of a document. Times are kept to the millisecond, in UTC.
/// </summary>
internal static class Transition
{
    /// <summary>The document as a queue stores it.</summary>
    /// <exception cref="ArgumentException">It has no id or queue, or is in a state in which nothing can begin.</exception>
    public static Document Accept(Document document, DateTimeOffset now)
    {
        if (document.Id.IsNone)
            throw new ArgumentException("A document needs an id.", nameof(document));
        if (document.Queue is not { } queue || !Enum.IsDefined(queue))
            throw new ArgumentException($"Document {document.Id} is put into a work queue and names none.", nameof(document));
        if (document.State == DocumentState.LockedForXmit || !Enum.IsDefined(document.State))
            throw new ArgumentException($"Document {document.Id} cannot begin in state {document.State}.", nameof(document));
        return document with
        {
            Due = document.State switch
            {
                DocumentState.Pending => Whole(document.Due ?? now),
                DocumentState.Failure when document.Due is { } due => Whole(due),
                _ => null,
            },
            Children = 0,
            Began = document.Began is { } began ? Whole(began) : null,
            AttemptCount = Math.Max(document.AttemptCount, document.Attempts.Length),
        };
    }

    /// <summary>Refuses settlements of which two are of one document, or of which another has others of its own.</summary>
    /// <exception cref="ArgumentException">They cannot be carried out in one call.</exception>
    public static void Check(IReadOnlyList<Settlement> settlements)
    {
        if (settlements.Count == 1 && settlements[0].Others.IsDefaultOrEmpty)
            return;
        var seen = new HashSet<Unid>();
        foreach (var settlement in settlements)
        {
            Check(settlement, seen);
            foreach (var other in settlement.Others.IsDefault ? [] : settlement.Others)
            {
                Check(other, seen);
                if (!other.Others.IsDefaultOrEmpty)
                    throw new ArgumentException($"The settlement of document {other.Lease.Document.Id}, which goes with another, has others of its own.", nameof(settlements));
            }
        }
    }

    /// <summary>What a settlement that is not Removed makes of a document (as it is without its lease), attempts left out.</summary>
    public static Document Settle(Document document, Settlement settlement)
    {
        var settled = settlement.Kind switch
        {
            SettlementKind.Succeeded => document with { State = DocumentState.Success, Due = null, Reason = null },
            SettlementKind.Deferred => document with { State = DocumentState.Failure, Due = Whole(settlement.Due!.Value), Reason = settlement.Reason },
            SettlementKind.Failed => document with { State = DocumentState.Failure, Due = null, Reason = settlement.Reason },
            SettlementKind.Dead => document with { State = DocumentState.Dead, Due = null, Reason = settlement.Reason },
            SettlementKind.Held => document with { State = DocumentState.Held, Due = null, Reason = settlement.Reason },
            SettlementKind.Again => document with { State = DocumentState.Pending, Due = Whole(settlement.Due!.Value), Reason = null },
            // What was taken is still stored as it was; the lease may be of a document that somebody else has taken, and then shows it so.
            SettlementKind.Released => settlement.Due is { } due && document.Due is not null ? document with { Due = Whole(due) } : document,
            _ => throw new ArgumentOutOfRangeException(nameof(settlement), settlement.Kind, null),
        };
        settled = settled with
        {
            Envelope = settlement.Envelope ?? settled.Envelope,
            Destination = settlement.Destination ?? settled.Destination,
            Notices = settlement.Notices ?? settled.Notices,
            Releases = settlement.Releases ?? settled.Releases,
            Began = settlement.Began is { } began ? Whole(began) : settled.Began,
        };
        return settlement.Attempt is null ? settled : settled with { AttemptCount = settled.AttemptCount + 1 };
    }

    /// <summary>
    /// True where the Delivery Report Task has work with it: Failure without a next attempt, or Success. A parent in Success waits for
    /// its children: it goes with the last of them.
    /// </summary>
    public static bool IsFinished(Document document) => document.Due is null
        && (document.State == DocumentState.Failure || document.State == DocumentState.Success && document.Children == 0);

    /// <summary>The place within its lane: 0 for high priority, 1 for normal, 2 for low.</summary>
    public static int Rank(Document document) => document.Envelope?.Priority switch
    {
        Mail.Priority.High => 0,
        Mail.Priority.Low => 2,
        _ => 1,
    };

    /// <summary>The time in UTC without what is below a millisecond.</summary>
    public static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private static void Check(Settlement settlement, HashSet<Unid> seen)
    {
        if (!seen.Add(settlement.Lease.Document.Id))
            throw new ArgumentException($"Document {settlement.Lease.Document.Id} is settled twice in one call.");
    }

    /// <summary>The contents that a document points at, once for each time that it does.</summary>
    public static IEnumerable<Content> ContentsOf(Document document)
    {
        if (document.Content is not null)
            yield return document.Content;
        foreach (var item in document.Items)
        {
            if (item.Content is not null)
                yield return item.Content;
        }
    }
}
