using Tell.Documents;
using Tell.Mta.Configuration;
using Tell.Mta.Inbound;
using Tell.Tests.Simulation;

namespace Tell.Tests.Inbound;

/// <summary>What presses, and how the stages follow: every mark, from both sides.</summary>
public sealed class PressureReadingTests
{
    private const long Mega = 1 << 20;

    private static readonly MtaSettings Settings = MtaSettings.Default with { MinFreeSpace = 100 * Mega, MaxQueued = 1000, MaxStoreLatency = TimeSpan.FromSeconds(8) };

    [Theory]
    [InlineData(10_000, -1, PressureStage.Calm)]
    [InlineData(301, -1, PressureStage.Calm)]
    [InlineData(300, 0, PressureStage.Slowing)]
    [InlineData(200, 0.5, PressureStage.Slowing)]
    [InlineData(101, 0.99, PressureStage.Slowing)]
    [InlineData(100, 1, PressureStage.Refusing)]
    [InlineData(0, 1.5, PressureStage.Refusing)]
    public void Free_space_slows_below_three_times_the_least_and_refuses_below_the_least(long megabytes, double level, object stage)
    {
        var reading = PressureReading.Of(Settings, new StoreSpace(megabytes * Mega, 100_000 * Mega), 0, TimeSpan.Zero);
        Assert.InRange(reading.Level, level < 0 ? double.MinValue : level - 0.01, level < 0 ? -0.001 : level + 0.01);
        Assert.Equal(stage, reading.After(PressureStage.Calm));
    }

    [Theory]
    [InlineData(499, PressureStage.Calm)]
    [InlineData(500, PressureStage.Slowing)]
    [InlineData(999, PressureStage.Slowing)]
    [InlineData(1000, PressureStage.Refusing)]
    public void Waiting_documents_slow_from_half_of_the_most(long waiting, object stage) =>
        Assert.Equal(stage, PressureReading.Of(Settings, null, waiting, TimeSpan.Zero).After(PressureStage.Calm));

    [Theory]
    [InlineData(1.9, PressureStage.Calm)]
    [InlineData(2.0, PressureStage.Slowing)]
    [InlineData(7.9, PressureStage.Slowing)]
    [InlineData(8.0, PressureStage.Refusing)]
    public void Slow_commits_slow_from_a_quarter_of_the_longest(double seconds, object stage) =>
        Assert.Equal(stage, PressureReading.Of(Settings, null, 0, TimeSpan.FromSeconds(seconds)).After(PressureStage.Calm));

    // Refusing ends below 0.8 and slowing below -0.1: what swings around a mark changes nothing.
    [Theory]
    [InlineData(PressureStage.Refusing, 990, PressureStage.Refusing)]
    [InlineData(PressureStage.Refusing, 900, PressureStage.Refusing)]
    [InlineData(PressureStage.Refusing, 899, PressureStage.Slowing)]
    [InlineData(PressureStage.Slowing, 999, PressureStage.Slowing)]
    [InlineData(PressureStage.Slowing, 499, PressureStage.Slowing)]
    [InlineData(PressureStage.Slowing, 450, PressureStage.Slowing)]
    [InlineData(PressureStage.Slowing, 449, PressureStage.Calm)]
    [InlineData(PressureStage.Refusing, 449, PressureStage.Calm)]
    public void A_stage_is_left_below_the_mark_at_which_it_was_entered(object before, long waiting, object after) =>
        Assert.Equal(after, PressureReading.Of(Settings, null, waiting, TimeSpan.Zero).After((PressureStage)before));

    [Fact]
    public void The_worst_cause_decides_and_is_named()
    {
        var reading = PressureReading.Of(Settings, new StoreSpace(250 * Mega, 100_000 * Mega), 900, TimeSpan.FromSeconds(3));
        Assert.Equal((PressureCause.Queue, "900 documents wait, refused above 1000"), (reading.Cause, reading.Words));
        Assert.Equal(150 * Mega, reading.Room);
    }

    [Fact]
    public void A_small_disk_keeps_a_tenth_free_and_takes_mail_in_the_rest()
    {
        var reading = PressureReading.Of(Settings, new StoreSpace(40 * Mega, 64 * Mega), 0, TimeSpan.Zero);
        Assert.Equal(PressureStage.Calm, reading.After(PressureStage.Calm));
        Assert.InRange(reading.Room!.Value, 33 * Mega, 34 * Mega);
    }

    // Some file systems of networks and of user space say nothing of their size.
    [Theory]
    [InlineData(0)]
    [InlineData(8 * Mega)]
    public void A_disk_that_does_not_tell_its_size_does_not_press(long free)
    {
        var reading = PressureReading.Of(Settings, new StoreSpace(free, 0), 0, TimeSpan.Zero);
        Assert.Equal(PressureStage.Calm, reading.After(PressureStage.Calm));
        Assert.Null(reading.Room);
    }

    [Fact]
    public void What_is_not_watched_does_not_press()
    {
        var off = Settings with { MinFreeSpace = 0, MaxQueued = 0 };
        Assert.Equal(PressureStage.Calm, PressureReading.Of(off, new StoreSpace(0, 1), 1_000_000, TimeSpan.Zero).After(PressureStage.Calm));
    }

    [Fact]
    public void A_commit_that_does_not_end_counts_for_as_long_as_nothing_has()
    {
        var time = new ManualTime();
        var commits = new CommitLatency(time);
        var stuck = commits.Begin();
        time.Advance(TimeSpan.FromSeconds(3));
        commits.End(commits.Begin());
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(20), commits.Look());
        commits.End(stuck);
        // One slow one among the quick, then silence: the average falls by half at each look.
        var first = commits.Look();
        Assert.Equal(first / 2, commits.Look());
        Assert.Equal(first / 4, commits.Look());
    }
}
