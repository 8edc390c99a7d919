using System.Collections.Immutable;
using System.Net;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Mta.Routing;
using Tell.Smtp.Client;
using Tell.Smtp.Network;

namespace Tell.Tests.Mta.Lives;

/// <summary>
/// One random life: one to three MTAs and their peers, some messages, an operator, crashes and faults of the store for some hours, then quiet until all is at rest.
/// All of it comes from the seed. <see cref="Run"/> gives what was wrong.
/// </summary>
internal sealed class Life
{
    private static readonly string[] Faults = ["settle", "take", "put", "read", "renew"];

    private readonly Random _random;
    private readonly World _world;
    private readonly LifeStory _story;
    private readonly List<Domain> _domains = [];
    private readonly List<Node> _nodes = [];
    private readonly List<LifePeer> _peers = [];
    private readonly LifeBook _book;
    private readonly LifeOperator _operator;
    private readonly List<LifeMail> _sent = [];
    private readonly HashSet<int> _restarting = [];
    private readonly List<string> _faults = [];
    private readonly LifeSightings _sightings;
    private readonly int _disorder;
    private readonly Random? _files;
    private bool _calm;

    public Life(int seed)
    {
        _random = new Random(seed);
        _world = new World(seed, shuffle: true);
        _story = new LifeStory(_world.Time);
        _sightings = new LifeSightings(_world.Time);
        _operator = new LifeOperator(_story, _random);
        _disorder = _random.Next(3) == 0 ? 0 : 40;
        // Dice of their own: in one life of four mail files cannot always be written to, so that single parts of a message wait.
        _files = seed % 4 == 0 ? new Random(~seed) : null;
        for (var i = _random.Next(1, 3); i > 0; i--)
        {
            var domain = Domain.Parse($"p{i}.test");
            _peers.Add(new LifePeer(_world, _story, new IPEndPoint(IPAddress.Parse($"198.51.100.{i}"), 25), domain, _random, dsn: _random.Next(2) == 0)
            {
                Losses = _random.Next(3) == 0 ? 20 : 0,
                Later = _world.Time.GetUtcNow() + TimeSpan.FromMinutes(_random.Next(400)),
            });
        }
        var count = _random.Next(6) switch { 0 => 3, 1 or 2 => 2, _ => 1 };
        for (var i = 0; i < count; i++)
            _domains.Add(Domain.Parse($"n{i}.test"));
        foreach (var domain in _domains)
            _nodes.Add(_world.Node($"mta.{domain.Name}", settings => settings with
            {
                LocalDomains = [domain],
                RelayClients = [IPNetwork.Parse("0.0.0.0/0")],
                RetryIntervals = [TimeSpan.FromMinutes(20), TimeSpan.FromHours(1)],
                ExpireAfter = TimeSpan.FromHours(4),
                QuotaGracePeriod = TimeSpan.Zero,
                DrtPollSeconds = 1800,
                ConfigPollSeconds = 3600,
            }));
        foreach (var node in _nodes)
        {
            node.Source.Settings = node.Source.Settings with
            {
                InDoubt = _random.Next(4) switch { 0 => InDoubtPolicy.Hold, 1 => InDoubtPolicy.Delivered, _ => InDoubtPolicy.Retry },
                DeadRetries = _random.Next(3) == 0 ? 2 : 0,
                DeadRetryInterval = TimeSpan.FromHours(2),
                DelayWarningAfter = _random.Next(3) == 0 ? [TimeSpan.FromMinutes(30), TimeSpan.FromHours(2)] : [TimeSpan.FromHours(1)],
                Routes = _peers.Select(peer => (peer.Domain, peer.Host))
                    .Concat(_nodes.Select((other, at) => (Domain: _domains[at], Host: new HostPort(other.Address.ToString(), 25), Other: other)).Where(route => route.Other != node).Select(route => (route.Domain, route.Host)))
                    .ToImmutableDictionary(route => route.Domain, route => FixedHop.FromHostPort(route.Host)),
            };
        }
        _book = new LifeBook(_random, _domains, [.. _peers.Select(peer => peer.Domain)]);
    }

    /// <summary>What happened.</summary>
    public string Story => _story.Text;

    /// <summary>The transfer logs of the nodes, and what they warned of.</summary>
    public string Logs => string.Join('\n', _nodes.SelectMany(node => node.Log.Concat(node.Warnings.Lines).Prepend($"{node.Source.Settings.HostName}:")));

    /// <summary>Lives it; what was wrong, in sentences.</summary>
    public IReadOnlyList<string> Run()
    {
        try
        {
            _world.Run(LiveAsync);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            _faults.Add(fault.ToString());
        }
        return _faults;
    }

