using System.Collections.Immutable;
using System.Net;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Controller;
using Tell.Mta.Inbound;
using Tell.Mta.Outbound;
using Tell.Smtp;
using Tell.Smtp.Client;
using Tell.Tests.Simulation;

namespace Tell.Tests.Mta;

/// <summary>The parts of the MTA that decide without asking anybody.</summary>
public sealed class PurePartsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 5)]
    [InlineData(2, 15)]
    [InlineData(3, 60)]
    [InlineData(4, 60)]
    [InlineData(int.MaxValue, 60)]
    public void The_last_interval_repeats(int failures, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), RetrySchedule.After(failures, [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(60)]));

    [Fact]
    public void The_lane_that_is_due_for_longest_comes_first_and_then_waits_its_turn()
    {
        var lanes = new Lanes();
        lanes.Notice("big", Noon, more: false);
        lanes.Notice("small", Noon.AddSeconds(1), more: false);
        lanes.Notice("later", Noon.AddHours(1), more: true);
        Assert.Equal("big", lanes.TakeDue(Noon.AddSeconds(2)));
        lanes.Notice("big", Noon.AddSeconds(2), more: false);
        Assert.Equal("small", lanes.TakeDue(Noon.AddSeconds(2)));
        Assert.Equal("big", lanes.TakeDue(Noon.AddSeconds(2)));
        Assert.Null(lanes.TakeDue(Noon.AddSeconds(2)));
        Assert.Equal(Noon.AddHours(1), lanes.Next);
        Assert.False(lanes.Notice("later", Noon.AddHours(2), more: false));
        Assert.True(lanes.Notice("later", Noon, more: false));
        Assert.Equal((1, Noon), (lanes.Count, lanes.Next));
        Assert.Equal("later", lanes.TakeDue(Noon));
        Assert.True(lanes.TakeLater("later"));
        Assert.False(lanes.TakeLater("later"));
        Assert.Null(lanes.Next);
    }

    [Fact]
    public async Task A_signal_that_nobody_waits_for_is_remembered_once()
    {
        var time = new ManualTime();
        using var signal = new Signal(time);
        signal.Set();
        signal.Set();
        Assert.True(await signal.WaitAsync(TimeSpan.FromSeconds(1), CancellationToken.None));
        var second = signal.WaitAsync(TimeSpan.FromSeconds(1), CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await second);
        using var stop = new CancellationTokenSource();
        var third = signal.WaitAsync((DateTimeOffset?)null, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        signal.Set();
        Assert.True(await signal.WaitAsync(TimeSpan.Zero, CancellationToken.None));
    }

    [Theory]
    [InlineData("DDD", SettlementKind.Succeeded, "")]
    [InlineData("RRR", SettlementKind.Failed, "")]
    [InlineData("WWW", SettlementKind.Deferred, "")]
    [InlineData("DRD", SettlementKind.Succeeded, "R")]
    [InlineData("DWR", SettlementKind.Deferred, "DR")]
    [InlineData("RWW", SettlementKind.Deferred, "R")]
    [InlineData("DDW", SettlementKind.Deferred, "DD")]
    public void Every_recipient_has_one_fate_and_those_who_wait_keep_the_document(string fates, SettlementKind kind, string parted)
    {
        var time = new ManualTime();
        var ids = new UnidSource(time, new Random(1));
        ImmutableArray<Recipient> recipients = [.. fates.Select((_, i) => new Recipient(Mailbox.Parse($"r{i}@one.test")))];
        var document = new Document { Id = ids.Next(), Form = Forms.Message, Queue = WorkQueue.Outbound, Destination = "one.test", Content = new Content(1, 100), Envelope = new Envelope { Recipients = recipients } };
        var sent = new Transmission
        {
            SessionUsable = true,
            Recipients = [.. fates.Select((fate, i) => fate switch
            {
                'D' => new RecipientResult(recipients[i], Reply.Of(250, "2.0.0", "Ok"), SessionPhase.EndOfData),
                'R' => new RecipientResult(recipients[i], Reply.Of(550, "5.1.1", "No"), SessionPhase.Recipient),
                _ => new RecipientResult(recipients[i], Reply.Of(450, "4.2.0", "Later"), SessionPhase.Recipient),
            })],
        };
        var outcome = new OutboundOutcome(DestinationLimits.Of(MtaSettings.Default), DailyWindow.Always, time, ids.Next);
        var settlement = outcome.Decide(new Lease(document, 1), sent, new Attempt { Time = time.GetUtcNow(), Phase = "end of data" });
        Assert.Equal(kind, settlement.Kind);
        var created = settlement.Created.SelectMany(part => part.Envelope!.Recipients.Select(recipient => (part.State, recipient))).ToArray();
        Assert.Equal(parted, string.Concat(created.Select(part => part.State == DocumentState.Success ? 'D' : 'R')));
        var all = created.Select(part => part.recipient).Concat((settlement.Envelope ?? document.Envelope).Recipients);
        Assert.Equal(recipients.Select(recipient => recipient.Address.ToString()), all.Select(recipient => recipient.Address.ToString()).Order());
        Assert.All(settlement.Created, part => Assert.Null(part.Due));
    }

    // RFC 5321 4.5.3.1.10. The peer says it of each (T), or has said how many it takes (L, RFC 9422). They go first then: those before them may wait for long.
    [Theory]
    [InlineData("DT", 0, "1")]
    [InlineData("RT", 0, "1")]
    [InlineData("DTW", 5, "12")]
    [InlineData("TT", 5, "01")]
    [InlineData("DLL", 0, "12")]
    [InlineData("RL", 0, "1")]
    [InlineData("WLL", 5, "120")]
    [InlineData("DWT", 5, "21")]
    public void Recipients_that_were_too_many_for_one_transaction_go_in_the_next_at_once(string fates, int minutes, string order)
    {
        var time = new ManualTime();
        var ids = new UnidSource(time, new Random(1));
        ImmutableArray<Recipient> recipients = [.. fates.Select((_, i) => new Recipient(Mailbox.Parse($"r{i}@one.test")))];
        var document = new Document { Id = ids.Next(), Form = Forms.Message, Queue = WorkQueue.Outbound, Destination = "one.test", Content = new Content(1, 100), Envelope = new Envelope { Recipients = recipients } };
        var sent = new Transmission
        {
            SessionUsable = true,
            Recipients = [.. fates.Select((fate, i) => fate switch
            {
                'D' => new RecipientResult(recipients[i], Reply.Of(250, "2.0.0", "Ok"), SessionPhase.EndOfData),
                'R' => new RecipientResult(recipients[i], Reply.Of(550, "5.1.1", "No"), SessionPhase.Recipient),
                'T' => new RecipientResult(recipients[i], Reply.Of(452, "4.5.3", "Too many recipients"), SessionPhase.Recipient),
                'L' => new RecipientResult(recipients[i], Reply.Of(452, "4.5.3", "The next host takes no more"), SessionPhase.Mail) { LeftForNext = true },
                _ => new RecipientResult(recipients[i], Reply.Of(450, "4.2.0", "Later"), SessionPhase.Recipient),
            })],
        };
        var outcome = new OutboundOutcome(DestinationLimits.Of(MtaSettings.Default), DailyWindow.Always, time, ids.Next);
        var settlement = outcome.Decide(new Lease(document, 1), sent, new Attempt { Time = time.GetUtcNow(), Phase = "end of data" });
        Assert.Equal(time.GetUtcNow().AddMinutes(minutes), settlement.Due);
        Assert.Equal(order, string.Concat(settlement.Envelope!.Recipients.Select(recipient => recipient.Address.LocalPart[1..])));
    }

    // RFC 2852 4.1.2: mode R returns what could not be delivered by then; mode N only tells.
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 120)]
    public void A_message_to_be_returned_by_a_time_grows_no_older(bool returns, int hours)
    {
        var time = new ManualTime();
        var ids = new UnidSource(time, new Random(1));
        var document = new Document
        {
            Id = ids.Next(),
            Form = Forms.Message,
            Envelope = new Envelope { DeliverBy = time.GetUtcNow().AddHours(1), DeliverByReturns = returns },
        };
        var outcome = new OutboundOutcome(DestinationLimits.Of(MtaSettings.Default), DailyWindow.Always, time, ids.Next);
        Assert.Equal(time.GetUtcNow().AddHours(hours), outcome.ExpiresAt(document));
    }
}
