using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Tests.Mta;
using Tell.Tests.Tools;

namespace Tell.Tests.Routing.Names;

/// <summary>Connection documents: which of them carries a domain, and how they are written.</summary>
public sealed class ConnectionsTests
{
    [Fact]
    public void A_domain_has_the_connection_that_names_it_else_the_one_for_all() => Told(async node =>
    {
        await Import(node,
            """{"form":"Connection","name":"branch","destinationDomain":["branch.test","Other.test"],"relayHost":"192.0.2.99:2525"}""",
            """{"form":"Connection","name":"world","destinationDomain":"*","callAt":"08:00-18:00"}""",
            """{"form":"Connection","name":"off","destinationDomain":"third.test","enabled":false}""");
        Assert.Equal(new HostPort("192.0.2.99", 2525), For(node, "branch.test")!.RelayHost);
        Assert.Equal("branch", For(node, "other.test")!.Name);
        Assert.Equal("world", For(node, "third.test")!.Name);
        Assert.True(await node.Operations.Names.DeleteAsync("World", CancellationToken.None));
        Assert.Null(For(node, "third.test"));
    });

    [Fact]
    public void Of_two_for_one_domain_the_first_by_name_counts() => Told(async node =>
    {
        await Import(node, """{"form":"Connection","name":"b","destinationDomain":"x.test"}""", """{"form":"Connection","name":"a","destinationDomain":"x.test"}""");
        Assert.Equal("a", For(node, "x.test")!.Name);
    });

    [Fact]
    public void Its_source_address_and_name_go_before_those_of_the_limits() => Told(async node =>
    {
        await Import(node, """{"form":"Connection","name":"a","destinationDomain":"x.test","sourceAddresses":"192.0.2.8","heloName":"gate.test"}""", """{"form":"Connection","name":"b","destinationDomain":"y.test"}""");
        var limits = node.Mta.Context.Controls.LimitsOf("x.test");
        var over = For(node, "x.test")!.Over(limits);
        Assert.Equal(("gate.test", "192.0.2.8"), (over.HeloName, Assert.Single(over.SourceAddresses).ToString()));
        Assert.Same(limits, For(node, "y.test")!.Over(limits));
    });

    [Fact]
    public void A_password_is_kept_by_an_import_without_one_and_shown_to_nobody() => Told(async node =>
    {
        await Import(node, """{"form":"Connection","name":"a","destinationDomain":"*","relayHost":"relay.test","user":"tell","password":"hush"}""");
        var names = node.Operations.Names;
        var exported = await names.ExportAsync(CancellationToken.None);
        Assert.DoesNotContain("hush", exported);
        Assert.Equal(1, (await names.ImportAsync(exported, CancellationToken.None)).Replaced);
        Assert.Equal(("tell", "hush"), (For(node, "x.test")!.User, For(node, "x.test")!.Password));
        Assert.DoesNotContain("hush", For(node, "x.test")!.ToString());
        var document = (await names.FindAsync("a", CancellationToken.None))!;
        Assert.Contains(("password", "(set)"), Tell.Mta.Operations.NamesDesk.Show(document));
    });

    [Fact]
    public void A_connection_without_a_user_any_more_keeps_no_password() => Told(async node =>
    {
        await Import(node, """{"form":"Connection","name":"a","destinationDomain":"*","relayHost":"relay.test","user":"tell","password":"hush"}""");
        await Import(node, """{"form":"Connection","name":"a","destinationDomain":"*","relayHost":"relay.test"}""");
        Assert.Equal((null, null), (For(node, "x.test")!.User, For(node, "x.test")!.Password));
        await Import(node, """{"form":"Connection","name":"a","destinationDomain":"*","relayHost":"relay.test","user":"tell"}""");
        Assert.Null(For(node, "x.test")!.Password);
    });

