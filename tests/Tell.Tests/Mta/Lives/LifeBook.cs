using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;
using Tell.Mta;

namespace Tell.Tests.Mta.Lives;

/// <summary>
/// The people of all nodes, and by a walk of its own where mail for somebody ends. Of each node: ada and bob, hold (on hold), full (no room), two who send on,
/// a group, a group of a group, two who send on to each other (ring, rong), and where there are several nodes one who sends on to its namesake at the next (wend).
/// </summary>
internal sealed class LifeBook
{
    private readonly Dictionary<string, string[]> _next = [];
    private readonly HashSet<string> _keeping = [];
    private readonly List<Domain> _domains;

    public LifeBook(Random random, List<Domain> nodes, IReadOnlyList<Domain> peers)
    {
        _domains = [.. nodes];
        foreach (var node in nodes)
        {
            for (var i = 0; i < 2; i++)
            {
                _next[$"fwd{i}@{node.Name}"] = [Some(random, node, peers)];
                if (random.Next(2) == 0)
                    _keeping.Add($"fwd{i}@{node.Name}");
            }
            _next[$"all@{node.Name}"] = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Some(random, node, peers)).Append($"fwd0@{node.Name}").Distinct()];
            _next[$"more@{node.Name}"] = [$"bob@{node.Name}", $"all@{node.Name}"];
            _next[$"ring@{node.Name}"] = [$"rong@{node.Name}"];
            _next[$"rong@{node.Name}"] = [$"ring@{node.Name}"];
            if (nodes.Count > 1)
                _next[$"wend@{node.Name}"] = [$"wend@{nodes[(nodes.IndexOf(node) + 1) % nodes.Count].Name}"];
        }
    }

    /// <summary>Somebody to write to.</summary>
    public static string Anybody(Random random, IReadOnlyList<Domain> nodes, IReadOnlyList<Domain> peers)
    {
        var node = nodes[random.Next(nodes.Count)];
        return random.Next(10) switch
        {
            0 => $"hold@{node.Name}",
            1 => $"full@{node.Name}",
            2 => $"{random.Next(4) switch { 0 or 1 => "ring", 2 when nodes.Count > 1 => "wend", _ => "nobody" }}@{node.Name}",
            3 => $"fwd{random.Next(2)}@{node.Name}",
            4 => $"{(random.Next(2) == 0 ? "all" : "more")}@{node.Name}",
            5 => $"ada@{node.Name}",
            _ => Stranger(random, peers),
        };
    }

    /// <summary>Where mail for somebody ends, and over how many ways.</summary>
    /// <param name="address">Whom it is for.</param>
    /// <param name="passed">Where it has been, and is not sent on from again.</param>
    public IReadOnlyDictionary<string, int> Reach(string address, params IEnumerable<string> passed)
    {
        var ends = new Dictionary<string, int>();
        Walk(address, [.. passed], ends);
        if (ends.Count == 0)
            ends[address] = 1;
        return ends;
    }

    /// <summary>Writes the documents of a node.</summary>
    public async Task WriteAsync(Node node, Domain domain)
    {
        var names = await node.OpenAsync("names");
        var documents = new List<Document>();
        foreach (var name in new[] { "ada", "bob", "hold", "full", "fwd0", "fwd1", "ring", "rong", "wend" })
        {
            var items = new List<Item> { Item.OfText(Persons.ShortName, name), Item.OfText(Persons.InternetAddress, $"{name}@{domain.Name}") };
            if (_next.TryGetValue($"{name}@{domain.Name}", out var forward))
                items.Add(Item.OfText(Persons.ForwardingAddress, [.. forward]));
            if (_keeping.Contains($"{name}@{domain.Name}"))
                items.Add(Item.OfText(Persons.KeepForwarded, "on"));
            if (name == "hold")
                items.Add(Item.OfText(Persons.OnHold, "on"));
            if (name == "full")
                items.Add(Item.OfNumber(Persons.Quota, 1));
            documents.Add(new Document { Id = names.NewId(), Form = Forms.Person, Items = [.. items] });
        }
        foreach (var name in new[] { "all", "more" })
            documents.Add(new Document
            {
                Id = names.NewId(),
                Form = Forms.Group,
                Items = [Item.OfText("name", name), Item.OfText(Persons.InternetAddress, $"{name}@{domain.Name}"), Item.OfText("Members", [.. _next[$"{name}@{domain.Name}"]])],
            });
        await names.PutAsync(documents, CancellationToken.None);
    }

    /// <summary>The index of the node where an address is local; -1 where it is elsewhere.</summary>
    public int HomeOf(string address) => _domains.FindIndex(domain => address.EndsWith($"@{domain.Name}", StringComparison.Ordinal));

    /// <summary>True where mail for an address goes no other way than to the address.</summary>
    public bool IsEnd(string address) => !_next.ContainsKey(address);

    private static string Stranger(Random random, IReadOnlyList<Domain> peers) =>
        $"{(random.Next(6) switch { 0 => "no", 1 => "later", 2 => "bad", _ => "ok" })}{random.Next(3)}@{peers[random.Next(peers.Count)].Name}";

    private static string Some(Random random, Domain node, IReadOnlyList<Domain> peers) => random.Next(6) switch
    {
        0 => $"nobody@{node.Name}",
        1 => $"hold@{node.Name}",
        2 => $"full@{node.Name}",
        3 => $"bob@{node.Name}",
        _ => Stranger(random, peers),
    };

    private void Walk(string address, HashSet<string> on, Dictionary<string, int> ends)
    {
        if (!_next.TryGetValue(address, out var next) || _keeping.Contains(address))
            ends[address] = ends.GetValueOrDefault(address) + 1;
        if (next is null || !on.Add(address))
            return;
        foreach (var one in next)
            Walk(one, on, ends);
        on.Remove(address);
    }
}
