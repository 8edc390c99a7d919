using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;
using Tell.Tests.Mta;

namespace Tell.Tests.LocalDelivery;

/// <summary>An MTA whose local domain is home.test, with people whose documents a test writes.</summary>
internal sealed class Town
{
    public Town(Func<MtaSettings, MtaSettings>? change = null, int seed = 1, bool shuffle = false)
    {
        World = new World(seed, shuffle);
        Peer = World.Peer();
        Node = World.Node("mta.test", settings => (change ?? (same => same))(
            settings with { LocalDomains = [Domain.Parse("home.test")], RelayHost = Peer.Host, DelayWarningAfter = [] }));
    }

    public World World { get; }

    public Node Node { get; }

    /// <summary>Where all mail for elsewhere goes.</summary>
    public Peer Peer { get; }

    /// <summary>Tells a story of a loaded MTA.</summary>
    public void Run(Func<Task> story) => World.Run(async () =>
    {
        await Peer.UpAsync();
        await Node.LoadAsync();
        await story();
        await Node.Mta.DisposeAsync();
    });

    /// <summary>Writes the Person document of a user of home.test, in the place of the one before.</summary>
    public async Task PersonAsync(string name, string forward = "", bool keep = false, bool hold = false, string format = "", long? quota = null, long? warning = null, string route = "")
    {
        var names = await Node.OpenAsync("names");
        var old = (await names.ViewAsync(Forms.Person, null, 100_000, CancellationToken.None)).FirstOrDefault(person => person[Persons.ShortName]?.Text == name);
        var items = new List<Item> { Item.OfText(Persons.ShortName, name), Item.OfText(Persons.InternetAddress, $"{name}@home.test") };
        if (forward.Length > 0)
            items.Add(Item.OfText(Persons.ForwardingAddress, [.. forward.Split(',', StringSplitOptions.TrimEntries)]));
        if (keep)
            items.Add(Item.OfText(Persons.KeepForwarded, "on"));
        if (hold)
            items.Add(Item.OfText(Persons.OnHold, "on"));
        if (format.Length > 0)
            items.Add(Item.OfText(Persons.FormatPreference, format));
        if (quota is { } most)
            items.Add(Item.OfNumber(Persons.Quota, most));
        if (warning is { } mark)
            items.Add(Item.OfNumber(Persons.QuotaWarning, mark));
        if (route.Length > 0)
            items.Add(Item.OfText(Persons.Route, route));
        await names.PutAsync([new Document { Id = old?.Id ?? names.NewId(), Form = Forms.Person, Items = [.. items] }], CancellationToken.None);
    }

    /// <summary>Writes the Person document of a new user, without a look at the others.</summary>
    public async Task NewPersonAsync(string name, string forward = "", bool keep = false)
    {
        var names = await Node.OpenAsync("names");
        var items = new List<Item> { Item.OfText(Persons.ShortName, name), Item.OfText(Persons.InternetAddress, $"{name}@home.test") };
        if (forward.Length > 0)
            items.Add(Item.OfText(Persons.ForwardingAddress, [.. forward.Split(',')]));
        if (keep)
            items.Add(Item.OfText(Persons.KeepForwarded, "on"));
        await names.PutAsync([new Document { Id = names.NewId(), Form = Forms.Person, Items = [.. items] }], CancellationToken.None);
    }

    /// <summary>Writes a Group document for NAME@home.test.</summary>
    public async Task GroupAsync(string name, params string[] members) => await ListAsync(name, null, members);

    /// <summary>The same with an owner.</summary>
    public async Task ListAsync(string name, string? owner, params string[] members)
    {
        var names = await Node.OpenAsync("names");
        var items = new List<Item> { Item.OfText("name", name), Item.OfText(Persons.InternetAddress, $"{name}@home.test"), Item.OfText("Members", [.. members]) };
        if (owner is not null)
            items.Add(Item.OfText("Owner", owner));
        await names.PutAsync([new Document { Id = names.NewId(), Form = Forms.Group, Items = [.. items] }], CancellationToken.None);
    }

    /// <summary>A message from eve, who is away, by SMTP.</summary>
    public async Task SendAsync(string to, string message = "Subject: Test\r\n\r\nHello.\r\n", string from = "eve@away.test")
    {
        var sent = await SmtpTalk.SendAsync(World, Node, from, to, message);
        Assert.All(sent.Recipients, recipient => Assert.Equal(250, recipient.Reply!.Code));
    }

    /// <summary>Waits until no document waits or is on its way; what is held and dead stays.</summary>
    public Task SettledAsync(TimeSpan? limit = null) => World.Until(
        () => WorkQueues.All.All(queue => Node.In(queue).All(document => document.State is DocumentState.Held or DocumentState.Dead)), "all is done", limit);

    /// <summary>The reports that the senders away got.</summary>
    public IEnumerable<string> Reports => Peer.Mail.Where(mail => mail.Envelope.Sender is null).Select(mail => mail.Message);
}
