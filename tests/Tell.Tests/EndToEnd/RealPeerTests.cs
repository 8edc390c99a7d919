using System.Text;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>Mail passes between Tell and the mail servers that it meets in the field, octet for octet and in both directions.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RealPeerTests
{
    private const string Sender = "charles@near.example.test";

    [PeerFact("postfix-master")]
    public async Task Postfix_takes_mail_from_Tell_unchanged()
    {
        await using var sink = RecordingSink.Listening();
        await using var postfix = await PostfixServer.StartAsync(sink.Port);
        await TakenFromTell(postfix, sink);
        await postfix.LoggedAsync(log => log.Contains(" bdat=", StringComparison.Ordinal), "BDAT");
    }

    [PeerFact("exim4")]
    public async Task Exim_takes_mail_from_Tell_unchanged()
    {
        await using var sink = RecordingSink.Listening();
        await using var exim = await EximServer.StartAsync(sink.Port);
        await TakenFromTell(exim, sink);
        await exim.LoggedAsync(log => log.Contains(" K S=", StringComparison.Ordinal), "a message that came by BDAT");
    }

    [PeerFact("postfix-master")]
    public async Task Tell_takes_mail_from_Postfix_unchanged()
    {
        await using var sink = RecordingSink.Listening();
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));
        await tell.StartAsync();
        await using var postfix = await PostfixServer.StartAsync(tell.Port);
        await TakenFromPeer(postfix, tell, sink);
    }

    [PeerFact("exim4")]
    public async Task Tell_takes_mail_from_Exim_unchanged()
    {
        await using var sink = RecordingSink.Listening();
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));
        await tell.StartAsync();
        await using var exim = await EximServer.StartAsync(tell.Port);
        await TakenFromPeer(exim, tell, sink);
        await exim.LoggedAsync(log => log.Contains(" K C=", StringComparison.Ordinal), "a message that went by BDAT");
    }

    private static async Task TakenFromTell(PeerServer peer, RecordingSink sink)
    {
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{peer.Port}"));
        await tell.StartAsync();
        await SendAsync(tell.Port);
        await ArrivesAsync(sink, () => $"{peer.Evidence}\n{tell.Process.Evidence}");
        await tell.QueuesAreEmptyAsync(Patience.ForMail);
        Assert.All(sink.Mail, mail => InOrder(mail, $"by {peer.HostName}", "by tell.example.test"));
    }

    private static async Task TakenFromPeer(PeerServer peer, TellProcess tell, RecordingSink sink)
    {
        await SendAsync(peer.Port);
        await ArrivesAsync(sink, () => $"{peer.Evidence}\n{tell.Process.Evidence}");
        Assert.All(sink.Mail, mail => InOrder(mail, "by tell.example.test", $"by {peer.HostName}"));
    }

    private static async Task SendAsync(int port)
    {
        await using var caller = await SmtpCaller.ConnectAsync(port, CancellationToken.None);
        foreach (var sample in SampleMail.All)
        {
            Assert.Equal(250, (await caller.SendAsync(Sender, [sample.Recipient], sample.Content, CancellationToken.None)).Code);
        }
    }

    private static async Task ArrivesAsync(RecordingSink sink, Func<string> evidence)
    {
        await Patience.UntilAsync("five messages at the end of the way", Patience.ForMail, () => sink.Mail.Count >= SampleMail.All.Count, evidence);
        Assert.Equal(
            SampleMail.All.Select(sample => Encoding.Latin1.GetString(sample.Content)).Order(),
            sink.Mail.Select(mail => Encoding.Latin1.GetString(TraceHeaders.Split(mail.Content).Original)).Order());
        Assert.All(sink.Mail, mail => Assert.Equal(Sender, mail.Sender));
    }

    // Each server writes its Received field above those that are there.
    private static void InOrder(ReceivedMail mail, string newer, string older)
    {
        var trace = TraceHeaders.Split(mail.Content).Trace;
        var (first, second) = (trace.IndexOf(newer, StringComparison.Ordinal), trace.IndexOf(older, StringComparison.Ordinal));
        Assert.True(first >= 0 && first < second, trace);
    }
}
