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
            AttemptCount = Math.Max(document.AttemptCount, document.Attempts.Length),
        };
    }

    /// <summary>What a settlement that is not Removed makes of a document (as it is without its lease), attempts left out.</summary>
    public static Document Settle(Document document, Settlement settlement)
    {
        var before = settlement.Lease.Document;
        var settled = settlement.Kind switch
        {
            SettlementKind.Succeeded => document with { State = DocumentState.Success, Due = null, Reason = null },
            SettlementKind.Deferred => document with { State = DocumentState.Failure, Due = Whole(settlement.Due!.Value), Reason = settlement.Reason },
            SettlementKind.Failed => document with { State = DocumentState.Failure, Due = null, Reason = settlement.Reason },
            SettlementKind.Dead => document with { State = DocumentState.Dead, Due = null, Reason = settlement.Reason },
            SettlementKind.Held => document with { State = DocumentState.Held, Due = null, Reason = settlement.Reason },
            SettlementKind.Again => document with { State = DocumentState.Pending, Due = Whole(settlement.Due!.Value), Reason = null },
            SettlementKind.Released => document with { State = before.State, Due = before.Due },
            _ => throw new ArgumentOutOfRangeException(nameof(settlement), settlement.Kind, null),
        };
        if (settlement.Envelope is not null)
            settled = settled with { Envelope = settlement.Envelope };
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
