using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Operations;
using Tell.Tests.Mta;
using Tell.Tests.Tools;

namespace Tell.Tests.Routing.Names;

/// <summary>The documents of NAMES as operators write, read and change them.</summary>
public sealed class NamesDeskTests
{
    [Theory]
    [InlineData("""{"form":"Person","shortName":"ada","quota":"1M","quotaWarning":"1M"}""", "document 1: ada: quotaWarning: 1M is not below the quota of 1M")]
    [InlineData("""{"form":"Person","shortName":"ada","quota":"much"}""", "document 1: ada: quota: \"much\" is not a size such as 52428800 or 50M")]
    [InlineData("""{"form":"Person","fullName":"Ada Lovelace","internetAddress":"ada"}""", "document 1: Ada Lovelace: internetAddress: \"ada\" is not an Internet address")]
    [InlineData("""{"form":"Person","shortName":["ada","b@c@d"]}""", "document 1: ada: shortName: \"b@c@d\" is not an Internet address", "document 1: shortName: \"b@c@d\" is not an Internet address")]
    [InlineData("""{"form":"Person","shortName":"ada","alias":"*@[192.0.2.1]"}""", "document 1: ada: alias: \"*@[192.0.2.1]\" is not a name that can stand before an @, an address or *@domain")]
    [InlineData("""{"form":"Person","shortName":"ada","alias":"*"}""", "document 1: ada: alias: \"*\" is not a name that can stand before an @, an address or *@domain")]
    [InlineData("""{"form":"Person","shortName":"ada","mailRoute":"maildir:here"}""", "document 1: ada: mailRoute: \"maildir:here\" is not a route such as lmtp:127.0.0.1:24, lmtp:/run/lmtp or maildir:/srv/mail/ada")]
    [InlineData("""{"form":"Person","shortName":"ada","messageStorage":"rich"}""", "document 1: ada: messageStorage: \"rich\" is not one of mime, converted, both")]
    [InlineData("""{"form":"Person","shortName":"ada","onHold":"perhaps"}""", "document 1: ada: onHold: \"perhaps\" is neither on nor off")]
    [InlineData("""{"form":"Person","shortName":"ada","shortname2":"x"}""", "document 1: ada: \"shortname2\" is not a field; did you mean shortName?")]
    [InlineData("""{"form":"Person","shortName":"ada","fullName":"\u202eecalevoL"}""", "document 1: ada: fullName: \"\u202eecalevoL\" is not a name of one line without control characters")]
    [InlineData("""{"form":"Person","shortName":"ada","fullName":"a\tb"}""", "document 1: ada: fullName: \"a\tb\" is not a name of one line without control characters")]
    [InlineData("""{"form":"Person","shortName":"ada","fullName":"a\u0000b"}""", "document 1: field \"fullName\": expected a text or a list of texts, each one line")]
    [InlineData("""{"form":"Person","shortName":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", "document 1: shortName: a name of more than 64 octets cannot name a mail file")]
    [InlineData("""{"form":"Person","internetAddress":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b.test"}""", "document 1: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b.test: shortName: one is needed to name the mail file: the address is too long for it")]
    [InlineData("""{"form":"Group","members":"ada"}""", "document 1: field \"name\": a name is needed")]
    [InlineData("""{"form":"Group","name":"g","members":["a@b@c"]}""", "document 1: g: members: \"a@b@c\" is not an Internet address or a name")]
    [InlineData("""{"form":"Group","name":"Staff","members":["x@y.test","STAFF"]}""", "document 1: Staff: members: the group contains itself")]
    [InlineData("""[{"form":"Group","name":"a","members":"b"},{"form":"Group","name":"b","members":["x@y.test","c@home.test"]},{"form":"Group","name":"c","members":"A"},{"form":"Group","name":"d","members":["a","b"]}]""",
        "document 1: a: members: the group contains itself through b, c", "document 2: b: members: the group contains itself through c, a", "document 3: c: members: the group contains itself through a, b")]
    [InlineData("""[{"form":"Person","shortName":"ada","alias":"sales@home.test"},{"form":"Group","name":"g","internetAddress":"SALES@home.test"}]""", "document 2: g: internetAddress: \"SALES@home.test\" is a name of Person ada too (document 1: ada)")]
    [InlineData("""[{"form":"Person","shortName":"ada"},{"form":"Person","shortName":["bob","ADA"]}]""", "document 2: bob: shortName: \"ADA\" is a name of Person ada too (document 1: ada)")]
    [InlineData("""[{"form":"Person","shortName":"ada","alias":"sales"},{"form":"Group","name":"Sales"}]""", "document 2: Sales: name: \"Sales\" is a name of Person ada too (document 1: ada)")]
    [InlineData("""[{"form":"Person","shortName":"ada","alias":"*@home.test"},{"form":"Person","shortName":"bob","alias":"*@HOME.test"}]""", "document 2: bob: alias: \"*@home.test\" is a name of Person ada too (document 1: ada)")]
    [InlineData("""[{"form":"Global Domain","name":"G","primaryDomain":"a.test","aliasDomains":"b.test"},{"form":"Person","shortName":"x","internetAddress":"ada@a.test"},{"form":"Person","shortName":"y","internetAddress":"ada@b.test"}]""",
        "document 3: y: internetAddress: \"ada@b.test\" is a name of Person x too (document 2: x)")]
    [InlineData("""{"form":"Mail-In Database","name":"m"}""", "document 1: m: mailFile: a database is needed")]
    [InlineData("""{"form":"Mail-In Database","name":"m","mailFile":"../names"}""", "document 1: m: mailFile: \"../names\" is not the name of a database: letters, digits and . _ @ + -, not a dot first, at most 64")]
    [InlineData("""{"form":"Mail-In Database","name":"m","mailFile":"a%2fb"}""", "document 1: m: mailFile: \"a%2fb\" is not the name of a database: letters, digits and . _ @ + -, not a dot first, at most 64")]
    [InlineData("""{"form":"Global Domain","name":"g","aliasDomains":"a.test"}""", "document 1: g: primaryDomain: a domain is needed")]
    [InlineData("""{"form":"Global Domain","name":"g","primaryDomain":"a.test","aliasDomains":["b.test","A.test"]}""", "document 1: g: aliasDomains: a.test is the primary domain")]
    [InlineData("""{"form":"Global Domain","name":"g","primaryDomain":"a.test","spaceReplacement":"@"}""", "document 1: g: spaceReplacement: \"@\" is not one character that can stand in an address: a dot, or one of _ - + =")]
    [InlineData("""[{"form":"Connection","name":"c","destinationDomain":"*"},{"form":"Connection","name":"C","destinationDomain":"x.test"}]""", "document 2: C: name: document 1: c has it too")]
    [InlineData("""{"form":"Server","name":"s"}""", "document 1: s: hostName: a host name is needed")]
    [InlineData("""{"form":"Server","name":"s","hostName":"x.test","globalDomain":"lost"}""", "document 1: s: globalDomain: Unable to get Global domain in the Name and Address book: there is no Global Domain \"lost\"")]
    [InlineData("""{"form":"Foreign SMTP Domain","name":"f","routedTo":"x"}""", "document 1: f: domains: at least one domain, *.domain or * is needed")]
    [InlineData("""{"form":"Foreign SMTP Domain","name":"f","domains":"*.a.test","routedTo":"the internet"}""", "document 1: f: routedTo: \"the internet\" is not a domain")]
    [InlineData("""{"form":"Foreign SMTP Domain","name":"f","domains":["a.*"],"routedTo":"x"}""", "document 1: f: domains: \"a.*\" is not a domain, *.domain or *")]
    public void What_cannot_be_is_refused_with_document_and_field(string json, string problem, params string[] more) => Told(async node =>
    {
        var report = await node.Operations.Names.ImportAsync(json, CancellationToken.None);
        Assert.Equal((0, 0), (report.Added, report.Replaced));
        // A name for the document is known only where the field that holds it can be read.
        Assert.True(report.Problems.SequenceEqual([problem, .. more]) || report.Problems.SequenceEqual(more), string.Join('\n', report.Problems));
        Assert.Equal("[]", (await node.Operations.Names.ExportAsync(CancellationToken.None)).Replace("\n", ""));
    });

    [Fact]
    public void An_import_must_not_take_a_name_from_a_document_that_stays() => Told(async node =>
    {
        var names = node.Operations.Names;
        await Import(node, """[{"form":"Person","shortName":"ada","alias":"boss@home.test"},{"form":"Person","shortName":"grace"}]""");
        Assert.Equal("document 1: grace: alias: \"boss@home.test\" is a name of Person ada too", Assert.Single((await names.ImportAsync("""{"form":"Person","shortName":"grace","alias":"boss@home.test"}""", CancellationToken.None)).Problems));
        // Both at once is no fault: the one gives what the other takes.
        await Import(node, """[{"form":"Person","shortName":"grace","alias":"boss@home.test"},{"form":"Person","shortName":"ada"}]""");
        Assert.Equal("boss@home.test", (await names.FindAsync("grace", CancellationToken.None))!["alias"]!.Text);
    });

    [Fact]
    public void What_may_not_be_meant_is_a_warning_and_done() => Told(async node =>
    {
        var report = await node.Operations.Names.ImportAsync("""
            [{"form":"Person","fullName":"Ada Lovelace","shortName":"ada","alias":"*@far.test","forwardingAddress":"nobody"},
             {"form":"Person","fullName":"ada  lovelace","shortName":"ada2"},
             {"form":"Group","name":"Staff","members":["ada","ghost"],"owner":"owl"},
             {"form":"Foreign SMTP Domain","name":"World","domains":"*","routedTo":"TheInternet"}]
            """, CancellationToken.None);
        Assert.Equal((4, 0), (report.Added, report.Replaced));
        Assert.Equal(
        [
            "document 1: Ada Lovelace: alias: \"*@far.test\" takes nothing: far.test is not a local domain",
            "document 2: ada  lovelace: fullName: \"ada  lovelace\" is the name of more than one person: mail to it reaches none of them (document 1: Ada Lovelace)",
            "document 1: Ada Lovelace: forwardingAddress: \"nobody\" is neither an Internet address nor in the address book",
            "document 3: Staff: members: \"ghost\" is neither an Internet address nor in the address book",
            "document 3: Staff: owner: \"owl\" is neither an Internet address nor in the address book",
            "document 4: World: routedTo: no enabled Connection has the destinationDomain theinternet",
        ], report.Warnings);
    });

    [Fact]
    public void What_is_exported_is_imported_as_it_was()
    {
        string exported = "", filed = "";
        Told(async node =>
        {
            foreach (var file in new[] { "names.json", "connections.json", "controls.json", "profiles.json" })
                await Import(node, File.ReadAllText(Path.Combine(Checkout.Root, "data", "samples", file)));
            await Import(node, """{"form":"Person","fullName":["Lovelace, Ada; née \"Byron\"","x\\y"],"shortName":["\u00e9"],"internetAddress":"\"a \\\" b\"@home.test","alias":["\"x y\"@b.test"],"quota":1025,"onHold":"off","keepForwarded":"on"}""");
            exported = await node.Operations.Names.ExportAsync(CancellationToken.None);
            filed = await Texts(node);
            var again = await node.Operations.Names.ImportAsync(exported, CancellationToken.None);
            Assert.Equal((0, []), (again.Added, again.Problems));
            Assert.Equal(filed, await Texts(node));
        });
        Told(async node =>
        {
            await Import(node, exported);
            Assert.Equal(exported, await node.Operations.Names.ExportAsync(CancellationToken.None));
            // But for the passwords, which are in no export.
            Assert.Equal(string.Join('\n', filed.Split('\n').Where(line => !line.StartsWith("password", StringComparison.OrdinalIgnoreCase))), await Texts(node));
            var foreign = await node.Operations.Names.ExportAsync("Foreign SMTP Domain", CancellationToken.None);
            Assert.Contains("theinternet", foreign);
            Assert.DoesNotContain("Connection", foreign);
        });
    }

    [Fact]
    public void Fields_are_set_taken_away_and_checked() => Told(async node =>
    {
        var names = node.Operations.Names;
        Assert.True((await Set(node, "Ada Lovelace", "form=person", "shortName=ada", "alias=a, b@home.test")).Made);
        Assert.False((await Set(node, "ada", "quota=2G", "quotaWarning=1536M", "fullName=Lovelace, Ada; Ada Lovelace", "password=secret")).Made);
        var ada = (await names.FindAsync("b@home.test", CancellationToken.None))!;
        Assert.Equal([("fullName", "Lovelace, Ada; Ada Lovelace"), ("shortName", "ada"), ("password", "(set)"), ("alias", "a, b@home.test"), ("quota", "2G"), ("quotaWarning", "1536M")], NamesDesk.Show(ada));
        var hash = ada["Password"]!.Text;
        Assert.StartsWith("SCRAM-SHA-256$", hash);
        await Set(node, "Lovelace, Ada", "alias=", "quota=");
        ada = (await names.FindAsync("ada", CancellationToken.None))!;
        Assert.Equal((null, null, hash), (ada["Alias"], ada["Quota"], ada["Password"]!.Text));
        Assert.Equal("Lovelace, Ada: quota: \"x\" is not a size such as 52428800 or 50M", Assert.Single((await Try(node, "ada", "quota=x", "alias=z")).Problems));
        Assert.Null((await names.FindAsync("ada", CancellationToken.None))!["Alias"]);
        Assert.StartsWith("bob is not in the address book", Assert.Single((await Try(node, "bob", "quota=1M")).Problems));
        Assert.StartsWith("form: \"Persona\" is not one of Person, Group", Assert.Single((await Try(node, "bob", "form=Persona")).Problems));
        await Set(node, "Staff", "form=Group", "members=ada,x@y.test");
        Assert.Equal("Staff: members: the group contains itself", Assert.Single((await Try(node, "staff", "members=staff")).Problems));
        await Set(node, "staff", "name=All Staff");
        Assert.Equal("ada, x@y.test", NamesDesk.Show((await names.FindAsync("All Staff", CancellationToken.None))!).Single(field => field.Name == "members").Text);
        await Set(node, "bob@home.test", "form=Person");
        Assert.Equal("ada: shortName: \"ada\" is a name of Person Lovelace, Ada too", Assert.Single((await Try(node, "bob@home.test", "shortName=ada")).Problems));
        await Set(node, "G", "form=Global Domain", "primaryDomain=g.test");
        await Set(node, "H", "form=Global Domain", "primaryDomain=h.test");
        Assert.Equal("g: name: there is another Global Domain of that name", Assert.Single((await Try(node, "H", "name=g")).Problems));
        await Set(node, "ada", "password=");
        Assert.Null((await names.FindAsync("ada", CancellationToken.None))!["Password"]);
    });

    [Fact]
    public void A_connection_is_set_like_a_person() => Told(async node =>
    {
        await Set(node, "out", "form=Connection", "destinationDomain=theinternet", "relayHost=a.test");
        await Set(node, "World", "form=Foreign SMTP Domain", "domains=*,*.b.test", "routedTo=TheInternet");
        await Set(node, "out", "user=tell", "password=hush");
        var connection = node.Mta.Context.Connections.For(Domain.Parse("any.test"))!;
        Assert.Equal(("out", "tell", "hush"), (connection.Name, connection.User, connection.Password));
        await Set(node, "out", "relayHost=b.test");
        Assert.Equal(("b.test", "hush"), (node.Mta.Context.Connections.For(Domain.Parse("any.test"))!.RelayHost!.Host, connection.Password));
    });

    [Theory]
    [InlineData("a.test", "exact")]
    [InlineData("x.a.test", "below a")]
    [InlineData("y.x.a.test", "below x")]
    [InlineData("b.test", "named")]
    [InlineData("x.b.test", "all")]
    [InlineData("off.test", "all")]
    [InlineData("[192.0.2.1]", "all")]
    [InlineData("test", "all")]
    public void The_most_exact_pattern_of_a_Foreign_SMTP_Domain_leads_to_its_connection(string domain, string connection) => Told(async node =>
    {
        await Import(node, """
            [{"form":"Connection","name":"exact","destinationDomain":"v.exact"},{"form":"Connection","name":"below a","destinationDomain":"v.a"},
             {"form":"Connection","name":"below x","destinationDomain":"v.x"},{"form":"Connection","name":"all","destinationDomain":"TheInternet"},
             {"form":"Connection","name":"named","destinationDomain":["b.test","a.test"]},{"form":"Connection","name":"any","destinationDomain":"*"},
             {"form":"Connection","name":"off","destinationDomain":"v.off","enabled":false},
             {"form":"Foreign SMTP Domain","name":"1","domains":"a.test","routedTo":"v.exact"},{"form":"Foreign SMTP Domain","name":"2","domains":["*.A.test"],"routedTo":"v.a"},
             {"form":"Foreign SMTP Domain","name":"3","domains":["*.x.a.test"],"routedTo":"v.x"},{"form":"Foreign SMTP Domain","name":"4","domains":["*.*"],"routedTo":"theinternet"},
             {"form":"Foreign SMTP Domain","name":"5","domains":["off.test"],"routedTo":"v.off"}]
            """);
        Assert.Equal(connection, node.Mta.Context.Connections.For(Domain.Parse(domain))!.Name);
    });

    [Fact]
    public void Mail_goes_by_a_Foreign_SMTP_Domain_as_soon_as_there_is_one()
    {
        var world = new World();
        var (old, relay) = (world.Peer(), world.Peer());
        var node = world.Node("mta.test", settings => settings with { RelayHost = old.Host });
        world.Run(async () =>
        {
            await old.UpAsync();
            await relay.UpAsync();
            await node.LoadAsync();
            await Import(node, $$"""{"form":"Connection","name":"out","destinationDomain":"theinternet","relayHost":"{{relay.Host}}"}""");
            await node.SendAsync("ada@home.test", "a@one.test");
            await world.Until(() => old.Mail.Count == 1, "the relay host has it");
            await Import(node, """{"form":"Foreign SMTP Domain","name":"World","domains":["*.test"],"routedTo":"TheInternet"}""");
            await node.SendAsync("ada@home.test", "b@one.test");
            await world.Until(() => relay.Mail.Count == 1, "the connection has it");
            Assert.True(await node.Operations.Names.DeleteAsync("World", CancellationToken.None));
            await node.SendAsync("ada@home.test", "c@one.test");
            await world.Until(() => old.Mail.Count == 2, "the relay host has it again");
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void Mail_from_outside_arrives_by_every_kind_of_name()
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            await node.LoadAsync();
            await Import(node, """
                [{"form":"Global Domain","name":"G","primaryDomain":"home.test","aliasDomains":"casa.test"},
                 {"form":"Person","fullName":"Ada Lovelace","shortName":["ada","ada@gmail.test"],"alias":["engine","*@casa.test"]},
                 {"form":"Mail-In Database","name":"Help Desk","mailFile":"desk"}]
                """);
            string[] names = ["ada@home.test", "engine@home.test", "ada+x@casa.test", "Ada_Lovelace@home.test", "ada.lovelace@casa.test", "ada@gmail.test", "whoever@home.test"];
            foreach (var name in names)
            {
                var sent = await SmtpTalk.SendAsync(world, node, "bob@away.test", name, "\r\n");
                Assert.Equal(250, sent.Recipients[0].Reply!.Code);
            }
            await SmtpTalk.SendAsync(world, node, "bob@away.test", "help_desk@casa.test", "\r\n");
            await world.Until(() => node.MailFile("ada").Count == names.Length && node.MailFile("desk").Count == 1, "all is filed");
            Assert.Equal(["ada", "desk"], node.Operations.Mail.Users().Order());
            await node.Mta.DisposeAsync();
        });
    }

    [Fact]
    public void A_document_shows_whom_its_names_mean() => Told(async node =>
    {
        await Import(node, """
            [{"form":"Person","fullName":"Ada Lovelace","shortName":"ada"},{"form":"Group","name":"All Staff","members":["Ada Lovelace","x@y.test","ghost"],"owner":"ada"}]
            """);
        var group = (await node.Operations.Names.FindAsync("all_staff@home.test", CancellationToken.None))!;
        Assert.Equal(
            [("(address)", "All_Staff@home.test"), ("(members)", "Ada Lovelace <ada@home.test>"), ("(members)", "x@y.test"), ("(members)", "ghost: not in the address book"), ("(owner)", "Ada Lovelace <ada@home.test>")],
            await node.Operations.Names.ResolvedAsync(group, CancellationToken.None));
    });

    [Theory]
    [InlineData("\\u202Aada", false)]
    [InlineData("\\u202Eada", false)]
    [InlineData("a\\u2066da", false)]
    [InlineData("a\\u200Bda", false)]
    [InlineData("ada\\uFEFF", false)]
    [InlineData("ad\\u00ADa", false)]
    [InlineData("\\uDB40\\uDC61ada", false)]
    [InlineData("a\\u200Dda", true)]
    [InlineData("\\u00E4da", true)]
    public void A_name_with_something_in_it_that_is_not_seen_is_refused_wherever_it_stands(string name, bool taken) => Told(async node =>
    {
        var count = 0;
        foreach (var fields in new[]
        {
            """ "shortName":"NAME" """, """ "internetAddress":"NAME@home.test" """, """ "shortName":"x","alias":"NAME" """,
            """ "shortName":"x","alias":"NAME@home.test" """, """ "shortName":"x","fullName":"NAME Lovelace" """, """ "shortName":"x","forwardingAddress":"NAME@away.test" """,
        })
        {
            // Another name each time, or one document would take it from the other.
            var report = await node.Operations.Names.ImportAsync($$"""[{"form":"Person",{{fields.Replace("NAME", name + ++count)}}}]""", CancellationToken.None);
            Assert.True(report.Problems.Count == 0 == taken, $"{fields}: {string.Join('\n', report.Problems)}");
        }
    });

    private static async Task<string> Texts(Node node)
    {
        var names = await node.Mta.Context.Data.OpenAsync("names", CancellationToken.None);
        var documents = (await names.AllAsync(null, CancellationToken.None)).OrderBy(document => document.Form, StringComparer.Ordinal).ThenBy(NamesDesk.TitleOf, StringComparer.Ordinal);
        return string.Join('\n', documents.SelectMany(document => document.Items.Select(item => $"{item.Name} {item.Kind} {string.Join('|', item.Texts)}{string.Join('|', item.Numbers)}").Prepend(document.Form)));
    }

    private static Task<SetReport> Try(Node node, string name, params string[] changes) => node.Operations.Names.SetAsync(
        name, [.. changes.Select(change => KeyValuePair.Create(change.Split('=')[0], change[(change.IndexOf('=') + 1)..]))], CancellationToken.None);

    private static async Task<SetReport> Set(Node node, string name, params string[] changes)
    {
        var report = await Try(node, name, changes);
        Assert.Empty(report.Problems);
        return report;
    }

    private static async Task Import(Node node, string json) => Assert.Empty((await node.Operations.Names.ImportAsync(json, CancellationToken.None)).Problems);

    private static void Told(Func<Node, Task> story)
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { LocalDomains = [Domain.Parse("home.test")] });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await story(node);
            await node.Mta.DisposeAsync();
        });
    }
}
