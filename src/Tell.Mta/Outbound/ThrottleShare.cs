namespace Tell.Mta.Outbound;

/// <summary>
/// What one Destination may send of the recipients that its hosts may get: mail up to the limit; reports too, but while mail waits they leave it the last half. Safe for
/// concurrent use.
/// </summary>
internal sealed class ThrottleShare(MtaContext context, Destination destination)
{
    // How long reports wait that have given way to mail, before they look again.
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(5);

    // The recipients of the document that was held up last: it may be back in its queue by now.
    private volatile int _needed = 1;

    /// <summary>True while recipients that went lately count against the limit: to forget them would let more go than it allows.</summary>
    public bool IsUsed
    {
        get
        {
            var limits = destination.Limits;
            return limits.RecipientLimit > 0 && Free(limits) < limits.RecipientLimit;
        }
    }

    /// <summary>When the next document may go; null where that is now.</summary>
    public DateTimeOffset? BlockedUntil
    {
        get
        {
            var (limits, now) = (destination.Limits, context.Now);
            if (limits.RecipientLimit == 0)
                return null;
            var slot = destination.Throttle.Slot(now, _needed, limits.RecipientLimit, limits.RecipientWindow);
            return slot > now ? slot : GivesWayToMail(limits, now) ? now + Courtesy : null;
        }
    }

    /// <summary>How many recipients may go now; MaxValue where there is no limit.</summary>
    public int Free(DestinationLimits limits) =>
        limits.RecipientLimit == 0 ? int.MaxValue : destination.Throttle.Free(context.Now, limits.RecipientLimit, limits.RecipientWindow);

    /// <summary>True where a document with so many recipients may go now.</summary>
    public bool Allows(int recipients, DestinationLimits limits)
    {
        if (limits.RecipientLimit == 0)
            return true;
        var now = context.Now;
        _needed = recipients;
        return destination.Throttle.Slot(now, recipients, limits.RecipientLimit, limits.RecipientWindow) <= now && !GivesWayToMail(limits, now);
    }

    /// <summary>They go; false where somebody else has spent meanwhile what was left.</summary>
    public bool TrySpend(int recipients, DestinationLimits limits)
    {
        if (limits.RecipientLimit == 0)
            return true;
        if (!destination.Throttle.TrySpend(context.Now, recipients, limits.RecipientLimit, limits.RecipientWindow))
            return false;
        _needed = 1;
        return true;
    }

    private bool GivesWayToMail(DestinationLimits limits, DateTimeOffset now) => destination.IsForReports
        && 2 * destination.Throttle.Free(now, limits.RecipientLimit, limits.RecipientWindow) <= limits.RecipientLimit
        && destination.Throttle.MailWaits?.Invoke(now) == true;
}
