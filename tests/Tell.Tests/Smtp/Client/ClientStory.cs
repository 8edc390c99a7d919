using System.Net;
using System.Text;
using Tell.Mail;
using Tell.Smtp.Client;
using Tell.Smtp.Network;
using Tell.Tests.Simulation;

namespace Tell.Tests.Smtp.Client;

/// <summary>Plays a client session against a server on the simulated network.</summary>
internal static class ClientStory
{
    public const string Greet = """
        S: 220 mx.example.test ESMTP ready
        C: EHLO client.test
        S: 250-mx.example.test at your service
        S: 250-PIPELINING
        S: 250-SIZE 10000
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250-X-OTHER one two
        S: 250 ENHANCEDSTATUSCODES

        """;

    public const string GreetPlain = """
        S: 220 mx.example.test ESMTP ready
        C: EHLO client.test
        S: 250 mx.example.test

        """;

    /// <summary>The greeting of a peer that offers what is named, and nothing else.</summary>
    public static string Offering(params string[] keywords) =>
        "S: 220 mx\nC: EHLO client.test\nS: 250-mx\n" + string.Concat(keywords.Select(keyword => $"S: 250-{keyword}\n")) + "S: 250 ENHANCEDSTATUSCODES\n";

    public static readonly ClientOptions Options = new() { HostName = "client.test" };

    public static readonly ReadOnlyMemory<byte> Body = Encoding.ASCII.GetBytes("Subject: hi\r\n\r\nhello\r\n");

    private static readonly IPEndPoint Server = IPEndPoint.Parse("198.51.100.25:25");

    public static Envelope Envelope(params string[] recipients) => new()
    {
        Sender = Mailbox.Parse("ada@client.test"),
        Recipients = [.. recipients.Select(recipient => new Recipient(Mailbox.Parse(recipient)))],
    };

    /// <summary>Plays a transcript against a session: as it is, octet by octet, and in random pieces.</summary>
    public static void Play(string script, Func<ClientSession, Task> story, ClientOptions? options = null)
    {
        foreach (var piece in new[] { 0, 1, 7 })
            Play(connection => new Transcript(script).PlayAsync(connection), (session, _) => story(session), piece, options: options);
    }

    /// <summary>Plays a server against a session.</summary>
    public static void Play(Func<IConnection, Task> server, Func<ClientSession, Simulator, Task> story, int piece = 0, int seed = 1, int buffer = 65536, ClientOptions? options = null)
    {
        var simulator = new Simulator(seed);
        simulator.Network.BufferSize = buffer;
        simulator.Network.To(Server).LargestPiece = piece;
        simulator.Run(async () =>
        {
            await using var listener = await simulator.Network.ListenAsync(Server, default);
            var serving = simulator.Start(async () =>
            {
                await using var connection = await listener.AcceptAsync(default);
                await server(connection!);
            });
            await using (var session = new ClientSession(await simulator.Network.ConnectAsync(Server, default), options ?? Options, simulator.Time))
                await story(session, simulator);
            await serving;
            Assert.Equal(0, simulator.Time.ArmedTimers);
        });
    }

    /// <summary>The replies of the results, as one would read them in a history.</summary>
    public static string[] Told(this Transmission transmission) =>
        [.. transmission.Recipients.Select(result => $"{result.Phase.Words()}: {result.Reply?.ToString() ?? "-"}")];

    public static async Task OpenedAsync(this ClientSession session) => Assert.Null(await session.OpenAsync(default));
}