    private async Task LiveAsync()
    {
        for (var i = 0; i < _nodes.Count; i++)
        {
            await _book.WriteAsync(_nodes[i], _domains[i]);
            await _nodes[i].CrashAsync();
            Attach(i);
            await _nodes[i].LoadAsync();
        }
        foreach (var peer in _peers)
            await peer.UpAsync();
        var acts = new List<Task>();
        for (var i = _random.Next(1, 5); i > 0; i--)
            acts.Add(SendAsync($"m{i}x", Moment(60)));
        foreach (var peer in _peers.Where(_ => _random.Next(3) == 0))
            acts.Add(SleepAsync(peer, Moment(60), TimeSpan.FromMinutes(_random.Next(5, 400))));
        for (var i = _disorder == 0 ? 0 : _random.Next(4); i > 0; i--)
            acts.Add(CrashAsync(_random.Next(_nodes.Count), Moment(90)));
        for (var i = _random.Next(6); i > 0; i--)
            acts.Add(OperateAsync(_random.Next(_nodes.Count), Moment(300)));
        foreach (var act in acts)
            await act;
        _calm = true;
        await RestAsync();
        // Whoever looks last may still do something: then all comes to rest again.
        for (var i = _random.Next(3); i > 0; i--)
            await OperateAsync(_random.Next(_nodes.Count), TimeSpan.Zero);
        await RestAsync();
        _faults.AddRange(await new LifeJudge(_story, _book, _nodes, _peers, _operator, _sightings).JudgeAsync(_sent));
        foreach (var node in _nodes)
            await node.Mta.DisposeAsync();
    }

    private TimeSpan Moment(int minutes) => TimeSpan.FromMilliseconds(_random.Next(4) == 0 ? _random.Next(3000) : _random.Next(minutes * 60_000));

    private async Task RestAsync()
    {
        var end = _world.Time.GetUtcNow() + TimeSpan.FromDays(2);
        while (_nodes.Any(node => node.View(new QueueView { Limit = 10_000 }).Any(document => document.State is not (DocumentState.Held or DocumentState.Dead) && document.Children == 0)))
        {
            if (_world.Time.GetUtcNow() > end)
                throw new InvalidOperationException("It never comes to rest: " + string.Join("; ", _nodes.SelectMany(node => node.View(new QueueView()))
                    .Select(document => $"{document.Form} {document.State} in {document.Queue} {document.Destination} due {document.Due:HH:mm:ss} {document.Reason}")));
            await _world.Pass(TimeSpan.FromMinutes(15));
        }
    }

    private void Attach(int at)
    {
        var node = _nodes[at];
        node.Stores.Changed = queues =>
        {
            if (FamilyWatch.Check(queues, document => _sightings.See(at, node, document)) is { } wrong)
                throw new InvalidOperationException($"{_domains[at].Name}: {wrong}");
        };
        node.Stores.BeforeFile = verb => !_calm && _files is not null && verb.StartsWith("put mail/", StringComparison.Ordinal) && _files.Next(4) == 0 ? new StoreException(StoreFault.InUse, "Not now.") : null;
        node.Stores.Before = verb =>
        {
            if (_calm || _disorder == 0 || !Faults.Contains(verb) || _random.Next(_disorder) > 0)
                return null;
            if (verb == "settle")
                _story.NotSettled(_domains[at].Name, _sightings.Touched(at, _nodes[at]));
            return new StoreException(StoreFault.InUse, "Not now.");
        };
    }

    private async Task CrashAsync(int at, TimeSpan after)
    {
        await _world.Pass(after);
        if (!_restarting.Add(at))
            return;
        _story.Crashed(_domains[at].Name, _sightings.Touched(at, _nodes[at]));
        await _nodes[at].CrashAsync();
        Attach(at);
        await _world.Pass(TimeSpan.FromSeconds(_random.Next(120)));
        await _nodes[at].LoadAsync();
        _restarting.Remove(at);
    }

    private async Task SleepAsync(LifePeer peer, TimeSpan after, TimeSpan length)
    {
        await _world.Pass(after);
        _story.Tell($"{peer.Domain.Name} goes down for {length}");
        await peer.DownAsync();
        await _world.Pass(length);
        await peer.UpAsync();
    }

    private async Task OperateAsync(int at, TimeSpan after)
    {
        await _world.Pass(after);
        if (!_restarting.Contains(at))
            await _operator.ActAsync(_nodes[at], at, _domains[at].Name, _peers);
    }

    private async Task SendAsync(string token, TimeSpan after)
    {
        var at = _random.Next(_nodes.Count);
        var to = Enumerable.Range(0, _random.Next(1, 4)).Select(_ => LifeBook.Anybody(_random, _domains, [.. _peers.Select(peer => peer.Domain)])).Distinct().ToList();
        var submitted = _random.Next(2) == 0;
        await _world.Pass(after);
        if (submitted)
            await SubmitAsync(at, token, to);
        else
            await TransmitAsync(at, token, to);
    }

