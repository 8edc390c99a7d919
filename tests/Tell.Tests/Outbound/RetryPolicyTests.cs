using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Outbound;
using Tell.Smtp;
using Tell.Smtp.Client;
using Tell.Tests.Simulation;

namespace Tell.Tests.Outbound;

/// <summary>Where a policy comes from, and what it decides about a document: pure.</summary>
public sealed class RetryPolicyTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1), Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();

    // The profile of its row, its row, DEFAULT, the profile DEFAULT, the settings.
    [Fact]
    public void The_first_layer_that_says_anything_decides_each_value_by_itself()
    {
        var settings = MtaSettings.Default;
        BounceProfile[] profiles =
        [
            new("quick") { MostAttempts = 3 },
            new("DEFAULT") { Warnings = new([2 * Hour]), MostAttempts = 9, ExpireAfter = new(9 * Hour) },
        ];
        var row = new DestinationControl("far.test") { Profile = "quick", RetryIntervals = [Hour] };
        var all = new DestinationControl("DEFAULT") { ExpireAfter = 5 * Hour, RetryIntervals = [2 * Hour] };
        var policy = Of(settings, row, all, profiles).Normal;
        Assert.Equal((3, 5 * Hour, Hour, 2 * Hour), (policy.MostAttempts, policy.ExpireAfter, policy.Intervals.Single(), policy.Warnings.Single()));
        var other = Of(settings, null, all, profiles).Normal;
        Assert.Equal((9, 5 * Hour, 2 * Hour), (other.MostAttempts, other.ExpireAfter, other.Intervals.Single()));
        var bare = Of(settings, null, null, []).Normal;
        Assert.Equal((0, settings.ExpireAfter), (bare.MostAttempts, bare.ExpireAfter));
        Assert.Equal(settings.RetryIntervals, bare.Intervals);
        Assert.Equal([4 * Hour], bare.Warnings.AsEnumerable());
    }

    [Fact]
    public void A_profile_that_is_not_there_says_nothing() =>
        Assert.Equal(7 * Hour, Of(MtaSettings.Default, new DestinationControl("far.test") { Profile = "gone", ExpireAfter = 7 * Hour }, null, []).Normal.ExpireAfter);

    // Facts: sun-cisco A7, the defaults: "urgent 30,60,60,120,120,120,240 | normal 60,120,120,240,240,240,480 | nonurgent 120,240,240,480,480,480,960".
    [Fact]
    public void Each_priority_has_its_own_backoff_of_which_the_last_repeats()
    {
        var profile = new BounceProfile("DEFAULT") { RetryIntervals = new(Minutes(60, 120, 120, 240, 240, 240, 480), Minutes(30, 60, 60, 120, 120, 120, 240), Minutes(120, 240, 240, 480, 480, 480, 960)) };
        var policies = Of(MtaSettings.Default, null, null, [profile]);
        Assert.Equal([60, 120, 120, 240, 240, 240, 480, 480], Waits(policies[Priority.Normal]));
        Assert.Equal([30, 60, 60, 120, 120, 120, 240, 240], Waits(policies[Priority.High]));
        Assert.Equal([120, 240, 240, 480, 480, 480, 960, 960], Waits(policies[Priority.Low]));

        static IEnumerable<double> Waits(RetryPolicy policy) => Enumerable.Range(1, 8).Select(failures => policy.After(failures).TotalMinutes);
    }

    [Fact]
    public void A_priority_without_a_value_of_its_own_has_that_of_normal_priority_in_the_same_layer()
    {
        BounceProfile[] profiles = [new("near") { ExpireAfter = new(Hour) }, new("DEFAULT") { ExpireAfter = new(2 * Hour, High: 3 * Hour) }];
        Assert.Equal(Hour, Of(MtaSettings.Default, new DestinationControl("near.test") { Profile = "near" }, null, profiles)[Priority.High].ExpireAfter);
        Assert.Equal(3 * Hour, Of(MtaSettings.Default, null, null, profiles)[Priority.High].ExpireAfter);
    }

    // Facts: sun-cisco C5: "Example 1: max 2 retries, max interval 60 s -> attempts t=0, 60, 120 then hard bounce immediately after the failure."
    [Fact]
    public void After_the_last_attempt_it_is_given_up_immediately()
    {
        var limits = Limits(new BounceProfile("DEFAULT") { MostAttempts = 3, RetryIntervals = new([60 * Second]) });
        var (document, times) = (Document(), new List<double>());
        var begun = _time.GetUtcNow();
        while (true)
        {
            times.Add((_time.GetUtcNow() - begun).TotalSeconds);
            var settlement = Outcome(limits).Decide(new Lease(document, 1), Later(document), Attempt());
            if (settlement.Kind == SettlementKind.Failed)
            {
                Assert.Equal("Maximum number of attempts reached; last: 450 4.2.0 Later", settlement.Envelope!.Recipients[0].LastReply);
                break;
            }
            _time.Advance(settlement.Due!.Value - _time.GetUtcNow());
            document = document with { AttemptCount = document.AttemptCount + 1, State = DocumentState.Failure, Due = settlement.Due };
            Assert.Null(Outcome(limits).Untried(new Lease(document, 1), _time.GetUtcNow()));
        }
        Assert.Equal([0, 60, 120], times);
    }

    // "Example 2: max 100 s in queue -> t=0, 60; hard bounced just *before* the attempt due at t=120."
    [Fact]
    public void An_attempt_that_would_come_after_its_end_is_not_made()
    {
        var limits = Limits(new BounceProfile("DEFAULT") { ExpireAfter = new(100 * Second), RetryIntervals = new([60 * Second]) });
        var document = Document();
        var begun = _time.GetUtcNow();
        var times = new List<double>();
        while (Outcome(limits).Untried(new Lease(document, 1), _time.GetUtcNow()) is null)
        {
            times.Add((_time.GetUtcNow() - begun).TotalSeconds);
            var settlement = Outcome(limits).Decide(new Lease(document, 1), Later(document), Attempt());
            _time.Advance(settlement.Due!.Value - _time.GetUtcNow());
            document = document with { AttemptCount = document.AttemptCount + 1, State = DocumentState.Failure, Due = settlement.Due };
        }
        Assert.Equal([0, 60], times);
        Assert.Equal(100, (_time.GetUtcNow() - begun).TotalSeconds);
    }

    [Fact]
    public void What_is_refused_for_good_and_what_had_its_last_attempt_go_together()
    {
        var document = Document("a@one.test", "b@one.test", "c@one.test");
        var sent = new Transmission
        {
            SessionUsable = true,
            Recipients =
            [
                new RecipientResult(document.Envelope!.Recipients[0], Reply.Of(250, "2.0.0", "Ok"), SessionPhase.EndOfData),
                new RecipientResult(document.Envelope.Recipients[1], Reply.Of(450, "4.2.0", "Later"), SessionPhase.Recipient),
                new RecipientResult(document.Envelope.Recipients[2], Reply.Of(550, "5.1.1", "No"), SessionPhase.Recipient),
            ],
        };
        var settlement = Outcome(Limits(new BounceProfile("DEFAULT") { MostAttempts = 1 })).Decide(new Lease(document, 1), sent, Attempt());
        Assert.Equal(SettlementKind.Succeeded, settlement.Kind);
        var failed = Assert.Single(settlement.Created);
        Assert.Equal((DocumentState.Failure, 2), (failed.State, failed.Envelope!.Recipients.Length));
        Assert.Equal(2, settlement.Counters.Single(change => change.Name == Tell.Mta.Statistics.Stat.FailedRecipients).Delta);
    }

    [Fact]
    public void A_host_that_cannot_be_reached_ends_it_after_the_last_attempt_too()
    {
        var outcome = Outcome(Limits(new BounceProfile("DEFAULT") { MostAttempts = 2 }));
        var document = Document();
        Assert.Equal(SettlementKind.Deferred, outcome.PutOff(new Lease(document, 1), Attempt()).Kind);
        Assert.Equal(SettlementKind.Failed, outcome.PutOff(new Lease(document with { AttemptCount = 1 }, 1), Attempt()).Kind);
        // A fault of ours ends nothing.
        Assert.Equal(SettlementKind.Deferred, outcome.Stumbled(new Lease(document with { AttemptCount = 1 }, 1), Attempt()).Kind);
    }

    [Fact]
    public void What_was_released_has_all_its_attempts_again()
    {
        var policy = Limits(new BounceProfile("DEFAULT") { MostAttempts = 2 }).Policies.Normal;
        var old = Attempt();
        _time.Advance(Hour);
        var released = Document() with { Attempts = [old, old], AttemptCount = 2, Began = _time.GetUtcNow(), Releases = 1 };
        Assert.False(policy.IsLast(released));
        Assert.True(policy.IsLast(released with { Attempts = [old, old, Attempt()], AttemptCount = 3 }));
    }

    // RFC 2852 4.1.2: by mode N the sender is told at the time; by mode R the message ends then.
    [Fact]
    public void Notices_come_at_the_ages_and_at_the_time_that_the_sender_named_and_none_after_the_end()
    {
        var policy = new RetryPolicy([Hour], 10 * Hour, [2 * Hour, 4 * Hour, 20 * Hour], 0);
        var document = Document();
        var begun = document.AgeFrom;
        Assert.Equal([begun + 2 * Hour, begun + 4 * Hour], policy.NoticesOf(document).AsEnumerable());
        var by = document with { Envelope = document.Envelope! with { DeliverBy = begun + 3 * Hour } };
        Assert.Equal([begun + 2 * Hour, begun + 3 * Hour, begun + 4 * Hour], policy.NoticesOf(by).AsEnumerable());
        var returned = by with { Envelope = by.Envelope! with { DeliverByReturns = true } };
        Assert.Equal(begun + 3 * Hour, policy.EndOf(returned));
        Assert.Equal([begun + 2 * Hour], policy.NoticesOf(returned).AsEnumerable());
    }

    [Fact]
    public void An_age_beyond_all_time_is_no_fault() =>
        Assert.Equal(DateTimeOffset.MaxValue, new RetryPolicy([Hour], TimeSpan.MaxValue, [TimeSpan.MaxValue], 0).EndOf(Document()));

    private Document Document(params string[] recipients) => new()
    {
        Id = new UnidSource(_time, new Random(1)).Next(),
        Form = Forms.Message,
        Queue = WorkQueue.Outbound,
        Destination = "one.test",
        Content = new Content(1, 100),
        Envelope = new Envelope { Recipients = [.. (recipients.Length == 0 ? ["bob@one.test"] : recipients).Select(address => new Recipient(Mailbox.Parse(address)))] },
    };

    private static Transmission Later(Document document) => new()
    {
        SessionUsable = true,
        Recipients = [.. document.Envelope!.Recipients.Select(recipient => new RecipientResult(recipient, Reply.Of(450, "4.2.0", "Later"), SessionPhase.Recipient))],
    };

    private Attempt Attempt() => new() { Time = _time.GetUtcNow(), Phase = "recipient", Status = new EnhancedStatus(4, 2, 0), Text = "450 4.2.0 Later" };

    private OutboundOutcome Outcome(DestinationLimits limits) => new(limits, DailyWindow.Always, _time, new UnidSource(_time, new Random(2)).Next);

    private static DestinationLimits Limits(BounceProfile profile) => DestinationLimits.Of(MtaSettings.Default, null, null, name => name == profile.Name ? profile : null);

    private static RetryPolicies Of(MtaSettings settings, DestinationControl? row, DestinationControl? all, BounceProfile[] profiles) =>
        DestinationLimits.Of(settings, row, all, name => profiles.FirstOrDefault(profile => profile.Name == name)).Policies;

    private static ImmutableArray<TimeSpan> Minutes(params int[] minutes) => [.. minutes.Select(minute => TimeSpan.FromMinutes(minute))];
}
