using Tell.Mta;
using Tell.Mta.Inbound;
using Tell.Tests.Simulation;

namespace Tell.Tests.Inbound;

public sealed class LoopTokensTests
{
    [Fact]
    public void A_word_is_ours_while_its_session_is_open_and_for_connections_that_began_before_it()
    {
        var time = new ManualTime();
        var tokens = new LoopTokens(new byte[32], time);
        var before = tokens.Now;
        time.Advance(TimeSpan.FromSeconds(1));
        var token = tokens.Begin();
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(tokens.LeadsHere(token.Word, before));
        Assert.False(tokens.LeadsHere(token.Word, tokens.Now));
        Assert.False(tokens.LeadsHere(tokens.Begin().Word.ToUpperInvariant() + "0", before));
        Assert.False(tokens.LeadsHere(null, before));
        token.Dispose();
        Assert.False(tokens.LeadsHere(token.Word, before));
    }

    [Fact]
    public void Numbers_that_nobody_can_predict_stay_in_their_ranges()
    {
        var random = new UnpredictableRandom();
        for (var i = 0; i < 1000; i++)
        {
            Assert.InRange(random.Next(), 0, int.MaxValue - 1);
            Assert.InRange(random.Next(3), 0, 2);
            Assert.InRange(random.Next(-5, 5), -5, 4);
            Assert.InRange(random.NextInt64(), 0, long.MaxValue - 1);
            Assert.InRange(random.NextInt64(long.MinValue, long.MaxValue), long.MinValue, long.MaxValue - 1);
            Assert.InRange(random.NextDouble(), 0, 1 - 1e-16);
            Assert.InRange(random.NextSingle(), 0, 1 - 1e-8);
        }
        Assert.Equal((7, 7L, 0), (random.Next(7, 7), random.NextInt64(7, 7), random.Next(0)));
        Assert.NotEqual(new UnpredictableRandom().NextInt64(), random.NextInt64());
        var numbers = Enumerable.Range(0, 100).ToArray();
        random.Shuffle(numbers);
        Assert.Equal(Enumerable.Range(0, 100), numbers.Order());
    }
}
