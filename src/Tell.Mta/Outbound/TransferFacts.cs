using Tell.Documents;
using Tell.Mta.Configuration;
using Tell.Mta.Logging;
using Tell.Smtp.Client;

namespace Tell.Mta.Outbound;

/// <summary>Writes the facts of a transmission to the transfer log, after they are on stable storage.</summary>
internal static class TransferFacts
{
    private const string NoneLeft = "none left";

    /// <summary>The attempt, and then what it meant for each recipient.</summary>
    /// <param name="log">The transfer log.</param>
    /// <param name="settlement">What was settled.</param>
    /// <param name="sent">What the peer said; null where it said nothing.</param>
    /// <param name="policy">What becomes of recipients in doubt.</param>
    public static void Write(TransferLog log, Settlement settlement, Transmission? sent = null, InDoubtPolicy policy = default)
    {
        var document = settlement.Lease.Document;
        var attempt = settlement.Attempt;
        if (attempt is not null)
            log.Attempted(document, attempt);
        var doubt = sent?.Fault is { InDoubt: true };
        if (doubt)
        {
            foreach (var result in sent!.Recipients.Where(result => result.InDoubt))
                log.InDoubt(document, result.Recipient, attempt!, IsOver(result.Recipient) ? NoneLeft : policy.ToString().ToLowerInvariant());
        }
        var recipients = (settlement.Envelope ?? document.Envelope!).Recipients;
        foreach (var recipient in recipients)
        {
            if (settlement.Kind == SettlementKind.Succeeded)
                log.Delivered(document, recipient, attempt!, IsAssumed(recipient));
            else if (settlement.Kind == SettlementKind.Deferred)
                log.Deferred(document, recipient, attempt!, settlement.Due!.Value);
            else if (settlement.Kind == SettlementKind.Failed)
                log.Failed(document, recipient, recipient.LastReply ?? settlement.Reason ?? "");
        }
        if (settlement.Kind == SettlementKind.Held)
            log.Held(document with { Envelope = settlement.Envelope ?? document.Envelope }, settlement.Reason ?? "");
        foreach (var split in settlement.Created)
        {
            if (split.State == DocumentState.Held)
            {
                log.Held(split, split.Reason ?? "");
                continue;
            }
            foreach (var recipient in split.Envelope!.Recipients)
            {
                if (split.State == DocumentState.Success)
                    log.Delivered(split, recipient, split.Attempts[^1], IsAssumed(recipient));
                else
                    log.Failed(split, recipient, recipient.LastReply ?? split.Reason ?? "");
            }
        }
        if (settlement.Kind == SettlementKind.Dead)
            log.Dead(document, settlement.Reason ?? "");

        // The last attempt that it had: by whichever policy, there is no other.
        bool IsOver(Mail.Recipient recipient) => policy == InDoubtPolicy.Retry && Failed().Any(failed => failed.Address.Equals(recipient.Address));

        IEnumerable<Mail.Recipient> Failed() => settlement.Created.Where(split => split.State == DocumentState.Failure).SelectMany(split => split.Envelope!.Recipients)
            .Concat(settlement.Kind == SettlementKind.Failed ? (settlement.Envelope ?? document.Envelope!).Recipients : []);

        bool IsAssumed(Mail.Recipient recipient) => doubt && sent!.Recipients.Any(result => result.InDoubt && result.Recipient.Address.Equals(recipient.Address));
    }
}
