using Tell.Mta.Outbound;

namespace Tell.Tests.Outbound;

/// <summary>What is to be looked at, and when.</summary>
public sealed class AgendaTests
{
    private static readonly DateTimeOffset Noon = new(2026, 2, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly Agenda<string> _agenda = new();

    [Fact]
    public void What_is_due_for_longest_comes_first_and_equals_in_their_order()
    {
        Assert.True(_agenda.Plan("later", Noon.AddSeconds(1)));
        Assert.True(_agenda.Plan("first", Noon));
        Assert.True(_agenda.Plan("second", Noon));
        Assert.Equal(Noon, _agenda.Next);
        Assert.Equal("first", _agenda.TakeDue(Noon));
        Assert.Equal("second", _agenda.TakeDue(Noon));
        Assert.Null(_agenda.TakeDue(Noon));
        Assert.Equal("later", _agenda.TakeDue(Noon.AddSeconds(1)));
        Assert.Null(_agenda.Next);
    }

    [Fact]
    public void A_thing_is_planned_once_at_its_earliest_time()
    {
        Assert.True(_agenda.Plan("a", Noon.AddMinutes(5)));
        Assert.False(_agenda.Plan("a", Noon.AddMinutes(6)));
        Assert.True(_agenda.Plan("a", Noon));
        Assert.Equal(1, _agenda.Count);
        Assert.Equal("a", _agenda.TakeDue(Noon));
        Assert.Null(_agenda.TakeDue(Noon.AddDays(1)));
        Assert.False(_agenda.Has("a"));
    }
}
