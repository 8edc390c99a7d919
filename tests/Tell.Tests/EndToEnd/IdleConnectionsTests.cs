using System.Net;
using System.Net.Sockets;
using Tell.Tests.Tools;
using Xunit.Abstractions;

namespace Tell.Tests.EndToEnd;

/// <summary>Thousands of clients that connect and then say nothing.</summary>
[Collection(ProcessCollection.Name)]
public sealed class IdleConnectionsTests(ITestOutputHelper output)
{
    private const int Most = 10_000;

    // About 13 KB each were measured.
    private const long MostMemory = 200L << 20;

    [ProcessFact]
    public async Task Ten_thousand_idle_connections_cost_bounded_memory_and_harm_nobody()
    {
        // Each needs a descriptor here and one in Tell: as many as the machine gives to a process, and some to spare.
        var connections = Math.Min(Most, MostDescriptors() - 1_000);
        Assert.True(connections >= 1_000, $"only {connections} connections can be made: ulimit -n is too low");
        await using var sink = RecordingSink.Listening();
        await using var tell = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"), ("SMTPMTA_MaxSessions", "20000"));
        await tell.StartAsync();
        await SendAsync(tell, 50);
        var before = Resident(tell);
        var sockets = new List<Socket>(connections);
        try
        {
            var begun = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < connections; i++)
                sockets.Add(await ConnectAsync(tell.Port));
            // All at once: each has been greeted, so each has a session of its own.
            var greeting = new byte[512];
            foreach (var socket in sockets)
                Assert.True(await socket.ReceiveAsync(greeting) > 4 && greeting.AsSpan(0, 4).SequenceEqual("220 "u8), $"not welcome: {System.Text.Encoding.ASCII.GetString(greeting)}");
            output.WriteLine($"{connections} sessions in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s");
            await SendAsync(tell, 50);
            var after = Resident(tell);
            output.WriteLine($"resident: {before >> 20} MB before, {after >> 20} MB with them");
            Assert.InRange(after - before, long.MinValue, MostMemory);
            await Patience.UntilAsync("the mail of the others", Patience.ForMail, () => sink.Mail.Count == 100, () => tell.Process.Evidence);
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
        await Patience.UntilAsync("the end of the sessions", Patience.ForAProgram, async () => (await tell.StatisticsAsync())["MTA.Sessions.Inbound"] == 0, () => tell.Process.Evidence);
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    private static async Task SendAsync(TellProcess tell, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            await using var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None);
            Assert.Equal(250, (await caller.SendAsync("a@near.example.test", ["b@far.example.test"], SampleMail.All[0].Content, CancellationToken.None)).Code);
            // Only of a client that goes without a word the same message would be taken for a repetition.
            Assert.Equal(221, (await caller.SayAsync("QUIT", CancellationToken.None)).Code);
        }
    }

    private static int MostDescriptors() =>
        int.TryParse(File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], out var most) ? most : int.MaxValue;

    // What the system says that the process holds, in octets.
    private static long Resident(TellProcess tell) =>
        long.Parse(File.ReadLines($"/proc/{tell.Process.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
}
