using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.LocalDelivery;
using Tell.Mta.Routing;
using Tell.Mta.Statistics;

namespace Tell.Mta.Operations;

/// <summary>
/// Carries an edit out on one document: what is wrong with it is said, and then nothing changes. A document of SMTPOBWQ goes to one destination: where the
/// edited recipients have several, each of the others gets a document of its own, as dead or held as the first.
/// </summary>
internal sealed class EnvelopeEditor(MtaContext context)
{
    /// <summary>The settlement, or why there is none.</summary>
    public async ValueTask<(Settlement? Settlement, string? Refusal)> ApplyAsync(Lease lease, EnvelopeEdit edit, CancellationToken cancellation)
    {
        var document = lease.Document;
        if (document.Envelope is not { } envelope)
            return (null, "has no envelope");
        var recipients = envelope.Recipients.ToList();
        if (Change(document, recipients, edit) is { } refusal)
            return (null, refusal);
        if (recipients.Count > context.Settings.MaxRecipients)
            return (null, $"would have {recipients.Count} recipients, more than SMTPMTA_MaxRecipients={context.Settings.MaxRecipients}");
        envelope = envelope with
        {
            Sender = edit.ChangesSender ? edit.Sender : envelope.Sender,
            Recipients = [.. recipients],
            // RFC 6531: what has an address beyond ASCII goes to hosts that can bear it.
            SmtpUtf8 = envelope.SmtpUtf8 || recipients.Any(recipient => !recipient.Address.IsAscii) || edit.Sender is { IsAscii: false },
        };
        var removed = edit.Removed.Length + edit.Replaced.Length;
        var settlement = Settlement.Released(lease) with { Envelope = envelope, Counters = removed > 0 ? [new(Stat.RemovedRecipients, removed)] : [] };
        return document.Queue == WorkQueue.Outbound ? await LanesAsync(settlement, envelope, cancellation) : (settlement, null);
    }

    private static string? Change(Document document, List<Recipient> recipients, EnvelopeEdit edit)
    {
        foreach (var (old, address) in edit.Replaced)
        {
            var at = recipients.FindIndex(recipient => recipient.Address == old);
            if (at < 0)
                return NotThere(old, recipients);
            if (recipients.Any(recipient => recipient.Address == address))
                return $"has the recipient {address} already";
            recipients[at] = InPlaceOf(recipients[at], address);
        }
        foreach (var address in edit.Removed)
        {
            var at = recipients.FindIndex(recipient => recipient.Address == address);
            if (at < 0)
                return NotThere(address, recipients);
            // The ways by which recipients were reached stand in the order of the recipients.
            if (at < recipients.Count - 1 && document.Queue == WorkQueue.MailBox && !Parts.TrailsOf(document).IsEmpty)
                return $"was sent on to its recipients, and keeps their order: {address} can be replaced by another, not removed";
            recipients.RemoveAt(at);
        }
        foreach (var address in edit.Added)
        {
            if (recipients.Any(recipient => recipient.Address == address))
                return $"has the recipient {address} already";
            // The way of one who was removed would be taken for the way of the new one.
            if (document.Queue == WorkQueue.MailBox && recipients.Count < Parts.TrailsOf(document).Length)
                return $"was sent on to its recipients, and the last of them is removed: {address} can take the place of another (TO=OLD:NEW), not be added";
            recipients.Add(new Recipient(address));
        }
        return recipients.Count == 0 ? "would have no recipient left: QUEUE DELETE deletes it" : null;
    }

    private static string NotThere(Mailbox address, List<Recipient> recipients) =>
        $"has no recipient {address}; it has {string.Join(", ", recipients.Take(5).Select(recipient => recipient.Address))}{(recipients.Count > 5 ? $" and {recipients.Count - 5} more" : "")}";

    // Whom the sender wrote to is still told by the original recipient (RFC 3461 4.2).
    private static Recipient InPlaceOf(Recipient recipient, Mailbox address) => new(address)
    {
        Notify = recipient.Notify,
        OriginalRecipient = recipient.OriginalRecipient ?? $"{(recipient.Address.IsAscii ? "rfc822" : "utf-8")};{recipient.Address}",
    };

    private async ValueTask<(Settlement?, string?)> LanesAsync(Settlement settlement, Envelope envelope, CancellationToken cancellation)
    {
        var document = settlement.Lease.Document;
        var lanes = new List<(string Lane, Recipient Recipient)>();
        foreach (var recipient in envelope.Recipients)
        {
            // Who was there before stays in the lane that was found for it then.
            var lane = document.Envelope!.Recipients.Any(old => old.Address == recipient.Address) ? document.Destination : await LaneAsync(document, recipient.Address, cancellation);
            if (lane is null)
                return (null, $"leaves this MTA, and {recipient.Address} is local: send it to that recipient anew (QUEUE READ --raw shows it), or name an address elsewhere");
            lanes.Add((lane, recipient));
        }
        var ways = lanes.GroupBy(pair => pair.Lane, pair => pair.Recipient).OrderByDescending(way => way.Key == document.Destination).ToArray();
        return (settlement with
        {
            Destination = ways[0].Key,
            Envelope = envelope with { Recipients = [.. ways[0]] },
            Created = [.. ways.Skip(1).Select(way => document with
            {
                Id = context.Queues.NewId(),
                Destination = way.Key,
                Children = 0,
                Envelope = envelope with { Recipients = [.. way] },
            })],
        }, null);
    }

    private async ValueTask<string?> LaneAsync(Document document, Mailbox address, CancellationToken cancellation) => await context.Directory.LocateAsync(address, cancellation) switch
    {
        { Kind: LocalityKind.Local, User.Route: { IsLmtp: true } route } => route.Text,
        { Kind: not LocalityKind.Elsewhere } => null,
        _ => ReportLane.Is(document.Destination) ? ReportLane.Of(address.Domain) : address.Domain.Name,
    };
}
