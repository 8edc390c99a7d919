using Tell.Documents;
using Tell.Documents.Memory;
using Tell.Mail;
using Tell.Mta.Statistics;
using Tell.Tests.Mta;
using Tell.Tests.Simulation;

namespace Tell.Tests.Statistics;

/// <summary>The identity of the accounts, whatever happens to documents: Received = Delivered + Stored + Held, in all three columns.</summary>
public sealed class AccountIdentityTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] Lanes = ["one.test", "two.test", "report:one.test", "lmtp:/run/lmtp"];

    // Seed 004: "This will generally correspond to the number Received minus the number Stored." Here it always does.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task What_was_received_and_not_delivered_is_stored_or_held_whatever_happens(int seed)
    {
        var life = new Life(seed);
        await life.BeginAsync();
        for (var step = 0; step < 1500; step++)
        {
            await life.StepAsync();
            if (step % 25 == 0)
                await life.CheckAsync();
        }
        await life.CheckAsync();
    }

    private sealed class Life(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly ManualTime _time = new World().Time;
        private readonly List<Content> _contents = [];
        private readonly List<Lease> _old = [];
        private readonly Dictionary<(TrafficKind, string), Traffic> _before = [];
        private MemoryQueueStore _queues = null!;

        public async Task BeginAsync()
        {
            Open(new MemoryQueueStore(_time, new Random(seed)));
            for (var i = 1; i <= 3; i++)
            {
                // Never disposed: the octets stay for whoever points at them.
                var writer = _queues.NewContent();
                await writer.WriteAsync(new byte[100 * i], None);
                _contents.Add(await writer.CompleteAsync(None));
                await _queues.PutAsync([Made(WorkQueue.Inbound, 1) with { State = DocumentState.Held, Content = _contents[^1] }], [], None);
            }
        }

        public async Task StepAsync()
        {
            _time.Advance(TimeSpan.FromSeconds(_random.Next(100)));
            switch (_random.Next(9))
            {
                case 0 or 1:
                    await _queues.PutAsync([.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Any())], [new(Stat.Submitted, 1)], None);
                    break;
                case 2 or 3 or 4:
                    await WorkAsync();
                    break;
                case 5 or 6:
                    await FinishAsync();
                    break;
                case 7:
                    await OperateAsync();
                    break;
                default:
                    if (_random.Next(10) > 0)
                        await LoseAsync();
                    else
                        Open(_queues.Reopen());
                    break;
            }
        }

        public async Task CheckAsync()
        {
            var here = new Dictionary<(TrafficKind, string), Amount>();
            foreach (var queue in WorkQueues.All)
            {
                foreach (var lane in await _queues.StoredAsync(queue, None))
                    Add(queue, lane.Destination, new Amount(lane.Messages, lane.Recipients, lane.Octets));
            }
            foreach (var held in await _queues.ViewAsync(new QueueView { State = DocumentState.Held, Limit = int.MaxValue }, None))
                Add(held.Queue!.Value, held.Destination, new Amount(1, held.Envelope!.Recipients.Length, held.Content!.Size));
            foreach (var kind in Enum.GetValues<TrafficKind>())
            {
                foreach (var (name, traffic) in await _queues.TrafficAsync(kind, None))
                {
                    Assert.True(traffic.Received == traffic.Delivered + here.GetValueOrDefault((kind, name)), $"seed {seed}: {kind} {name}: {traffic}; here {here.GetValueOrDefault((kind, name))}");
                    var before = _before.GetValueOrDefault((kind, name));
                    Assert.All(AccountColumn.All, column => Assert.True(column.Value(traffic) >= column.Value(before), $"seed {seed}: {name}.{column.Name} fell"));
                    Assert.InRange(traffic.DeliveredFirst, 0, traffic.Delivered.Messages);
                    Assert.InRange(traffic.QueueTimeFirst, 0, traffic.QueueTime);
                    Assert.InRange(traffic.Failed.Messages, 0, traffic.Delivered.Messages);
                    Assert.InRange(traffic.Failed.Recipients, 0, traffic.Delivered.Recipients);
                    _before[(kind, name)] = traffic;
                    here.Remove((kind, name));
                }
            }
            Assert.All(here.Values, amount => Assert.Equal(default, amount));
            var counters = await _queues.CountersAsync(None);
            foreach (var (channel, traffic) in await _queues.TrafficAsync(TrafficKind.Channel, None))
                Assert.Equal(traffic.Delivered.Messages, QueueTimes.Count(channel, counters));

            void Add(WorkQueue queue, string lane, Amount amount)
            {
                Sum((TrafficKind.Channel, Channels.Of(queue, lane)), amount);
                if (Channels.DestinationOf(queue, lane) is { } destination)
                    Sum((TrafficKind.Destination, destination), amount);
            }

            void Sum((TrafficKind, string) key, Amount amount) => here[key] = here.GetValueOrDefault(key) + amount;
        }

        private void Open(MemoryQueueStore store)
        {
            _queues = store;
            _queues.AccountWith(new Bookkeeper(new Rates(_time)));
        }

        private async Task WorkAsync()
        {
            var queue = WorkQueues.All[_random.Next(WorkQueues.All.Count)];
            var leases = await _queues.TakeAsync(queue, queue == WorkQueue.Outbound ? Lanes[_random.Next(Lanes.Length)] : "", 3, TimeSpan.FromMinutes(5), None);
            _old.AddRange(leases);
            var settlements = leases.Select(Settled).ToList();
            // Two documents that stand or fall together.
            if (settlements.Count > 1 && _random.Next(3) == 0)
            {
                settlements[0] = settlements[0] with { Others = [settlements[1]] };
                settlements.RemoveAt(1);
            }
            await _queues.SettleAsync(settlements, None);
        }

        private async Task FinishAsync()
        {
            foreach (var queue in WorkQueues.All)
            {
                foreach (var state in (DocumentState[])[DocumentState.Success, DocumentState.Failure])
                {
                    foreach (var lease in await _queues.ReadFinishedAsync(queue, state, null, 5, None))
                    {
                        var report = Any() with { Form = Forms.NonDeliveryReport };
                        await _queues.SettleAsync([_random.Next(4) switch
                        {
                            0 => Settlement.Dead(lease, "dead"),
                            1 => Settlement.Again(lease, _time.GetUtcNow()),
                            2 => Settlement.Removed(lease) with { Created = [report] },
                            _ => Settlement.Removed(lease),
                        }], None);
                    }
                }
            }
        }

        private async Task OperateAsync()
        {
            var all = await _queues.ViewAsync(new QueueView { Limit = int.MaxValue }, None);
            if (all.Count <= 3 || await _queues.ReadLeaseAsync(all[_random.Next(3, all.Count)].Id, None) is not { } lease)
                return;
            var fewer = lease.Document.Envelope! with { Recipients = [.. lease.Document.Envelope!.Recipients.Skip(1)] };
            await _queues.SettleAsync([_random.Next(5) switch
            {
                0 => Settlement.Again(lease, _time.GetUtcNow()) with { Began = _time.GetUtcNow() },
                1 => Settlement.Held(lease, "held"),
                2 => Settlement.Removed(lease),
                3 => Settlement.Released(lease) with { Envelope = fewer },
                _ => lease.Document.Queue == WorkQueue.Outbound ? Settlement.Released(lease) with { Destination = Lanes[_random.Next(Lanes.Length)] } : Settlement.Again(lease, _time.GetUtcNow()) with { Envelope = fewer },
            }], None);
        }

        // A lease that was settled, or ended and was taken by another.
        private async Task LoseAsync()
        {
            if (_old.Count > 0)
                await _queues.SettleAsync([Settled(_old[_random.Next(_old.Count)])], None);
        }

        private Settlement Settled(Lease lease)
        {
            var document = lease.Document;
            var recipients = document.Envelope!.Recipients;
            var parted = _random.Next(3) == 0 ? _random.Next(recipients.Length + 1) : 0;
            var created = new List<Document>();
            if (parted > 0)
            {
                created.Add(document with
                {
                    Id = _queues.NewId(),
                    State = _random.Next(3) switch { 0 => DocumentState.Pending, 1 => DocumentState.Failure, _ => document.Queue == WorkQueue.SmtpBox ? DocumentState.Failure : DocumentState.Success },
                    Due = null,
                    Envelope = document.Envelope with { Recipients = recipients[..parted] },
                });
            }
            for (var more = _random.Next(3); more > 0; more--)
                created.Add(Any());
            var envelope = document.Envelope with { Recipients = recipients[parted..] };
            var settlement = _random.Next(8) switch
            {
                0 or 1 => Settlement.Succeeded(lease),
                2 or 3 => Settlement.Deferred(lease, _time.GetUtcNow() + TimeSpan.FromSeconds(_random.Next(300)), "later"),
                4 => Settlement.Failed(lease, "no"),
                5 => Settlement.Dead(lease, "dead"),
                6 => Settlement.Released(lease),
                _ => Settlement.Removed(lease),
            };
            return settlement with { Created = [.. created], Envelope = _random.Next(4) == 0 || parted > 0 ? envelope : null, Attempt = new Attempt { Time = _time.GetUtcNow(), Phase = "RCPT", Text = "" } };
        }

        private Document Any() => Made(WorkQueues.All[_random.Next(WorkQueues.All.Count)], _random.Next(1, 5)) with { State = _random.Next(10) == 0 ? DocumentState.Held : DocumentState.Pending };

        private Document Made(WorkQueue queue, int recipients) => new()
        {
            Id = _queues.NewId(),
            Form = queue == WorkQueue.MailBox ? Forms.Memo : Forms.Message,
            Queue = queue,
            Destination = queue == WorkQueue.Outbound ? Lanes[_random.Next(Lanes.Length)] : "",
            Content = _contents.Count == 0 ? null : _contents[_random.Next(_contents.Count)],
            Envelope = new Envelope { Recipients = [.. Enumerable.Range(0, recipients).Select(i => new Recipient(Mailbox.Parse($"u{i}@one.test")))] },
        };
    }
}
