using Tell.Documents;

namespace Tell.Mta.Statistics;

/// <summary>
/// What a put or a settlement means for the accounts of channels and destinations, told by it alone, so that nobody who makes one has to think of them
/// and none is forgotten.
/// </summary>
/// <remarks>
/// A document is in its channel from its put until it is done, given up, dead or removed; held documents are in it. What is received and not delivered is
/// stored or held: Received = Delivered + Stored + Held in all three columns, whatever happens to a document. For that, a part that splits off is one
/// message more and no recipient more, recipients that a group gives way to are received where it is opened, and what an operator
/// releases after it had left its channel is received again.
/// </remarks>
/// <param name="accounts">The accounts.</param>
/// <param name="now">When it happens.</param>
internal readonly ref struct Bookkeeping(IAccounts accounts, DateTimeOffset now)
{
    /// <summary>A document is put that no other was made into.</summary>
    public void Put(Document document)
    {
        Submit(Channels.SourceOf(document), document);
        Enter(document);
    }

    /// <summary>A document goes on, and others come into being with it; <see cref="Settlement.Others"/> are for themselves.</summary>
    public void Settle(Settlement settlement)
    {
        var document = settlement.Lease.Document;
        var was = IsIn(document.State, document.Due);
        var parted = 0L;
        if (!settlement.Created.IsDefaultOrEmpty)
        {
            foreach (var created in settlement.Created)
            {
                if (!IsPart(document, created))
                {
                    Submit(Channels.Of(document), created);
                    Enter(created);
                }
                else if (was)
                {
                    parted += Recipients(created);
                    Part(document, created);
                }
                else if (IsIn(created.State, created.Due))
                {
                    Receive(created.Queue, created.Destination, Of(created));
                }
            }
        }
        var stays = settlement.Kind switch
        {
            SettlementKind.Deferred or SettlementKind.Held or SettlementKind.Again => true,
            SettlementKind.Released => was,
            _ => false,
        };
        if (was && stays)
            Stay(settlement, document, parted);
        else if (was)
            Leave(settlement, document, parted);
        else if (stays)
            Receive(document.Queue, settlement.Destination ?? document.Destination, Left(settlement, document));
    }

    // Held mail is in its channel, dead mail is not: what is dead had often been given up before.
    private static bool IsIn(DocumentState state, DateTimeOffset? due) =>
        state is DocumentState.Pending or DocumentState.LockedForXmit or DocumentState.Held || state == DocumentState.Failure && due is not null;

    // A report of a document in the queue of that document is no part of it.
    private static bool IsPart(Document document, Document created) =>
        created.Queue == document.Queue && created.Form == document.Form && created.Destination == document.Destination;

    private static long Recipients(Document document) => document.Envelope?.Recipients.Length ?? 0;

    private static long Octets(Document document) => document.Content?.Size ?? 0;

    private static Amount Of(Document document) => new(1, Recipients(document), Octets(document));

    private static Amount Left(Settlement settlement, Document document) =>
        new(1, settlement.Envelope?.Recipients.Length ?? Recipients(document), Octets(document));

    private void Submit(string channel, Document document) => accounts.Of(TrafficKind.Channel, channel).Submitted += Of(document);

    private void Enter(Document document)
    {
        Receive(document.Queue, document.Destination, Of(document));
        if (!IsIn(document.State, document.Due))
            Deliver(document, document, Of(document), document.State is DocumentState.Failure or DocumentState.Dead);
    }

    private void Part(Document document, Document part)
    {
        Receive(part.Queue, part.Destination, new Amount(1, 0, Octets(part)));
        if (!IsIn(part.State, part.Due))
            Deliver(part, document, Of(part), part.State is DocumentState.Failure or DocumentState.Dead);
        else if (part.State == DocumentState.Failure)
            Attempt(part.Queue, part.Destination, Of(part));
    }

    private void Stay(Settlement settlement, Document document, long parted)
    {
        var left = Left(settlement, document);
        Gone(document, Recipients(document) - parted - left.Recipients);
        if (settlement.Kind == SettlementKind.Deferred)
            Attempt(document.Queue, document.Destination, left);
        if (settlement.Destination is { } lane && lane != document.Destination)
            Move(document, lane, left);
    }

    private void Leave(Settlement settlement, Document document, long parted)
    {
        var gone = Recipients(document) - parted;
        if (gone < 0)
            Gone(document, gone);
        Deliver(document, document, new Amount(1, Math.Max(0, gone), Octets(document)), settlement.Kind is SettlementKind.Failed or SettlementKind.Dead);
    }

    // Recipients that are nowhere any more are done with; those that were nowhere before have come.
    private void Gone(Document document, long recipients)
    {
        if (recipients == 0)
            return;
        if (recipients < 0)
        {
            Receive(document.Queue, document.Destination, new Amount(0, -recipients, 0));
            return;
        }
        accounts.Of(TrafficKind.Channel, Channels.Of(document)).Delivered += new Amount(0, recipients, 0);
        if (Channels.DestinationOf(document.Queue, document.Destination) is { } destination)
            accounts.Of(TrafficKind.Destination, destination).Delivered += new Amount(0, recipients, 0);
    }

    // Out of one lane and into another: between channels, and between destinations, it is an enqueue like others.
    private void Move(Document document, string lane, Amount amount)
    {
        var (from, to) = (Channels.Of(document), Channels.Of(document.Queue, lane));
        if (from != to)
        {
            Deliver(TrafficKind.Channel, from, document, amount, failed: false);
            accounts.Of(TrafficKind.Channel, from).Submitted += amount;
            accounts.Of(TrafficKind.Channel, to).Received += amount;
        }
        if (Channels.DestinationOf(document.Queue, document.Destination) is { } old && Channels.DestinationOf(document.Queue, lane) is { } other && old != other)
        {
            Deliver(TrafficKind.Destination, old, document, amount, failed: false);
            accounts.Of(TrafficKind.Destination, other).Received += amount;
        }
    }

    private void Receive(WorkQueue? queue, string lane, Amount amount)
    {
        accounts.Of(TrafficKind.Channel, Channels.Of(queue, lane)).Received += amount;
        if (Channels.DestinationOf(queue, lane) is { } destination)
            accounts.Of(TrafficKind.Destination, destination).Received += amount;
    }

    private void Attempt(WorkQueue? queue, string lane, Amount amount)
    {
        accounts.Of(TrafficKind.Channel, Channels.Of(queue, lane)).Attempted += amount;
        if (Channels.DestinationOf(queue, lane) is { } destination)
            accounts.Of(TrafficKind.Destination, destination).Attempted += amount;
    }

    private void Deliver(Document document, Document origin, Amount amount, bool failed)
    {
        Deliver(TrafficKind.Channel, Channels.Of(document), origin, amount, failed);
        if (Channels.DestinationOf(document.Queue, document.Destination) is { } destination)
            Deliver(TrafficKind.Destination, destination, origin, amount, failed);
    }

    // How long it was there, and how often it was tried, is known of the document that it was a part of.
    private void Deliver(TrafficKind kind, string name, Document origin, Amount amount, bool failed)
    {
        var time = Math.Max(0, (long)(now - origin.AgeFrom).TotalMilliseconds);
        ref var account = ref accounts.Of(kind, name);
        account.Delivered += amount;
        account.Failed += failed ? amount : default;
        account.QueueTime += time;
        if (origin.AttemptCount == 0)
        {
            account.DeliveredFirst++;
            account.QueueTimeFirst += time;
        }
        if (kind == TrafficKind.Channel)
            accounts.Count(QueueTimes.CounterOf(name, time), 1);
    }
}
