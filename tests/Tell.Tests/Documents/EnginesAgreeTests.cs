using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Statistics;
using static Tell.Tests.Documents.Sample;

namespace Tell.Tests.Documents;

/// <summary>Random verbs on both engines side by side: what can be seen is the same at each step.</summary>
public sealed class EnginesAgreeTests
{
    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, 6)];

    private static readonly string[] Lanes = ["", "a", "b"];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Random_verbs_have_the_same_results_on_both_engines(int seed)
    {
        await using var memory = new MemoryPlace();
        await using var sqlite = new SqlitePlace();
        var time = new Clock();
        var one = new Actor(memory, time, seed);
        var two = new Actor(sqlite, time, seed);
        await one.OpenAsync();
        await two.OpenAsync();
        for (var step = 0; step < 300; step++)
        {
            var expected = await one.StepAsync();
            var actual = await two.StepAsync();
            Assert.True(expected == actual, $"seed {seed}, step {step}:\nmemory {Only(expected, actual)}\nsqlite {Only(actual, expected)}");
            // A restart within the same millisecond could give an id again of which nothing is left.
            time.Advance(TimeSpan.FromMilliseconds(1));
            if (one.Random.Next(10) == 0)
                time.Advance(TimeSpan.FromSeconds(one.Random.Next(90)));
            one.Random = new Random(seed * 1000 + step);
            two.Random = new Random(seed * 1000 + step);
        }
    }

    private static string Only(string text, string other) => string.Join('\n', text.Split('\n').Except(other.Split('\n')));

    private sealed class Actor(IPlace place, Clock time, int seed)
    {
        private readonly List<Unid> _ids = [];
        private readonly List<Lease> _leases = [];
        private readonly Dictionary<Unid, string> _names = [];
        private readonly List<Content> _contents = [];
        private IQueueStore _store = null!;

        public Random Random { get; set; } = new(seed);

        public async Task OpenAsync()
        {
            _store = (await place.OpenAsync(time)).Queues;
            _store.AccountWith(new Bookkeeper(new Rates(time)));
        }

        public async Task<string> StepAsync()
        {
            var verb = Random.Next(20);
            try
            {
                return $"{verb}: {await VerbAsync(verb)} | {await StateAsync()}";
            }
            catch (ArgumentException)
            {
                return $"{verb}: refused | {await StateAsync()}";
            }
        }

        private WorkQueue Queue => Random.Next(4) == 0 ? WorkQueue.SmtpBox : WorkQueue.Outbound;

        private string Lane => Lanes[Random.Next(Lanes.Length)];

        private async Task<string> VerbAsync(int verb)
        {
            switch (verb)
            {
                case 0 or 1 or 2:
                    await using (var writer = _store.NewContent())
                    {
                        await writer.WriteAsync(Octets(Random.Next(10) == 0 ? 70_000 : 10, _contents.Count), None);
                        _contents.Add(await writer.CompleteAsync(None));
                        var documents = Enumerable.Range(0, Random.Next(1, 4)).Select(_ => New()).ToArray();
                        await _store.PutAsync(documents, [new CounterChange("Put", documents.Length)], None);
                    }
                    return "put";
                case 3 or 4 or 5:
                    return Remember(await _store.TakeAsync(Queue, Lane, Random.Next(4), Minute * Random.Next(1, 3), None));
                case 6:
                    return Remember(await _store.ReadAgedAsync(
                        Queue, Random.Next(2) == 0 ? DateTimeOffset.MinValue : time.GetUtcNow() - Minute * Random.Next(9), time.GetUtcNow() - Minute * Random.Next(3), Random.Next(4), None));
                case 7:
                    return Remember(await _store.ReadFinishedAsync(
                        Queue, Random.Next(2) == 0 ? DocumentState.Success : DocumentState.Failure, _ids.Count > 0 && Random.Next(2) == 0 ? _ids[Random.Next(_ids.Count)] : null, 3, None));
                case 8 when _ids.Count > 0:
                    return await _store.ReadLeaseAsync(_ids[Random.Next(_ids.Count)], None) is { } lease ? Remember([lease]) : "none";
                case 9 when _leases.Count > 0:
                    return (await _store.RenewAsync(_leases[Random.Next(_leases.Count)], Minute, None)).ToString();
                case 10 when Random.Next(3) == 0:
                    return (await _store.MakeDueAsync(Queue, Random.Next(2) == 0 ? null : Lane, None)).ToString();
                case 11 when Random.Next(4) == 0:
                    _ids.RemoveAll(_ => Random.Next(2) == 0);
                    await OpenAsync();
                    return "reopened";
                case 13 or 14:
                    var once = New() with { Content = null, Items = [] };
                    return _names[await _store.PutOnceAsync(once, Print, time.GetUtcNow() + TimeSpan.FromSeconds(Random.Next(200)), [new CounterChange("Once", 1)], None)];
                case 15 when Random.Next(2) == 0:
                    _store.Forget(Print);
                    return "forgotten";
                case 15:
                    _store.Count("Put", Random.Next(5));
                    return "counted";
                case 16 when Random.Next(4) == 0:
                    await _store.ChangeCountersAsync([new CounterChange("Put", -1)], [new TrafficChange((TrafficKind)Random.Next(1, 3), Lane, new Traffic { Received = new Amount(1, 2, 3) })], None);
                    return "changed";
                case 16 when Random.Next(3) == 0:
                    return (await _store.ForgetTrafficAsync(time.GetUtcNow() - Minute * Random.Next(5), None)).ToString();
                default:
                    if (_leases.Count == 0)
                        return "nothing";
                    var settlements = Enumerable.Range(0, Random.Next(1, 3)).Select(_ => Settle()).ToArray();
                    if (Random.Next(3) == 0)
                        settlements[0] = settlements[0] with { Others = [.. Enumerable.Range(0, Random.Next(1, 3)).Select(_ => Settle())] };
                    return string.Join(',', await _store.SettleAsync(settlements, None));
            }
        }

        private Settlement Settle()
        {
            var lease = _leases[Random.Next(_leases.Count)];
            var settlement = Random.Next(10) switch
            {
                0 => Settlement.Succeeded(lease),
                1 => Settlement.Deferred(lease, time.GetUtcNow() + TimeSpan.FromSeconds(Random.Next(100)), "later"),
                2 => Settlement.Failed(lease, "failed"),
                3 => Settlement.Dead(lease, "dead"),
                4 => Settlement.Held(lease, "held"),
                5 => Settlement.Released(lease),
                7 => Settlement.Postponed(lease, time.GetUtcNow() + TimeSpan.FromSeconds(Random.Next(-10, 50))),
                6 => Settlement.Again(lease, time.GetUtcNow() + TimeSpan.FromSeconds(Random.Next(-10, 50))),
                _ => Settlement.Removed(lease),
            };
            if (Random.Next(3) == 0)
                settlement = settlement with { Attempt = FullAttempt with { Code = Random.Next(1000) } };
            if (Random.Next(4) == 0)
                settlement = settlement with { Envelope = Envelope((Priority)Random.Next(3)) };
            // A parent that is removed by the same call makes the engines differ in which words they refuse it with; not of interest here.
            if (Random.Next(4) == 0)
                settlement = settlement with { Created = [New() with { Parent = settlement.Kind == SettlementKind.Removed ? lease.Document.Parent : lease.Document.Id }] };
            if (Random.Next(4) == 0)
                settlement = settlement with { Destination = Lane };
            if (Random.Next(4) == 0)
                settlement = settlement with { Notices = Random.Next(3), Releases = Random.Next(3), Began = Random.Next(2) == 0 ? null : time.GetUtcNow() - Minute * Random.Next(9) };
            return settlement with { Counters = [new CounterChange(settlement.Kind.ToString(), 1)] };
        }

        private Document New()
        {
            var id = _store.NewId();
            _names.Add(id, $"#{_names.Count}");
            var parent = _ids.Count > 0 && Random.Next(3) == 0 ? _ids[Random.Next(_ids.Count)] : (Unid?)null;
            _ids.Add(id);
            return new Document
            {
                Id = id, Form = Forms.Message, Queue = Queue, Destination = Lane, Parent = parent, State = Random.Next(8) switch { 0 => DocumentState.Held, 1 => DocumentState.Failure, 2 => DocumentState.Success, _ => DocumentState.Pending },
                Due = Random.Next(2) == 0 ? null : time.GetUtcNow() + TimeSpan.FromSeconds(Random.Next(-60, 120)), Envelope = Random.Next(5) == 0 ? null : Envelope((Priority)Random.Next(3)),
                Attempts = Random.Next(6) == 0 ? [FullAttempt] : [], Notices = Random.Next(2), Began = Random.Next(3) == 0 ? time.GetUtcNow() - Minute * Random.Next(9) : null,
                Content = Pick(2), Items = Pick(8) is { } attached ? [Item.OfAttachment("A", "a", "text/plain", attached)] : [],
            };
        }

        private Fingerprint Print => new(0, (UInt128)Random.Next(6));

        // Mostly one of the last: the older are often gone, and pointing at them is refused.
        private Content? Pick(int oneIn) => _contents.Count > 0 && Random.Next(oneIn) == 0 ? _contents[^Random.Next(1, Math.Min(4, _contents.Count + 1))] : null;

        private string Remember(IReadOnlyList<Lease> leases)
        {
            _leases.AddRange(leases);
            if (_leases.Count > 30)
                _leases.RemoveRange(0, 10);
            return string.Join(';', leases.Select(l => Shown(l.Document)));
        }

        // Ids are not compared: that they are unique is enough, and contents and documents share one source.
        private string Shown(Document document) => $"{_names[document.Id]} {document.Queue} {document.State} '{document.Destination}' {document.Due:HH:mm:ss.fff} "
            + $"^{(document.Parent is { } parent ? _names[parent] : "")} {document.Children} {document.Reason} {document.AttemptCount}/{document.Attempts.Length} {document.Envelope?.Priority} {document.Notices} {document.Releases} {document.Began:HH:mm:ss.fff} {(document.Content is { } c ? _contents.FindIndex(x => x.Id == c.Id).ToString() : "")}";

        private async Task<string> StateAsync()
        {
            var text = new StringBuilder();
            foreach (var document in await _store.ViewAsync(new QueueView(), None))
                text.Append(Shown(document)).Append(" = ").Append(Shown((await _store.GetAsync(document.Id, None))!)).Append('\n');
            for (var i = Math.Max(0, _contents.Count - 12); i < _contents.Count; i++)
                text.Append(await IsGoneAsync(_store.ReadContentAsync(_contents[i], None)) ? '-' : '+');
            foreach (var state in Enum.GetValues<DocumentState>())
                text.Append(state).Append((await _store.ViewAsync(new QueueView { State = state, Queue = WorkQueue.Outbound, Limit = 3 }, None)).Count).Append(' ');
            foreach (var lane in (await _store.LanesAsync(WorkQueue.Outbound, None)).OrderBy(l => l.Destination, StringComparer.Ordinal))
                text.Append(lane.Destination).Append(' ').Append(lane.EarliestDue.ToUnixTimeMilliseconds()).Append(' ');
            foreach (var count in _store.Counts().OrderBy(c => c.Queue).ThenBy(c => c.State))
                text.Append(count);
            foreach (var (name, value) in await _store.CountersAsync(None))
                text.Append(name).Append(value).Append(' ');
            foreach (var kind in Enum.GetValues<TrafficKind>())
            {
                foreach (var (name, traffic) in (await _store.TrafficAsync(kind, None)).OrderBy(t => t.Key, StringComparer.Ordinal))
                    text.Append(kind).Append(name).Append(traffic);
            }
            foreach (var stored in (await _store.StoredAsync(WorkQueue.Outbound, None)).OrderBy(s => s.Destination, StringComparer.Ordinal))
                text.Append(stored);
            return text.ToString();
        }
    }
}
