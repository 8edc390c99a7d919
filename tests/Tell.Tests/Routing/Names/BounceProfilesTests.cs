using Tell.Mail;
using Tell.Tests.Mta;

namespace Tell.Tests.Routing.Names;

/// <summary>The bounce profiles: rows in NAMES, and what comes of them.</summary>
public sealed class BounceProfilesTests
{
    [Fact]
    public void Every_key_is_printed_as_it_was_written_and_reaches_the_policies() => Told(async node =>
    {
        string[] values =
        [
            "retry_intervals=PT1H,PT2H", "retry_intervals_high=PT30M", "retry_intervals_low=PT2H", "expire_after=P12D", "expire_after_high=P2D", "expire_after_low=P20D",
            "delay_warning_after=P3D,P6D,P9D", "delay_warning_after_high=PT1H", "delay_warning_after_low=none", "max_attempts=100", "report_to=mail@home.test",
        ];
        Assert.Empty(await node.Operations.Profiles.NewAsync("Sun", [.. values.Select(Pair)], default));
        var (name, printed) = Assert.Single(await node.Operations.Profiles.ListAsync(default));
        Assert.Equal("Sun", name);
        Assert.Equal(values, printed.Select(value => $"{value.Key}={value.Value}"));
        Assert.Empty(await node.Operations.Controls.NewAsync("far.test", [Pair("bounce_profile=SUN")], default));
        var policies = node.Mta.Context.Controls.LimitsOf("far.test").Policies;
        Assert.Equal((12, 2, 20), (policies.Normal.ExpireAfter.Days, policies.High.ExpireAfter.Days, policies.Low.ExpireAfter.Days));
        Assert.Equal((3, 1, 0), (policies.Normal.Warnings.Length, policies.High.Warnings.Length, policies.Low.Warnings.Length));
        Assert.Equal((100, "mail@home.test"), (policies.Low.MostAttempts, policies.ReportTo!.ToString()));
        Assert.Equal(0, node.Mta.Context.Controls.LimitsOf("other.test").Policies.Normal.MostAttempts);
    });

    [Fact]
    public void What_is_in_force_is_printed_with_where_it_comes_from() => Told(async node =>
    {
        await node.Operations.Profiles.NewAsync("quick", [Pair("expire_after=PT2H"), Pair("max_attempts=3")], default);
        await node.Operations.Profiles.EditAsync("default", [Pair("delay_warning_after=PT1H"), Pair("expire_after_high=P1D")], default);
        await node.Operations.Controls.NewAsync("far.test", [Pair("bounce_profile=quick"), Pair("retry_intervals=PT7M"), Pair("expire_after=PT9H")], default);
        var printed = (await node.Operations.Controls.InForceAsync("far.test", default))!;
        Assert.Contains(("bounce_profile", "quick", "far.test"), printed);
        Assert.Contains(("expire_after", "PT2H", "profile quick"), printed);
        Assert.Contains(("max_attempts", "3", "profile quick"), printed);
        Assert.Contains(("retry_intervals", "PT7M", "far.test"), printed);
        Assert.Contains(("delay_warning_after", "PT1H", "profile DEFAULT"), printed);
        Assert.DoesNotContain(printed, line => line.Key == "expire_after_high");
        var other = (await node.Operations.Controls.InForceAsync("other.test", default))!;
        Assert.Contains(("expire_after", "P5D", "settings"), other);
        Assert.Contains(("expire_after_high", "P1D", "profile DEFAULT"), other);
        Assert.DoesNotContain(other, line => line.Key is "bounce_profile" or "report_to");
        Assert.Contains(("max_attempts", "3", "profile quick"), (await node.Operations.Profiles.InForceAsync("QUICK", default))!);
        Assert.Null(await node.Operations.Profiles.InForceAsync("slow", default));
    });

