using Tell.Documents;
using Tell.Mta.Logging;

namespace Tell.Mta.Outbound;

/// <summary>Writes the facts of a transmission to the transfer log, after they are on stable storage.</summary>
internal static class TransferFacts
{
    /// <summary>The attempt, and then what it meant for each recipient.</summary>
    public static void Write(TransferLog log, Settlement settlement)
    {
        var document = settlement.Lease.Document;
        var attempt = settlement.Attempt;
        if (attempt is not null)
            log.Attempted(document, attempt);
        var recipients = (settlement.Envelope ?? document.Envelope!).Recipients;
        foreach (var recipient in recipients)
        {
            if (settlement.Kind == SettlementKind.Succeeded)
                log.Delivered(document, recipient, attempt!);
            else if (settlement.Kind == SettlementKind.Deferred)
                log.Deferred(document, recipient, attempt!, settlement.Due!.Value);
            else if (settlement.Kind == SettlementKind.Failed)
                log.Failed(document, recipient, recipient.LastReply ?? settlement.Reason ?? "");
        }
        foreach (var split in settlement.Created)
        {
            foreach (var recipient in split.Envelope!.Recipients)
            {
                if (split.State == DocumentState.Success)
                    log.Delivered(split, recipient, split.Attempts[^1]);
                else
                    log.Failed(split, recipient, recipient.LastReply ?? split.Reason ?? "");
            }
        }
        if (settlement.Kind == SettlementKind.Dead)
            log.Dead(document, settlement.Reason ?? "");
    }
}
