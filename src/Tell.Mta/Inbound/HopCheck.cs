using Tell.Mail;
using Tell.Mta.Configuration;

namespace Tell.Mta.Inbound;

/// <summary>
/// Whether a message goes in circles, by where its header says that it has been (RFC 5321 6.3; facts: sun-cisco A9). It is a suspicion and no proof, so
/// such a message is held and not given back: released by hand it goes on.
/// </summary>
internal static class HopCheck
{
    /// <summary>Why a message is held; null where its way is not suspicious.</summary>
    public static string? Suspicion(ReadOnlySpan<byte> head, MtaSettings settings, string host)
    {
        var (all, own) = ReceivedTrace.Count(head, host);
        if (own > settings.MaxOwnHops)
            return LoopWords.Of($"{own} Received fields name {host}, more than SMTPMTA_MaxOwnHops={settings.MaxOwnHops}");
        return all > settings.MaxHops ? LoopWords.Of($"it has {all} Received fields, more than SMTPMTA_MaxHops={settings.MaxHops}") : null;
    }
}
