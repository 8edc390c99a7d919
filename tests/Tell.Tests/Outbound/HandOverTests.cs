using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Outbound;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Smtp.Client;
using Tell.Tests.Simulation;

namespace Tell.Tests.Outbound;

/// <summary>Who answers for a recipient after the next hop took the message (RFC 3461 5.2), and how those in doubt part from the others.</summary>
public sealed class HandOverTests
{
    [Theory]
    // By SMTP, to a host that knows DSN.
    [InlineData(false, true, false, Notify.Unspecified, RecipientStatus.Transferred)]
    [InlineData(false, true, false, Notify.Success, RecipientStatus.Transferred)]
    [InlineData(false, true, false, Notify.Never, RecipientStatus.Transferred)]
    // To one that does not.
    [InlineData(false, false, false, Notify.Unspecified, RecipientStatus.Transferred)]
    [InlineData(false, false, true, Notify.Success, RecipientStatus.Relayed)]
    [InlineData(false, false, true, Notify.Success | Notify.Failure, RecipientStatus.Relayed)]
    [InlineData(false, false, true, Notify.Failure, RecipientStatus.Transferred)]
    [InlineData(false, false, true, Notify.Never, RecipientStatus.Transferred)]
    // To one that knows it and refused it for this recipient.
    [InlineData(false, true, true, Notify.Success, RecipientStatus.Relayed)]
    // By LMTP.
    [InlineData(true, true, false, Notify.Success, RecipientStatus.Transferred)]
    [InlineData(true, false, true, Notify.Success, RecipientStatus.Delivered)]
    [InlineData(true, false, false, Notify.Unspecified, RecipientStatus.Delivered)]
    [InlineData(true, true, true, Notify.Success, RecipientStatus.Delivered)]
    public void The_status_says_who_answers(bool lmtp, bool known, bool lost, Notify notify, RecipientStatus status)
    {
        var recipient = new Recipient(Mailbox.Parse("r@one.test")) { Notify = notify };
        var result = new RecipientResult(recipient, Reply.Of(250, "2.0.0", "Ok"), SessionPhase.EndOfData) { DsnLost = lost };
        var settlement = Decide(InDoubtPolicy.Retry, [recipient], new Transmission { SessionUsable = true, Recipients = [result], Lmtp = lmtp, DsnKnown = known, DsnLost = lost });
        Assert.Equal(SettlementKind.Succeeded, settlement.Kind);
        // Where nobody wants to hear of success, nothing is written of it.
        Assert.Equal(notify.HasFlag(Notify.Success), settlement.Envelope is not null);
        Assert.Equal(settlement.Envelope is null ? RecipientStatus.Waiting : status, Assert.Single(settlement.Envelope?.Recipients ?? [recipient]).Status);
    }

    // RFC 2852 4.1.4: of a message with a time, what became of it is always written; without DELIVERBY at the peer nobody keeps the time from there on.
    [Theory]
    [InlineData(true, false, true, RecipientStatus.Transferred)]
    [InlineData(true, false, false, RecipientStatus.Relayed)]
    [InlineData(false, false, false, RecipientStatus.Transferred)]
    [InlineData(true, true, true, RecipientStatus.Transferred)]
    public void Of_a_message_with_a_time_the_status_says_who_keeps_it(bool timed, bool returns, bool known, RecipientStatus status)
    {
        var recipient = new Recipient(Mailbox.Parse("r@one.test"));
        var sent = new Transmission { SessionUsable = true, DsnKnown = true, DeliverByKnown = known, Recipients = [new RecipientResult(recipient, Reply.Of(250, "2.0.0", "Ok"), SessionPhase.EndOfData)] };
        var settlement = Decide(InDoubtPolicy.Retry, [recipient], sent, envelope => timed ? envelope with { DeliverBy = DateTimeOffset.UnixEpoch, DeliverByReturns = returns } : envelope);
        Assert.Equal(timed, settlement.Envelope is not null);
        Assert.Equal(timed ? status : RecipientStatus.Waiting, Assert.Single(settlement.Envelope?.Recipients ?? [recipient]).Status);
    }

    [Fact]
    public void Each_recipient_of_a_message_has_its_own()
    {
        ImmutableArray<Recipient> recipients = [new Recipient(Mailbox.Parse("a@one.test")) { Notify = Notify.Success }, new Recipient(Mailbox.Parse("b@one.test"))];
        var ok = Reply.Of(250, "2.0.0", "Ok");
        var settlement = Decide(InDoubtPolicy.Retry, recipients, new Transmission
        {
            SessionUsable = true,
            DsnLost = true,
            Recipients = [new RecipientResult(recipients[0], ok, SessionPhase.EndOfData) { DsnLost = true }, new RecipientResult(recipients[1], ok, SessionPhase.EndOfData)],
        });
        Assert.Equal([RecipientStatus.Relayed, RecipientStatus.Transferred], settlement.Envelope!.Recipients.Select(recipient => recipient.Status));
    }

