using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Routing;
using Tell.Tests.Mta;

namespace Tell.Tests.LocalDelivery;

/// <summary>
/// A random address book of home.test, and by a walk of its own who is reached through it: it knows nothing of Tell's code. Users send on, keep
/// copies, are on hold, are full, or have their mail in a Maildir or behind LMTP; groups hold groups, strangers and nobody.
/// </summary>
internal sealed class Countryside
{
    public const string Socket = "/run/lmtp";

    private const int Users = 24, Groups = 6;

    private readonly Dictionary<string, User> _users = [];
    private readonly Dictionary<string, string[]> _groups = [];

    public Countryside(Random random)
    {
        for (var i = 0; i < Users; i++)
        {
            var forward = random.Next(3) > 0 ? [] : Some(random, 1, 4);
            _users[$"u{i}@home.test"] = new User(forward, forward.Length == 0 || random.Next(2) == 0, random.Next(6) == 0, random.Next(7) == 0,
                random.Next(7) switch { 0 => "lmtp", 1 => "lmtp full", 2 => "maildir", _ => "" }, random.Next(4) switch { 0 => "converted", 1 => "both", _ => "" });
        }
        for (var i = 0; i < Groups; i++)
            _groups[$"g{i}@home.test"] = Some(random, 0, 6);
    }

    private sealed record User(string[] Forward, bool Keeps, bool OnHold, bool IsFull, string Route, string Format);

    /// <summary>Addresses of users and groups to write to.</summary>
    public IReadOnlyList<string> Names => [.. _users.Keys, .. _groups.Keys];

    /// <summary>Those whose LMTP server says that they are full.</summary>
    public bool IsFullAtLmtp(string address) => _users[address].Route == "lmtp full";

    /// <summary>Who is on hold.</summary>
    public bool IsOnHold(string address) => _users.GetValueOrDefault(address) is { OnHold: true };

    /// <summary>Where a user's mail ends: "file", "maildir", "lmtp", "fails", and "away" for a stranger.</summary>
    public string EndOf(string address) => !_users.TryGetValue(address, out var user) ? address.EndsWith("far.test", StringComparison.Ordinal) ? "away" : "fails"
        : user.Route switch { "lmtp" => "lmtp", "lmtp full" => "fails", "maildir" => "maildir", _ => user.IsFull ? "fails" : "file" };

    /// <summary>Writes the documents; again, to change who is on hold.</summary>
    public async Task WriteAsync(Node node, bool holds)
    {
        var names = await node.OpenAsync("names");
        var old = (await names.ViewAsync(null, null, 1000, CancellationToken.None)).ToDictionary(document => document[Persons.InternetAddress]!.Text, document => document.Id);
        var documents = new List<Document>();
        foreach (var (address, user) in _users)
        {
            var items = new List<Item> { Item.OfText(Persons.ShortName, Local(address)), Item.OfText(Persons.InternetAddress, address) };
            if (user.Forward.Length > 0)
                items.Add(Item.OfText(Persons.ForwardingAddress, [.. user.Forward]));
            if (user.Keeps)
                items.Add(Item.OfText(Persons.KeepForwarded, "on"));
            if (user.OnHold && holds)
                items.Add(Item.OfText(Persons.OnHold, "on"));
            if (user.IsFull)
                items.Add(Item.OfNumber(Persons.Quota, 1));
            if (user.Format.Length > 0)
                items.Add(Item.OfText(Persons.FormatPreference, user.Format));
            if (user.Route.Length > 0)
                items.Add(Item.OfText(Persons.Route, user.Route == "maildir" ? $"maildir:/home/{Local(address)}" : $"lmtp:{Socket}"));
            documents.Add(new Document { Id = old.TryGetValue(address, out var id) ? id : names.NewId(), Form = Forms.Person, Items = [.. items] });
        }
        foreach (var (address, members) in _groups)
        {
            documents.Add(new Document
            {
                Id = old.TryGetValue(address, out var id) ? id : names.NewId(),
                Form = Forms.Group,
                Items = [Item.OfText("name", Local(address)), Item.OfText(Persons.InternetAddress, address), Item.OfText("Members", [.. members])],
            });
        }
        await names.PutAsync(documents, CancellationToken.None);
    }

    /// <summary>The addresses where a message to some ends, and those of its ways that lead nowhere at all; null where it is sent on too often to say.</summary>
    public (HashSet<string> Ends, HashSet<string> Circles)? Reach(IEnumerable<string> to)
    {
        var depth = to.Distinct().ToDictionary(name => name, _ => 0);
        var named = depth.Keys.ToArray();
        var open = new Queue<string>(named);
        while (open.TryDequeue(out var name))
        {
            foreach (var next in Next(name))
            {
                if (depth.TryAdd(next, depth[name] + 1))
                    open.Enqueue(next);
            }
        }
        if (depth.Values.Max() > 10)
            return null;
        var ends = depth.Keys.Where(Ends).ToHashSet();
        // What leads to an end, over however many steps, is served.
        var served = new HashSet<string>(ends);
        while (depth.Keys.Any(name => !served.Contains(name) && Next(name).Any(served.Contains) && served.Add(name)))
        {
        }
        return (ends, [.. depth.Keys.Where(name => !served.Contains(name) && (named.Contains(name) || depth.Keys.Any(from => served.Contains(from) && Next(from).Contains(name))))]);
    }

    private bool Ends(string name) => _users.TryGetValue(name, out var user) ? user.Keeps : !_groups.ContainsKey(name);

    private string[] Next(string name) => _users.TryGetValue(name, out var user) ? user.Forward : _groups.GetValueOrDefault(name) ?? [];

    private static string Local(string address) => address[..address.IndexOf('@')];

    private static string[] Some(Random random, int least, int most) => [.. Enumerable.Range(0, random.Next(least, most)).Select(_ => random.Next(10) switch
    {
        0 or 1 => $"g{random.Next(Groups)}@home.test",
        2 => $"x{random.Next(3)}@far.test",
        3 => "nobody@home.test",
        _ => $"u{random.Next(Users)}@home.test",
    }).Distinct()];
}