    private async Task SubmitAsync(int at, string token, IReadOnlyList<string> to)
    {
        var wishes = Enum.GetValues<DeliveryReport>();
        var wish = wishes[_random.Next(wishes.Length)];
        var sender = $"ada@{_domains[at].Name}";
        var draft = new MemoDraft
        {
            From = Mailbox.Parse(sender),
            SendTo = [.. to.Select(Mailbox.Parse)],
            Subject = Line.From(token),
            Body = "Hello.\n",
            DeliveryReport = wish,
            Priority = _random.Next(5) switch { 0 => Priority.High, 1 => Priority.Low, _ => Priority.Normal },
        };
        var notify = wish switch { DeliveryReport.None => Notify.Never, DeliveryReport.Basic => Notify.Unspecified, DeliveryReport.Trace => Notify.Success | Notify.Failure | Notify.Delay, _ => Notify.Success | Notify.Failure };
        var taken = true;
        try
        {
            while (_restarting.Contains(at))
                await _world.Pass(TimeSpan.FromSeconds(30));
            await _nodes[at].Operations.SubmitAsync(draft, CancellationToken.None);
        }
        catch (StoreException)
        {
            _story.Tell($"{token} is not taken");
            return;
        }
        catch (ObjectDisposedException)
        {
            taken = false;
        }
        _story.Tell($"{sender} submits {token} to {string.Join(", ", to)} ({wish})");
        _sent.Add(new LifeMail(token, sender, [.. to.Select(one => new Recipient(Mailbox.Parse(one)) { Notify = notify })], taken) { IsSubmitted = true, TracedBy = wish == DeliveryReport.Trace ? at : -1 });
    }

    // A client that says it again until it has heard an answer.
    private async Task TransmitAsync(int at, string token, IReadOnlyList<string> to)
    {
        var sender = _random.Next(5) switch { 0 => null, 1 => $"bob@{_domains[_random.Next(_domains.Count)].Name}", _ => $"ok9@{_peers[_random.Next(_peers.Count)].Domain.Name}" };
        var envelope = new Envelope
        {
            Sender = sender is null ? null : Mailbox.Parse(sender),
            Return = (ReturnContent)_random.Next(3),
            DeliverBy = _random.Next(4) == 0 ? _world.Time.GetUtcNow() + TimeSpan.FromMinutes(_random.Next(5, 400)) : null,
            DeliverByReturns = _random.Next(2) == 0,
            EnvelopeId = _random.Next(2) == 0 ? $"E{token}" : null,
            Recipients = [.. to.Select(one => new Recipient(Mailbox.Parse(one))
            {
                Notify = _random.Next(6) switch { 0 => Notify.Never, 1 => Notify.Success, 2 => Notify.Success | Notify.Failure, 3 => Notify.Failure | Notify.Delay, _ => Notify.Unspecified },
                OriginalRecipient = _random.Next(2) == 0 ? $"rfc822;{one}" : null,
            })],
        };
        var octets = Encoding.UTF8.GetBytes($"From: {sender ?? "nobody@away.test"}\r\nSubject: {token}\r\nMessage-ID: <{token}@away.test>\r\n\r\nHello.\r\n");
        var client = IPAddress.Parse($"203.0.113.{_random.Next(1, 200)}");
        for (var attempt = 1; ; attempt++)
        {
            var results = await TryAsync(at, client, envelope, octets);
            var open = results is null || results.Any(result => !result.Delivered && !result.Refused);
            var taken = results?.Where(result => result.Delivered).Select(result => result.Recipient).ToList() ?? [];
            if (taken.Count > 0 || !open)
            {
                _story.Tell($"{sender ?? "<>"} sends {token} to {_domains[at].Name} for {string.Join(", ", taken.Select(one => $"{one.Address} ({one.Notify})"))}");
                if (taken.Count > 0)
                    _sent.Add(new LifeMail(token, sender, taken, Certain: true) { HasDeadline = envelope is { DeliverBy: not null, DeliverByReturns: false } });
                return;
            }
            await _world.Pass(TimeSpan.FromSeconds(20 * attempt));
            if (attempt < 20)
                continue;
            _story.Tell($"{sender ?? "<>"} gives up sending {token} to {_domains[at].Name}");
            _sent.Add(new LifeMail(token, sender, [.. envelope.Recipients], Certain: false) { HasDeadline = envelope is { DeliverBy: not null, DeliverByReturns: false } });
            return;
        }
    }

    private async Task<IReadOnlyList<RecipientResult>?> TryAsync(int at, IPAddress client, Envelope envelope, byte[] octets)
    {
        try
        {
            var connection = await _world.Network.Host(client).ConnectAsync(new IPEndPoint(_nodes[at].Address, 25), CancellationToken.None);
            await using var session = new ClientSession(connection, new ClientOptions { HostName = "client.test" }, _world.Time);
            if (await session.OpenAsync(CancellationToken.None) is not null)
                return null;
            var sent = await session.SendAsync(envelope, octets, CancellationToken.None);
            if (sent.SessionUsable)
                await session.QuitAsync(CancellationToken.None);
            return sent.Recipients;
        }
        catch (Exception lost) when (lost is IOException or System.Net.Sockets.SocketException)
        {
            return null;
        }
    }
}