    [Theory]
    [InlineData("""{"form":"Connection","destinationDomain":"*"}""", "document 1: field \"name\": a name is needed")]
    [InlineData("""{"form":"Connection","name":"a"}""", "document 1: a: destinationDomain: at least one domain, or *, is needed")]
    [InlineData("""{"form":"Connection","name":"a","destinationDomain":"a b"}""", "document 1: a: destinationDomain: \"a b\" is not a domain or *")]
    [InlineData("""{"form":"Connection","name":"a","destinationDomain":"*","days":"Monday,Sxx"}""", "document 1: a: days: \"Sxx\" is not a day such as Mon")]
    [InlineData("""{"form":"Connection","name":"a","destinationDomain":"*","days":"M"}""", "document 1: a: days: \"M\" is not a day such as Mon")]
    [InlineData("""{"form":"Connection","name":"a","destinationDomain":"*","callAt":"8-18"}""", "document 1: a: callAt: \"8-18\" is not a window such as 08:00-18:00")]
    [InlineData("""{"form":"Connection","name":"a","destinationDomain":"*","repeatInterval":"PT1M"}""", "document 1: a: repeatInterval: at least 5 minutes, as long as a call lasts")]
    [InlineData("""{"form":"Connection","name":"a","destinationDomain":"*","relayHost":"x.test","password":"hush"}""", "document 1: a: user: a password needs one")]
    [InlineData("""{"form":"Connection","name":"a","destinationDomain":"*","user":"x"}""", "document 1: a: relayHost: a user needs one; the mail exchangers of a domain are not asked for AUTH")]
    [InlineData("""{"form":"Connection","name":"a","destinationDomain":"*","relayHost":{}}""", "document 1: field \"relayHost\": expected a text or a list of texts, each one line")]
    [InlineData("""{"form":"Connexion","name":"a"}""", "document 1: field \"form\": expected \"Person\" or \"Group\" or \"Mail-In Database\" or \"Global Domain\" or \"Server\" or \"Foreign SMTP Domain\" or \"Connection\" or \"Destination Control\" or \"Bounce Profile\"")]
    public void A_connection_that_cannot_be_is_refused_with_its_field(string json, string problem) => Told(async node =>
    {
        var report = await node.Operations.Names.ImportAsync(json, CancellationToken.None);
        Assert.Equal(problem, Assert.Single(report.Problems));
        Assert.Empty(await node.Operations.Names.ListAsync(Forms.Connection, CancellationToken.None));
    });

    [Fact]
    public void A_document_that_cannot_be_read_leaves_the_others_in_force() => Told(async node =>
    {
        var names = await node.Mta.Context.Data.OpenAsync("names", CancellationToken.None);
        await names.PutAsync([new Document { Id = names.NewId(), Form = Forms.Connection, Items = [Item.OfText("name", "odd"), Item.OfText("days", "never")] }], CancellationToken.None);
        await Import(node, """{"form":"Connection","name":"a","destinationDomain":"x.test"}""");
        Assert.Equal("a", Assert.Single(await node.Operations.ShowScheduleAsync(CancellationToken.None)).Connection.Name);
    });

    [Fact]
    public void The_samples_can_be_imported() => Told(async node =>
    {
        foreach (var file in new[] { "names.json", "connections.json", "controls.json", "profiles.json" })
            await Import(node, File.ReadAllText(Path.Combine(Checkout.Root, "data", "samples", file)));
        Assert.Equal("branch office", For(node, "branch.example")!.Name);
        Assert.Equal(TlsRequirement.Verify, node.Mta.Context.Controls.LimitsOf("shy.example").Tls);
    });

    private static Tell.Mta.Routing.Names.Connection? For(Node node, string domain) => node.Mta.Context.Connections.For(Domain.Parse(domain));

    private static async Task Import(Node node, params string[] documents)
    {
        foreach (var json in documents)
            Assert.Empty((await node.Operations.Names.ImportAsync(json, CancellationToken.None)).Problems);
    }

    private static void Told(Func<Node, Task> story)
    {
        var world = new World();
        var node = world.Node("mta.test");
        world.Run(async () =>
        {
            await node.LoadAsync();
            await story(node);
            await node.Mta.DisposeAsync();
        });
    }
}
