using System.Net;
using Tell.Mta.Configuration;
using Tell.Mta.Outbound;
using Tell.Tests.Mta;

namespace Tell.Tests.Routing.Names;

/// <summary>The destination controls: rows in NAMES, and the limits that come of them.</summary>
public sealed class DestinationControlsTests
{
    [Fact]
    public void A_row_falls_back_on_DEFAULT_and_DEFAULT_on_the_settings() => Told(async node =>
    {
        await Put(node, "shy.test", "max_host_concurrency=2", "tls=verify");
        await Put(node, "DEFAULT", "max_host_concurrency=7", "recipient_limit=100", "recipient_minutes=10");
        var (shy, other) = (node.Mta.Context.Controls.LimitsOf("shy.test"), node.Mta.Context.Controls.LimitsOf("other.test"));
        Assert.Equal((2, TlsRequirement.Verify, 100, TimeSpan.FromMinutes(10)), (shy.Connections, shy.Tls, shy.RecipientLimit, shy.RecipientWindow));
        Assert.Equal((7, TlsRequirement.Preferred, 100, 33), (other.Connections, other.Tls, other.RecipientLimit, other.MessagesPerConnection));
        Assert.Equal(33, shy.MessagesPerConnection);
    });

    [Fact]
    public void Every_key_reaches_the_limits_and_is_printed_as_it_was_written() => Told(async node =>
    {
        string[] values =
        [
            "max_host_concurrency=3", "max_messages_per_connection=9", "recipient_limit=50", "recipient_minutes=5", "tls=required", "ip_sort_pref=REQUIRE_V4",
            "retry_intervals=PT1M,PT2M", "expire_after=P1D", "source_addresses=192.0.2.9,2001:db8::9", "helo_name=gate.test",
        ];
        await Put(node, "far.test", values);
        var limits = node.Mta.Context.Controls.LimitsOf("far.test");
        Assert.Equal(
            (3, 9, 50, TimeSpan.FromMinutes(5), TlsRequirement.Required, AddressPreference.Only4, TimeSpan.FromDays(1), "gate.test"),
            (limits.Connections, limits.MessagesPerConnection, limits.RecipientLimit, limits.RecipientWindow, limits.Tls, limits.Addresses, limits.ExpireAfter, limits.HeloName));
        Assert.Equal([TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)], limits.RetryIntervals.AsEnumerable());
        Assert.Equal([IPAddress.Parse("192.0.2.9"), IPAddress.Parse("2001:db8::9")], limits.SourceAddresses.AsEnumerable());
        var (_, printed) = Assert.Single(await node.Operations.Controls.ListAsync(CancellationToken.None));
        Assert.Equal(values, printed.Select(value => $"{value.Key}={value.Value}"));
    });

    [Fact]
    public void What_is_printed_as_in_force_is_what_counts() => Told(async node =>
    {
        await Put(node, "far.test", "max_host_concurrency=3");
        await Put(node, "DEFAULT", "tls=required");
        var printed = (await node.Operations.Controls.InForceAsync("FAR.test", CancellationToken.None))!;
        Assert.Contains(("max_host_concurrency", "3", "far.test"), printed);
        Assert.Contains(("tls", "required", "DEFAULT"), printed);
        Assert.Contains(("max_messages_per_connection", "33", "settings"), printed);
        Assert.Contains(("recipient_limit", "0", "settings"), printed);
        Assert.Contains(("helo_name", "mta.test", "settings"), printed);
    });

    [Fact]
    public void A_change_is_in_force_at_once_and_so_is_a_change_of_the_settings() => Told(async node =>
    {
        var controls = node.Mta.Context.Controls;
        Assert.Equal(20, controls.LimitsOf("far.test").Connections);
        await Put(node, "far.test", "max_host_concurrency=3", "tls=off");
        Assert.Equal(3, controls.LimitsOf("far.test").Connections);
        Assert.Empty(await node.Operations.Controls.EditAsync("far.test", [new("max_host_concurrency", "")], CancellationToken.None));
        Assert.Equal((20, TlsRequirement.Off), (controls.LimitsOf("far.test").Connections, controls.LimitsOf("far.test").Tls));
        node.Source.Settings = node.Source.Settings with { ConnectionsPerDestination = 11 };
        await node.Operations.RefreshAsync(CancellationToken.None);
        Assert.Equal(11, controls.LimitsOf("far.test").Connections);
        Assert.True(await node.Operations.Controls.DeleteAsync("far.test", CancellationToken.None));
        Assert.Equal(TlsRequirement.Preferred, controls.LimitsOf("far.test").Tls);
    });

    [Fact]
    public void Limits_that_have_not_changed_are_the_same_object() => Told(async node =>
    {
        await Put(node, "far.test", "max_host_concurrency=3");
        var controls = node.Mta.Context.Controls;
        Assert.Same(controls.LimitsOf("far.test"), controls.LimitsOf("far.test"));
        await controls.RefreshAsync(CancellationToken.None);
        Assert.Same(controls.LimitsOf("one.test"), controls.LimitsOf("two.test"));
    });

    [Fact]
    public void Rows_are_there_again_after_a_restart() => Told(async node =>
    {
        await Put(node, "127.0.0.1:2525", "max_host_concurrency=3");
        await node.CrashAsync();
        await node.LoadAsync();
        Assert.Equal(3, node.Mta.Context.Controls.LimitsOf("127.0.0.1:2525").Connections);
    });

    [Theory]
    [InlineData("a b", "tls=off", "\"a b\" is not a domain, host:port, lmtp:host:port, lmtp:/path or DEFAULT")]
    [InlineData("far.test", "tls=maybe", "far.test: tls: \"maybe\" is not one of preferred, off, required, verify")]
    [InlineData("far.test", "max_host_concurrency=0", "far.test: max_host_concurrency: \"0\" is not a whole number from 1 to 10000")]
    [InlineData("far.test", "recipient_minutes=61", "far.test: recipient_minutes: \"61\" is not a whole number from 1 to 60")]
    [InlineData("far.test", "ip_sort_pref=6", "far.test: ip_sort_pref: \"6\" is not one of PREFER_V6, REQUIRE_V6, PREFER_V4, REQUIRE_V4")]
    [InlineData("far.test", "max_host_concurency=3", "far.test: \"max_host_concurency\" is not a field; did you mean max_host_concurrency?")]
    public void A_row_that_cannot_be_is_refused_with_row_and_field(string name, string value, string problem) => Told(async node =>
    {
        var problems = await node.Operations.Controls.NewAsync(name, [Pair(value)], CancellationToken.None);
        Assert.Equal(problem, Assert.Single(problems));
        Assert.Empty(await node.Operations.Controls.ListAsync(CancellationToken.None));
    });

    [Fact]
    public void New_makes_no_second_row_and_edit_no_first() => Told(async node =>
    {
        await Put(node, "far.test", "tls=off");
        Assert.Equal(["far.test has a row already; DESTCONFIG EDIT changes it"], await node.Operations.Controls.NewAsync("FAR.test", [Pair("tls=required")], CancellationToken.None));
        Assert.Equal(["near.test has no row; DESTCONFIG NEW makes one"], await node.Operations.Controls.EditAsync("near.test", [Pair("tls=required")], CancellationToken.None));
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => node.Operations.Controls.NewAsync("two.test", [Pair("tls=off")], CancellationToken.None)));
        Assert.Single(both, problems => problems.Count == 0);
        Assert.Equal(2, await node.Operations.Controls.ClearAsync(CancellationToken.None));
        Assert.Equal(TlsRequirement.Preferred, node.Mta.Context.Controls.LimitsOf("far.test").Tls);
    });

    [Fact]
    public void Rows_are_imported_and_exported_as_JSON() => Told(async node =>
    {
        var names = node.Operations.Names;
        var report = await names.ImportAsync("""[{"form":"destination control","name":"DEFAULT","tls":"off"},{"form":"Destination Control","name":"Far.Test","max_host_concurrency":5,"retry_intervals":["PT1M","PT5M"]}]""", CancellationToken.None);
        Assert.Equal((2, 0), (report.Added, report.Replaced));
        var limits = node.Mta.Context.Controls.LimitsOf("far.test");
        Assert.Equal((5, TlsRequirement.Off, 2), (limits.Connections, limits.Tls, limits.RetryIntervals.Length));
        var exported = await names.ExportAsync(CancellationToken.None);
        await node.Operations.Controls.ClearAsync(CancellationToken.None);
        Assert.Equal(2, (await names.ImportAsync(exported, CancellationToken.None)).Added);
        Assert.Equal(limits, node.Mta.Context.Controls.LimitsOf("far.test") with { Policies = limits.Policies, SourceAddresses = limits.SourceAddresses });
    });

    private static void Told(Func<Node, Task> story)
    {
        var world = new World();
        var node = world.Node("mta.test", settings => settings with { MessagesPerConnection = 33 });
        world.Run(async () =>
        {
            await node.LoadAsync();
            await story(node);
            await node.Mta.DisposeAsync();
        });
    }

    private static async Task Put(Node node, string name, params string[] values)
    {
        var pairs = values.Select(Pair).ToList();
        Assert.Empty(name == DestinationControl.DefaultName
            ? await node.Operations.Controls.EditAsync(name, pairs, CancellationToken.None)
            : await node.Operations.Controls.NewAsync(name, pairs, CancellationToken.None));
    }

    private static KeyValuePair<string, string> Pair(string text) => new(text.Split('=')[0], text.Split('=')[1]);
}
