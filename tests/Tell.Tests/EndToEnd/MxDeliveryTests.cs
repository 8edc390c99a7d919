using System.Globalization;
using System.Net;
using Tell.Tests.Routing.Dns;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>Mail finds its way by the records of a real name server to hosts on addresses of their own (RFC 5321 5.1, RFC 7505).</summary>
[Collection(ProcessCollection.Name)]
public sealed class MxDeliveryTests : IAsyncLifetime
{
    private const string Sender = "charles@near.example.test";

    private const string Records = """
        $ORIGIN far.test.
        $TTL 1
        @ IN SOA ns root 1 3600 600 86400 1
        @ IN NS ns
        ns IN A 127.0.0.1
        one IN A 127.0.0.11
        two IN A 127.0.0.12
        prefer IN MX 10 one
        prefer IN MX 20 two
        equal IN MX 10 one
        equal IN MX 10 two
        both IN A 127.0.0.11
        both IN A 127.0.0.12
        plain IN A 127.0.0.12
        alias IN CNAME prefer
        nickname IN CNAME one
        named IN MX 10 nickname
        null IN MX 0 .
        empty IN TXT "neither exchanger nor address"
        backup IN MX 10 one
        backup IN MX 20 tell.example.test.
        circle IN MX 10 tell.example.test.
        circle IN MX 20 two

        """;

    private readonly NameServerProcess _server = new("far.test", Records, "lost.test");
    private readonly RecordingSink _one;
    private readonly RecordingSink _two;
    private readonly TellProcess _tell;

    public MxDeliveryTests()
    {
        var port = FreePort.Next();
        _one = new RecordingSink { Address = IPAddress.Parse("127.0.0.11"), Port = port };
        _two = new RecordingSink { Address = IPAddress.Parse("127.0.0.12"), Port = port };
        _tell = new TellProcess(
            ("SMTPMTA_DnsServers", _server.Endpoint.ToString()),
            ("SMTPMTA_OutboundPort", port.ToString(CultureInfo.InvariantCulture)),
            ("SMTPMTA_MessagesPerConnection", "1"),
            ("SMTPMTA_LocalDomains", "near.example.test"));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _tell.DisposeAsync();
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        _server.Dispose();
    }

    [ToolFact("nsd")]
    public async Task The_preferred_exchanger_takes_all_mail_and_the_next_one_while_it_is_down()
    {
        await StartAsync(_one, _two);
        await SendAsync("prefer.far.test", 3);
        await ArrivesAsync(_one, 3);
        await _one.DownAsync();
        await SendAsync("prefer.far.test", 3);
        await ArrivesAsync(_two, 3);
        _one.Up();
        await SendAsync("backup.far.test", 1);
        await ArrivesAsync(_one, 4);
        Assert.Equal(3, _two.Mail.Count);
    }

    [ToolFact("nsd")]
    public async Task Exchangers_of_equal_preference_share_the_mail_and_so_do_the_addresses_of_one()
    {
        await StartAsync(_one, _two);
        await SendAsync("equal.far.test", 30);
        await Patience.UntilAsync("30 messages at two hosts", Patience.ForMail, () => _one.Mail.Count + _two.Mail.Count == 30, Evidence);
        Assert.InRange(_one.Mail.Count, 1, 29);
        await _two.DownAsync();
        var before = _one.Mail.Count;
        await SendAsync("both.far.test", 4);
        await ArrivesAsync(_one, before + 4);
    }

    [ToolFact("nsd")]
    public async Task A_host_without_exchangers_and_names_that_are_aliases_are_found()
    {
        await StartAsync(_one, _two);
        await SendAsync("plain.far.test", 1);
        await ArrivesAsync(_two, 1);
        await SendAsync("alias.far.test", 1);
        await SendAsync("named.far.test", 1);
        await ArrivesAsync(_one, 2);
    }

    [ToolFact("nsd")]
    public async Task A_domain_that_takes_no_mail_or_leads_back_to_us_is_reported_at_once()
    {
        await StartAsync();
        foreach (var domain in new[] { "null.far.test", "nobody.far.test", "empty.far.test", "circle.far.test" })
        {
            (await _tell.SayAsync("Dear Ada\n"u8.ToArray(), "send", "--from", Sender, "--to", $"ada@{domain}")).Succeeded();
        }
        await Patience.UntilAsync("four reports", Patience.ForMail, async () => (await _tell.SayAsync("mail", "charles")).Output.Contains("4 messages", StringComparison.Ordinal), Evidence);
        var reports = "";
        foreach (var number in new[] { "1", "2", "3", "4" })
        {
            reports += (await _tell.SayAsync("mail", "charles", "read", number, "--raw")).Succeeded().Output;
        }
        Assert.Contains("5.1.10", reports, StringComparison.Ordinal);
        Assert.Contains("null.far.test does not accept mail", reports, StringComparison.Ordinal);
        Assert.Contains("Host or domain name not found: nobody.far.test", reports, StringComparison.Ordinal);
        Assert.Contains("empty.far.test has neither mail exchangers nor an address", reports, StringComparison.Ordinal);
        Assert.Contains("mail for circle.far.test loops back to this host", reports, StringComparison.Ordinal);
    }

    [ToolFact("nsd")]
    public async Task What_is_not_known_for_sure_waits_and_says_why()
    {
        await StartAsync();
        await SendAsync("lost.test", 1);
        await WaitsAsync("lost.test: SERVFAIL");
        Assert.Equal(0, (await _tell.StatisticsAsync())["MTA.Dead"]);
    }

    private async Task StartAsync(params RecordingSink[] up)
    {
        foreach (var sink in up)
        {
            sink.Up();
        }
        await _tell.StartAsync();
    }

    private async Task SendAsync(string domain, int count)
    {
        await using var caller = await SmtpCaller.ConnectAsync(_tell.Port, CancellationToken.None);
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(250, (await caller.SendAsync(Sender, [$"ada@{domain}"], SampleMail.All[0].Content, CancellationToken.None)).Code);
        }
        // Only of a client that goes without a word the same message would be taken for a repetition.
        Assert.Equal(221, (await caller.SayAsync("QUIT", CancellationToken.None)).Code);
    }

    private Task ArrivesAsync(RecordingSink sink, int count) =>
        Patience.UntilAsync($"{count} messages at {sink.Address}", Patience.ForMail, () => sink.Mail.Count == count, Evidence);

    private Task WaitsAsync(string reason) =>
        Patience.UntilAsync($"mail that waits: {reason}", Patience.ForMail, async () => (await _tell.SayAsync("queue")).Output.Contains(reason, StringComparison.Ordinal), Evidence);

    private string Evidence() => $"{_one.Mail.Count} and {_two.Mail.Count} arrived\n{_server.Log}\n{_tell.Process.Evidence}";
}
