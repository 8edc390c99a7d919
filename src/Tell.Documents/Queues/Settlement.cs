using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Documents;

/// <summary>
/// How a taken document goes on. All of it is one transaction: the state, the attempt, the new documents, the counters; or, where the
/// lease was lost, nothing.
/// </summary>
public sealed record Settlement
{
    private Settlement(Lease lease, SettlementKind kind) => (Lease, Kind) = (lease, kind);

    /// <summary>The right to do it.</summary>
    public Lease Lease { get; }

    /// <summary>What becomes of the document.</summary>
    public SettlementKind Kind { get; }

    /// <summary>The next attempt, for Deferred, and when it may be taken, for Again; for Released null where that stays.</summary>
    public DateTimeOffset? Due { get; private init; }

    /// <summary>The reason, for Deferred, Failed, Dead and Held.</summary>
    public string? Reason { get; private init; }

    /// <summary>The attempt to add to the history; null for none.</summary>
    public Attempt? Attempt { get; init; }

    /// <summary>The envelope from now on; null leaves it. Recipients carry what was found out about them.</summary>
    public Envelope? Envelope { get; init; }

    /// <summary>The lane from now on; null leaves it.</summary>
    public string? Destination { get; init; }

    /// <summary><see cref="Document.Notices"/> from now on; null leaves it.</summary>
    public int? Notices { get; init; }

    /// <summary><see cref="Document.Releases"/> from now on; null leaves it.</summary>
    public int? Releases { get; init; }

    /// <summary><see cref="Document.Began"/> from now on; null leaves it.</summary>
    public DateTimeOffset? Began { get; init; }

    /// <summary>Documents that come into being with it; their parents' counts grow by them.</summary>
    public ImmutableArray<Document> Created { get; init; } = [];

    /// <summary>
    /// Settlements of other documents that stand or fall with this one: where one of all these leases was lost, none is carried out, and
    /// nothing is created or counted. They have no others of their own. What they create comes first and what they remove goes last, so that a content that goes on to
    /// a new document stays, and a parent may be settled with its last child.
    /// </summary>
    public ImmutableArray<Settlement> Others { get; init; } = [];

    /// <summary>Statistics that change with it.</summary>
    public ImmutableArray<CounterChange> Counters { get; init; } = [];

    /// <summary>State Success.</summary>
    public static Settlement Succeeded(Lease lease) => new(lease, SettlementKind.Succeeded);

    /// <summary>State Failure with a next attempt.</summary>
    public static Settlement Deferred(Lease lease, DateTimeOffset due, string reason) => new(lease, SettlementKind.Deferred) { Due = due, Reason = reason };

    /// <summary>State Failure without a next attempt.</summary>
    public static Settlement Failed(Lease lease, string reason) => new(lease, SettlementKind.Failed) { Reason = reason };

    /// <summary>State Dead.</summary>
    public static Settlement Dead(Lease lease, string reason) => new(lease, SettlementKind.Dead) { Reason = reason };

    /// <summary>State Held.</summary>
    public static Settlement Held(Lease lease, string reason) => new(lease, SettlementKind.Held) { Reason = reason };

    /// <summary>As it was before it was taken: its state and due time. Also for what only changes its envelope, its lane or its <see cref="Notices"/>.</summary>
    public static Settlement Released(Lease lease) => new(lease, SettlementKind.Released);

    /// <summary>As it was before it was taken, but that it waits until another time. What does not wait stays where it is.</summary>
    public static Settlement Postponed(Lease lease, DateTimeOffset due) => new(lease, SettlementKind.Released) { Due = due };

    /// <summary>State Pending, whatever it was: it waits again, from <paramref name="due"/> on.</summary>
    public static Settlement Again(Lease lease, DateTimeOffset due) => new(lease, SettlementKind.Again) { Due = due };

    /// <summary>
    /// Removed. The count of its parent falls by one; a parent whose count reaches zero is removed with it. Contents that nobody points
    /// at any more are removed too.
    /// </summary>
    public static Settlement Removed(Lease lease) => new(lease, SettlementKind.Removed);
}
