using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;

namespace Tell.Mta.LocalDelivery;

/// <summary>The documents that a Memo falls into.</summary>
internal static class Parts
{
    private const string TrailsType = "application/x-tell-hops";

    // No trail holds it.
    private const char Between = '\f';

    /// <summary>The Memo that a Memo began as.</summary>
    public static Unid OriginOf(Document memo)
    {
        foreach (var item in memo.Items)
        {
            if (IsOrigin(item))
                return new Unid(Join(item.Numbers[0], item.Numbers[1]), Join(item.Numbers[2], item.Numbers[3]));
        }
        return memo.Id;
    }

    /// <summary>The ways by which it came to its recipients, in their order; fewer where there are none.</summary>
    public static ImmutableArray<Trail> TrailsOf(Document memo) =>
        [.. memo.Items.Where(IsTrails).Take(1).SelectMany(item => item.Text.Split(Between)).Select(Trail.Parse)];

    /// <summary>True for what parts of a Memo know of one another, and nobody else.</summary>
    public static bool IsOwn(Item item) => IsOrigin(item) || IsTrails(item);

    /// <summary>A part of a Memo for some of those whom it reaches, who have one sender; not yet of any state.</summary>
    public static Document Of(Document memo, WorkQueue queue, Unid id, IReadOnlyList<Stop> stops) => memo with
    {
        Id = id,
        Queue = queue,
        Due = null,
        Reason = null,
        Attempts = [],
        AttemptCount = 0,
        // What leaves can come back, and counts as new then.
        Releases = queue == WorkQueue.MailBox ? memo.Releases : 0,
        // A part is as old as the whole.
        Began = memo.AgeFrom,
        Items = Items(memo, queue, stops),
        Envelope = memo.Envelope! with
        {
            Sender = stops[0].Sender,
            Recipients = [.. stops.Select(stop => stop.Recipient)],
            // For the author it was at its end with the list, and its owner asked for nothing.
            DeliverByTrace = memo.Envelope.DeliverByTrace && Equals(stops[0].Sender, memo.Envelope.Sender),
        },
    };

    /// <summary>True where stops are all recipients of a Memo as it names them: it goes on itself, with its history.</summary>
    public static bool IsWhole(Document memo, IReadOnlyList<Stop> stops) =>
        stops.Count == memo.Envelope!.Recipients.Length && stops.All(stop => stop.IsAsGiven);

    private static ImmutableArray<Item> Items(Document memo, WorkQueue queue, IReadOnlyList<Stop> stops)
    {
        var items = memo.Items.Where(item => !IsOwn(item)).ToList();
        if (queue == WorkQueue.MailBox)
            items.Add(Origin(OriginOf(memo)));
        if (queue == WorkQueue.MailBox && stops.Any(stop => !stop.Trail.IsEmpty))
            items.Add(Item.OfRichText(ItemNames.Hops, TrailsType, string.Join(Between, stops.Select(stop => stop.Trail.ToString()))));
        if (queue != WorkQueue.SmtpBox || stops[0].Trail.IsEmpty)
            return [.. items];
        items.RemoveAll(item => item.Name == ItemNames.Loops);
        return [.. items, Item.OfNumber(ItemNames.Loops, Math.Max(0, Expansion.ForwardingsLeft(memo) - stops[0].Trail.Forwardings))];
    }

    // A field of a message may have any name and becomes an item of texts. These items are of other kinds: whoever could forge them could
    // write over another's message.
    private static bool IsOrigin(Item item) => item.Name == ItemNames.Origin && item.Numbers.Length == 4;

    private static bool IsTrails(Item item) => item.Name == ItemNames.Hops && item.MediaType == TrailsType;

    private static Item Origin(Unid id) => Item.OfNumber(ItemNames.Origin, id.High >> 32, id.High & uint.MaxValue, id.Low >> 32, id.Low & uint.MaxValue);

    private static ulong Join(double high, double low) => ((ulong)(uint)high << 32) | (uint)low;
}
