using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Smtp.Client;
using Tell.Smtp.Network;

namespace Tell.Tests.Smtp.Client;

/// <summary>What the simulated network cannot tell: how the client hears a peer that speaks out of turn through a real socket.</summary>
public sealed class ClientSocketTests : IAsyncLifetime
{
    private readonly SocketNetwork _network = new(TimeProvider.System, NullLogger.Instance);
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));
    private IListener _listener = null!;
    private ClientSession _session = null!;
    private IConnection _peer = null!;

    private CancellationToken Patience => _patience.Token;

    public async Task InitializeAsync()
    {
        _listener = await _network.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), Patience);
        _session = new ClientSession(await _network.ConnectAsync(_listener.Endpoint, Patience), ClientStory.Options, TimeProvider.System);
        _peer = (await _listener.AcceptAsync(Patience))!;
        var opening = _session.OpenAsync(Patience).AsTask();
        await SayAsync("220 mx\r\n");
        await HearAsync("EHLO client.test\r\n");
        await SayAsync("250-mx\r\n250 PIPELINING\r\n");
        Assert.Null(await opening);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        await _peer.DisposeAsync();
        await _listener.DisposeAsync();
        _patience.Dispose();
    }

    [Fact]
    public async Task What_the_peer_says_before_the_final_dot_is_not_its_verdict()
    {
        var sending = _session.SendAsync(ClientStory.Envelope("a@example.test"), 20, BodyAsync(), Patience).AsTask();
        await HearAsync("MAIL FROM:<ada@client.test>\r\nRCPT TO:<a@example.test>\r\nDATA\r\n");
        await SayAsync("250 Ok\r\n250 Ok\r\n354 go\r\n");
        var sent = await sending;
        Assert.False(sent.Recipients[0].Delivered);
        Assert.False(sent.SessionUsable);
        Assert.Equal("the peer replied to nothing: \"250 early\"", sent.Fault!.Text);

        async IAsyncEnumerable<ReadOnlyMemory<byte>> BodyAsync()
        {
            yield return "Subject: hi\r\n\r\n"u8.ToArray();
            await SayAsync("250 early\r\n");
            yield return "hello\r\n"u8.ToArray();
        }
    }

    [Fact]
    public async Task A_reply_too_many_bounces_no_later_message()
    {
        var sending = _session.SendAsync(ClientStory.Envelope("a@example.test"), ClientStory.Body, Patience).AsTask();
        await HearAsync("MAIL FROM:<ada@client.test>\r\nRCPT TO:<a@example.test>\r\nDATA\r\n");
        await SayAsync("250 Ok\r\n250 Ok\r\n354 go\r\n");
        await HearAsync("Subject: hi\r\n\r\nhello\r\n.\r\n");
        await SayAsync("250 Ok\r\n");
        Assert.True((await sending).Recipients[0].Delivered);
        await SayAsync("550 too late\r\n");
        var next = await _session.SendAsync(ClientStory.Envelope("b@example.test"), ClientStory.Body, Patience);
        Assert.Null(next.Recipients[0].Reply);
        Assert.Equal(SessionPhase.Mail, next.Fault!.Phase);
    }

    private async Task SayAsync(string text) => await _peer.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text), Patience);

    private async Task HearAsync(string expected)
    {
        var heard = "";
        while (heard.Length < expected.Length)
        {
            var result = await _peer.Transport.Input.ReadAsync(Patience);
            heard += Encoding.ASCII.GetString(result.Buffer);
            _peer.Transport.Input.AdvanceTo(result.Buffer.End);
        }
        Assert.Equal(expected, heard);
    }
}
