using System.Collections.Immutable;
using Tell.Mail;

namespace Tell.Mta.LocalDelivery;

/// <summary>
/// The way by which a Memo came to a recipient: the groups that it was in and the users who sent it on, first to last. A value; what follows it
/// in a Memo that waits is kept in the item $Hops, one text for each recipient.
/// </summary>
internal sealed class Trail
{
    // No mailbox holds a line end or begins with a colon.
    private const char GroupMark = ':', Between = '\t', End = '\n';

    private readonly record struct Hop(string Key, string Address, bool IsGroup);

    private readonly ImmutableArray<Hop> _hops;

    private Trail(ImmutableArray<Hop> hops) => _hops = hops;

    /// <summary>Of a recipient that the sender named.</summary>
    public static Trail Empty { get; } = new([]);

    /// <summary>True for a recipient that the sender named.</summary>
    public bool IsEmpty => _hops.IsEmpty;

    /// <summary>How often the Memo was sent on; groups do not count.</summary>
    public int Forwardings => _hops.Count(hop => !hop.IsGroup);

    /// <summary>The addresses that it passed, the last first, as fields that are put before a message stand.</summary>
    public IEnumerable<string> Addresses => _hops.Reverse().Select(hop => hop.Address);

    /// <summary>True where it has passed that user or group.</summary>
    public bool Passed(string key) => _hops.Any(hop => hop.Key == key);

    /// <summary>The way through a user who sends mail on.</summary>
    public Trail ThroughUser(string key, Mailbox address) => new(_hops.Add(new Hop(key, address.ToString(), false)));

    /// <summary>The way through a group.</summary>
    public Trail ThroughGroup(string key, Mailbox address) => new(_hops.Add(new Hop(key, address.ToString(), true)));

    /// <summary>For the item; "" for none.</summary>
    public override string ToString() => string.Join(End, _hops.Select(hop => $"{(hop.IsGroup ? GroupMark : "")}{hop.Address}{Between}{hop.Key}"));

    /// <summary>Reads what <see cref="ToString"/> wrote; what is none of it is left out.</summary>
    public static Trail Parse(string text)
    {
        if (text.Length == 0)
            return Empty;
        var hops = ImmutableArray.CreateBuilder<Hop>();
        foreach (var line in text.Split(End))
        {
            var between = line.LastIndexOf(Between);
            var start = line.StartsWith(GroupMark) ? 1 : 0;
            if (between > start)
                hops.Add(new Hop(line[(between + 1)..], line[start..between], start == 1));
        }
        return new Trail(hops.ToImmutable());
    }
}
