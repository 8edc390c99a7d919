using Tell.Mail;

namespace Tell.Mta.Outbound;

/// <summary>When a message may leave for the first time: at once, or when its sender (RFC 4865) or its priority allows it.</summary>
internal static class Departure
{
    /// <summary>The time; null for at once.</summary>
    public static DateTimeOffset? Of(Envelope envelope, MtaContext context)
    {
        // The ordinary message is not even asked what time it is.
        if (envelope.NotBefore is null && envelope.Priority != Priority.Low)
            return null;
        var now = context.Now;
        var earliest = envelope.NotBefore > now ? envelope.NotBefore.Value : now;
        var due = envelope.Priority == Priority.Low ? LowPriority.Due(earliest, context.Settings.LowPriorityHours, context.Time.LocalTimeZone) : earliest;
        return due > now ? due : null;
    }
}