    [Theory]
    [InlineData("delay_warning_after=P2D,P1D", "p: delay_warning_after: each age must be longer than the one before it")]
    [InlineData("max_attempts=-1", "p: max_attempts: \"-1\" is not a whole number from 0 to 100000")]
    [InlineData("report_to=nobody", "p: report_to: \"nobody\" is not an Internet address")]
    [InlineData("retry_interval=PT1M", "p: \"retry_interval\" is not a field; did you mean retry_intervals?")]
    public void A_profile_that_cannot_be_is_refused_with_name_and_field(string value, string problem) => Told(async node =>
    {
        Assert.Equal(problem, Assert.Single(await node.Operations.Profiles.NewAsync("p", [Pair(value)], default)));
        Assert.Empty(await node.Operations.Profiles.ListAsync(default));
    });

    [Fact]
    public void A_warning_at_or_after_the_end_is_refused() => Told(async node =>
    {
        Assert.Equal(
            ["p: delay_warning_after_low: P6D is not before the end at P5D"],
            await node.Operations.Profiles.NewAsync("p", [Pair("expire_after=P5D"), Pair("delay_warning_after_low=P1D,P6D")], default));
    });

    [Fact]
    public void A_row_names_only_a_profile_that_is_there_and_outlives_it() => Told(async node =>
    {
        Assert.Equal(
            ["far.test: bounce_profile: there is no bounce profile quick; BOUNCECONFIG NEW makes one"],
            await node.Operations.Controls.NewAsync("far.test", [Pair("bounce_profile=quick")], default));
        await node.Operations.Profiles.NewAsync("quick", [Pair("max_attempts=3")], default);
        Assert.Empty(await node.Operations.Controls.NewAsync("far.test", [Pair("bounce_profile=quick")], default));
        Assert.True(await node.Operations.Profiles.DeleteAsync("Quick", default));
        Assert.Equal(0, node.Mta.Context.Controls.LimitsOf("far.test").Policies.Normal.MostAttempts);
    });

    [Fact]
    public void Profiles_are_imported_and_exported_as_JSON_and_a_row_that_names_none_is_warned_of() => Told(async node =>
    {
        var names = node.Operations.Names;
        var report = await names.ImportAsync(
            """[{"form":"bounce profile","name":"quick","max_attempts":3,"delay_warning_after":["PT1H","PT2H"]},{"form":"destination control","name":"far.test","bounce_profile":"quick"},{"form":"destination control","name":"near.test","bounce_profile":"slow"}]""",
            default);
        Assert.Equal(3, report.Added);
        Assert.Contains(report.Warnings, warning => warning.EndsWith("bounce_profile: there is no bounce profile slow", StringComparison.Ordinal));
        Assert.Equal(3, node.Mta.Context.Controls.LimitsOf("far.test").Policies.Normal.MostAttempts);
        var exported = await names.ExportAsync(default);
        await node.Operations.Profiles.ClearAsync(default);
        await names.ImportAsync(exported, default);
        Assert.Equal(2, node.Mta.Context.Controls.LimitsOf("far.test").Policies.Normal.Warnings.Length);
    });

    [Fact]
    public void Reports_go_where_the_profile_says() => Told(async node =>
    {
        await node.Operations.Profiles.NewAsync("ours", [Pair("report_to=desk@home.test")], default);
        await node.Operations.Controls.NewAsync("far.test", [Pair("bounce_profile=ours")], default);
        var child = new Tell.Documents.Document { Id = default, Form = Tell.Documents.Forms.Message, Queue = Tell.Documents.WorkQueue.Outbound, Destination = "far.test" };
        Assert.Equal(Mailbox.Parse("desk@home.test"), node.Mta.Context.Profiles.ReportToOf(child));
        Assert.Equal(Mailbox.Parse("desk@home.test"), node.Mta.Context.Profiles.ReportToOf(child with { Destination = "report:far.test" }));
        Assert.Null(node.Mta.Context.Profiles.ReportToOf(child with { Destination = "near.test" }));
        Assert.Null(node.Mta.Context.Profiles.ReportToOf(child with { Queue = Tell.Documents.WorkQueue.MailBox, Destination = "" }));
    });

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

    private static KeyValuePair<string, string> Pair(string text) => new(text.Split('=')[0], text.Split('=')[1]);
}
