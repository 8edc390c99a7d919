using System.Collections.Immutable;
using Tell.Documents;

namespace Tell.Mta.LocalDelivery;

/// <summary>
/// What a mail file remembers of its quota, in a document of its own: the clock of the grace period is how long the mail file has been over
/// quota, not how long a message has waited (facts: sun-cisco A10). A value.
/// </summary>
internal sealed record QuotaState
{
    private const string Since = "OverSince", Wanted = "OverBy", Held = "OverAt", Limit = "OverOf", Warned = "WarnedAt";

    private Unid _id;

    /// <summary>Nothing to remember.</summary>
    public static QuotaState None { get; } = new();

    /// <summary>Since when it is over quota; null where it is not.</summary>
    public DateTimeOffset? OverSince { get; private init; }

    /// <summary>The octets of the smallest message that it had no room for, those that it held then, warnings counted, and its quota then.</summary>
    public long Needed { get; private init; }

    /// <inheritdoc cref="Needed"/>
    public long Used { get; init; }

    /// <inheritdoc cref="Needed"/>
    public long Quota { get; private init; }

    /// <summary>When its user was last warned; null for never.</summary>
    public DateTimeOffset? WarnedAt { get; init; }

    /// <summary>What a mail file remembers.</summary>
    public static async ValueTask<QuotaState> ReadAsync(IDatabase file, CancellationToken cancellation)
    {
        if (await file.ViewAsync(Forms.QuotaState, null, 1, cancellation) is not [var document])
            return None;
        return new QuotaState
        {
            _id = document.Id,
            OverSince = Time(document[Since]),
            Needed = Number(document[Wanted]),
            Used = Number(document[Held]),
            Quota = Number(document[Limit]),
            WarnedAt = Time(document[Warned]),
        };
    }

    /// <summary>
    /// It had no room for a message. Where others found room meanwhile, and the message is smaller than what found none, that is another
    /// time of being full; so it is where the mail file has grown beyond its old quota, which was raised or taken away in between.
    /// </summary>
    public QuotaState WithoutRoom(long used, long size, long quota, DateTimeOffset now) =>
        OverSince is null || (used > Used && (size < Needed || used > Quota)) ? this with { OverSince = now, Needed = size, Used = used, Quota = quota }
        : size < Needed ? this with { Needed = size } : this;

    /// <summary>It has room for a message: it is over quota no more where there is room for what found none too.</summary>
    public QuotaState WithRoom(long used, long? quota) =>
        OverSince is not null && (quota is null || used + Needed <= quota) ? this with { OverSince = null, Needed = 0, Used = 0, Quota = 0 } : this;

    /// <summary>The document that remembers it.</summary>
    public Document ToDocument(IDatabase file)
    {
        var items = ImmutableArray.CreateBuilder<Item>();
        if (OverSince is { } since)
            items.AddRange(Item.OfTime(Since, since), Item.OfNumber(Wanted, Needed), Item.OfNumber(Held, Used), Item.OfNumber(Limit, Quota));
        if (WarnedAt is { } warned)
            items.Add(Item.OfTime(Warned, warned));
        return new Document { Id = _id.IsNone ? file.NewId() : _id, Form = Forms.QuotaState, Items = items.ToImmutable() };
    }

    private static DateTimeOffset? Time(Item? item) => item is { Times: [var time, ..] } ? time : null;

    private static long Number(Item? item) => item is { Numbers: [var number, ..] } ? (long)number : 0;
}