    // D delivered, R refused, W put off, I in doubt. What becomes of the document, and of the parts that leave it: "S" Success, "F" Failure, "H" Held.
    [Theory]
    [InlineData("I", "retry", SettlementKind.Deferred, "")]
    [InlineData("I", "hold", SettlementKind.Held, "")]
    [InlineData("I", "delivered", SettlementKind.Succeeded, "")]
    [InlineData("IR", "retry", SettlementKind.Deferred, "F1")]
    [InlineData("IR", "hold", SettlementKind.Held, "F1")]
    [InlineData("IR", "delivered", SettlementKind.Succeeded, "F1")]
    [InlineData("IDRW", "retry", SettlementKind.Deferred, "S1F2")]
    [InlineData("IDRW", "hold", SettlementKind.Deferred, "S1F2H0")]
    [InlineData("IDRW", "delivered", SettlementKind.Deferred, "S01F2")]
    [InlineData("DIRI", "hold", SettlementKind.Held, "S0F2")]
    public void Recipients_in_doubt_part_from_the_others(string fates, string policy, SettlementKind kind, string parted)
    {
        ImmutableArray<Recipient> recipients = [.. fates.Select((_, i) => new Recipient(Mailbox.Parse($"r{i}@one.test")))];
        var sent = new Transmission
        {
            SessionUsable = false,
            Fault = new SessionFault(SessionPhase.EndOfData, "connection closed") { InDoubt = true },
            Recipients = [.. fates.Select((fate, i) => fate switch
            {
                'D' => new RecipientResult(recipients[i], Reply.Of(250, "2.0.0", "Ok"), SessionPhase.EndOfData),
                'R' => new RecipientResult(recipients[i], Reply.Of(550, "5.1.1", "No"), SessionPhase.Recipient),
                'W' => new RecipientResult(recipients[i], Reply.Of(450, "4.2.0", "Later"), SessionPhase.Recipient),
                _ => new RecipientResult(recipients[i], null, SessionPhase.EndOfData) { InDoubt = true },
            })],
        };
        var settlement = Decide(Enum.Parse<InDoubtPolicy>(policy, ignoreCase: true), recipients, sent);
        Assert.Equal(kind, settlement.Kind);
        Assert.Equal(parted, string.Concat(settlement.Created.Select(part =>
            (part.State switch { DocumentState.Success => "S", DocumentState.Held => "H", _ => "F" }) + string.Concat(part.Envelope!.Recipients.Select(recipient => recipient.Address.LocalPart[1..])))));
        var left = (settlement.Envelope?.Recipients ?? recipients).Concat(settlement.Created.SelectMany(part => part.Envelope!.Recipients)).ToArray();
        Assert.Equal(recipients.Select(recipient => recipient.Address.ToString()), left.Select(recipient => recipient.Address.ToString()).Order());
        Assert.All(left, recipient => Assert.Equal(fates[recipient.Address.LocalPart[1] - '0'] == 'I', recipient.InDoubt));
        Assert.All(left.Where(recipient => recipient.InDoubt && policy == "delivered"), recipient => Assert.Equal(RecipientStatus.Relayed, recipient.Status));
        Assert.Contains(new CounterChange(Stat.InDoubt, 1), settlement.Counters);
        Assert.Equal(policy == "hold", settlement.Counters.Contains(new CounterChange(Stat.InDoubtHeld, 1)));
        Assert.Equal(policy == "delivered", settlement.Counters.Contains(new CounterChange(Stat.InDoubtAssumed, 1)));
    }

    [Fact]
    public void Recipients_delivered_after_an_attempt_in_doubt_are_counted()
    {
        ImmutableArray<Recipient> recipients = [new Recipient(Mailbox.Parse("a@one.test")) { InDoubt = true }, new Recipient(Mailbox.Parse("b@one.test"))];
        var sent = new Transmission { SessionUsable = true, Recipients = [.. recipients.Select(recipient => new RecipientResult(recipient, Reply.Of(250, "2.0.0", "Ok"), SessionPhase.EndOfData))] };
        Assert.Contains(new CounterChange(Stat.InDoubtRepeated, 1), Decide(InDoubtPolicy.Retry, recipients, sent).Counters);
    }

    private static Settlement Decide(InDoubtPolicy policy, ImmutableArray<Recipient> recipients, Transmission sent, Func<Envelope, Envelope>? change = null)
    {
        var time = new ManualTime();
        var ids = new UnidSource(time, new Random(1));
        var document = new Document { Id = ids.Next(), Form = Forms.Message, Queue = WorkQueue.Outbound, Destination = "one.test", Content = new Content(1, 100), Envelope = (change ?? (same => same))(new Envelope { Recipients = recipients }) };
        var outcome = new OutboundOutcome(DestinationLimits.Of(MtaSettings.Default with { InDoubt = policy }), DailyWindow.Always, time, ids.Next);
        return outcome.Decide(new Lease(document, 1), sent, new Attempt { Time = time.GetUtcNow(), Host = "mx.one.test", Phase = "end of data", Text = "connection closed" });
    }
}
