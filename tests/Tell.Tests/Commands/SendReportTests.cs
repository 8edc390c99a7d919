using Tell.Documents;
using Tell.Mta;
using Names = Tell.Mta.Statistics.Stat;

namespace Tell.Tests.Commands;

/// <summary>SEND --report: what the author is told of the delivery (facts: lotus 7.3).</summary>
public sealed class SendReportTests
{
    [Fact]
    public void Trace_tells_the_way_that_it_took() => Run(async world =>
    {
        await SendAsync(world, "--report trace");
        var trace = Assert.Single((await world.Operations.Mail.ListAsync("ada", 10, CancellationToken.None))!);
        Assert.Equal((Forms.TraceReport, "ben@tell.test"), (trace.Form, trace[ItemNames.IntendedRecipient]!.Text));
        Assert.All(trace[ItemNames.RouteServers]!.Texts, server => Assert.Equal("mx.tell.test", server));
        Assert.Equal(trace[ItemNames.RouteServers]!.Texts.Length, trace[ItemNames.RouteTimes]!.Times.Length);
        var text = await world.SayAsync("mail ada read 1");
        Assert.Matches(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ mx\.tell\.test accepted", text);
        Assert.Contains("filed for ben@tell.test", text, StringComparison.Ordinal);
        Assert.Equal((1, 0), (await Stat(world, Names.TraceReports), await Stat(world, Names.DeliveryReports)));
    });

    [Theory]
    [InlineData("", 0)]
    [InlineData("--report none", 0)]
    [InlineData("--report Basic", 0)]
    [InlineData("--report confirm", 1)]
    public void Less_is_told_where_less_is_asked_for(string options, int told) => Run(async world =>
    {
        await SendAsync(world, options);
        Assert.Single((await world.Operations.Mail.ListAsync("ben", 10, CancellationToken.None))!);
        Assert.Equal(Enumerable.Repeat(Forms.DeliveryReport, told), (await world.Operations.Mail.ListAsync("ada", 10, CancellationToken.None) ?? []).Select(document => document.Form));
        Assert.Equal(0, await Stat(world, Names.TraceReports));
    });

    [Fact]
    public void Another_word_is_refused_with_those_that_there_are_and_nothing_is_sent() => Run(async world =>
    {
        world.Files["-"] = "Hello.\n";
        Assert.Equal("--report is one of basic, none, confirm, trace.", await world.RefusedAsync("send --from ada@tell.test --to ben@tell.test --report path"));
        await world.Pass(TimeSpan.FromMinutes(1));
        Assert.Empty(await world.Operations.Mail.ListAsync("ben", 10, CancellationToken.None) ?? []);
    });

    private static async Task<long> Stat(ConsoleWorld world, string name) => (await world.Operations.Statistics.ShowAsync(name, CancellationToken.None)).Single().Value;

    private static async Task SendAsync(ConsoleWorld world, string options)
    {
        world.Files["-"] = "Hello.\n";
        await world.SayAsync($"send --from ada@tell.test --to ben@tell.test --subject Hi {options}");
        await world.Pass(TimeSpan.FromMinutes(5));
    }

    private static void Run(Func<ConsoleWorld, Task> story)
    {
        using var world = new ConsoleWorld();
        world.Run(() => story(world));
    }
}
