using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>The account of a crash test: what was acknowledged on one side, what arrived on the other, and whether every duplicate has an excuse.</summary>
/// <param name="acknowledged">Message-ID and digest of every message that got 250.</param>
/// <param name="arrived">Everything that the sink accepted.</param>
/// <param name="kills">When the server was killed.</param>
/// <param name="downs">When the sink cut its connections.</param>
internal sealed class DeliveryLedger(
    IReadOnlyDictionary<string, string> acknowledged, IReadOnlyCollection<ReceivedMail> arrived, IReadOnlyCollection<Cut> kills, IReadOnlyCollection<Cut> downs)
{
    private readonly List<Cut> _cuts = [.. kills, .. downs];
    private readonly ILookup<string, ReceivedMail> _copies = arrived.ToLookup(mail => mail.MessageId);

    /// <summary>Acknowledged messages that never arrived.</summary>
    public IReadOnlyList<string> Lost => [.. acknowledged.Keys.Where(id => !_copies.Contains(id))];

    /// <summary>Acknowledged messages of which a copy is not what was sent.</summary>
    public IReadOnlyList<string> Changed => [.. acknowledged.Where(sent => _copies[sent.Key].Any(copy => copy.Digest != sent.Value)).Select(sent => sent.Key)];

    /// <summary>Copies beyond the first, whoever made them.</summary>
    public int Duplicates => _copies.Sum(copies => copies.Count() - 1);

    /// <summary>
    /// Of the duplicates, those of messages that were taken in more than once, each time under an id of its own: the client did not hear the reply and sent
    /// again what the server had. The others were taken in once and sent twice.
    /// </summary>
    public int DuplicatesOfClients => _copies.Sum(copies => copies.Select(copy => copy.TraceId).Distinct().Count() - 1);

    /// <summary>
    /// Messages that arrived again though nothing was killed in between. The only window for a duplicate is between the next hop's 250 and our
    /// settle, so there is a cut between any two copies, or Tell has sent something twice of its own accord.
    /// </summary>
    public IReadOnlyList<string> Unexplained => [.. _copies.Where(copies => !IsExplained(copies)).Select(copies => copies.Key)];

    /// <summary>How long before a kill the first copy of a duplicate was accepted, at most: the length of that window.</summary>
    public TimeSpan Window
    {
        get
        {
            var windows = _copies.SelectMany(copies => Pairs(copies).Select(pair => kills
                .Where(cut => cut.Explains(pair.First, pair.Second))
                .Select(cut => TimeProvider.System.GetElapsedTime(pair.First, Math.Max(pair.First, cut.From)))
                .DefaultIfEmpty().Min()));
            return windows.DefaultIfEmpty().Max();
        }
    }

    /// <summary>Of the duplicates, those of a kill; the others are of a sink that cut its connections.</summary>
    public int DuplicatesOfKills => _copies.Sum(copies => Pairs(copies).Count(pair => kills.Any(kill => kill.Explains(pair.First, pair.Second))));

    /// <summary>The one line that the test prints.</summary>
    public string Summary => $"lost={Lost.Count} dup={Duplicates - DuplicatesOfClients} outbound {DuplicatesOfClients} inbound sent={acknowledged.Count}";

    private bool IsExplained(IEnumerable<ReceivedMail> copies) => Pairs(copies).All(pair => _cuts.Any(cut => cut.Explains(pair.First, pair.Second)));

    private static IEnumerable<(long First, long Second)> Pairs(IEnumerable<ReceivedMail> copies)
    {
        var times = copies.Select(copy => copy.At).Order().ToList();
        return times.Zip(times.Skip(1));
    }
}
