using Tell.Mta.Outbound;

namespace Tell.Tests.Outbound;

/// <summary>How many sessions a peer is taken to bear.</summary>
public sealed class ConcurrencyTests
{
    private const int Limit = 20;

    private readonly Concurrency _concurrency = new();

    [Fact]
    public void It_begins_small_and_grows_by_one_for_each_run_of_messages_up_to_the_limit()
    {
        Assert.Equal(5, _concurrency.Window);
        Succeed(5);
        Assert.Equal(6, _concurrency.Window);
        Succeed(5);
        Assert.Equal(6, _concurrency.Window);
        Succeed(1);
        Assert.Equal(7, _concurrency.Window);
        Succeed(1000);
        Assert.Equal(Limit, _concurrency.Window);
    }

    [Fact]
    public void One_bad_sign_changes_nothing_and_the_second_takes_one_away()
    {
        Assert.False(_concurrency.Failed(Limit));
        Assert.Equal(5, _concurrency.Window);
        Assert.False(_concurrency.Failed(Limit));
        Assert.Equal(4, _concurrency.Window);
    }

    [Fact]
    public void Only_after_repeated_bad_signs_it_is_down_to_one_and_after_three_more_dead()
    {
        for (var i = 0; i < 8; i++)
            Assert.False(_concurrency.Failed(Limit));
        Assert.Equal(1, _concurrency.Window);
        Assert.False(_concurrency.Failed(Limit));
        Assert.False(_concurrency.Failed(Limit));
        Assert.True(_concurrency.Failed(Limit));
    }

    [Fact]
    public void At_one_a_success_in_between_means_that_the_peer_lives()
    {
        for (var i = 0; i < 10; i++)
            _concurrency.Failed(Limit);
        Succeed(1);
        Assert.False(_concurrency.Failed(Limit));
        Assert.False(_concurrency.Failed(Limit));
    }

    // A peer that takes two sessions and refuses the third: what it is asked for too much grows rare.
    [Fact]
    public void A_peer_with_a_fixed_limit_is_asked_for_more_ever_more_rarely()
    {
        var refused = new List<int>();
        for (var message = 0; message < 10_000; message++)
        {
            while (_concurrency.Window > 2)
            {
                refused.Add(message);
                _concurrency.Failed(Limit);
            }
            Succeed(1);
        }
        Assert.InRange(refused.Count, 6, 60);
        Assert.InRange(refused[^1] - refused[^3], 900, 1100);
    }

    [Fact]
    public void A_limit_below_the_beginning_counts_at_the_first_bad_sign()
    {
        Assert.False(_concurrency.Failed(1));
        Assert.False(_concurrency.Failed(1));
        Assert.True(_concurrency.Failed(1));
    }

    private void Succeed(int messages)
    {
        for (var i = 0; i < messages; i++)
            _concurrency.Succeeded(Limit);
    }
}
