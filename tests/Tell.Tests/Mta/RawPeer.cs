using System.Buffers;
using System.Net;
using System.Text;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Smtp.Network;

namespace Tell.Tests.Mta;

/// <summary>A host that answers commands with what the test says, and may fall silent or close where a proper one would answer.</summary>
internal sealed class RawPeer(World world, string address)
{
    private readonly IPEndPoint _endpoint = new(IPAddress.Parse(address), 25);

    public HostPort Host => new(address, 25);

    /// <summary>How many messages came whole, answered or not.</summary>
    public int Messages { get; private set; }

    /// <summary>The name in the certificate that it shows in simulated TLS; null offers none.</summary>
    public string? TlsName { get; init; }

    /// <summary>What it offers besides STARTTLS: nothing, unless the test says so.</summary>
    public string[] Offers { get; init; } = [];

    /// <summary>The MAIL commands that came, as they came.</summary>
    public List<string> Senders { get; } = [];

    /// <summary>The octets of the messages that came whole, as they are meant: without the dots before dots.</summary>
    public List<byte[]> Octets { get; } = [];

    /// <summary>The answer to MAIL.</summary>
    public Func<string> OnMail { get; set; } = () => "250 2.1.0 Ok";

    /// <summary>The answer to the final dot, for the message's number from 1; null closes the connection instead.</summary>
    public Func<int, Task<string?>> OnMessage { get; set; } = _ => Task.FromResult<string?>("250 2.0.0 Ok");

    /// <summary>How many octets of the answer to a message go out before the connection is closed, for its number from 1; null for all.</summary>
    public Func<int, int?> CutReply { get; set; } = _ => null;

    /// <summary>
    /// True where the reply to a verb ("" for the greeting, "." for the end of data) stops after two octets, in the session with that number from 1, and nothing
    /// more ever comes.
    /// </summary>
    public Func<int, string, bool> Stalls { get; set; } = (_, _) => false;

    /// <summary>The sessions that it takes at a time; others get 421.</summary>
    public int MostSessions { get; set; } = int.MaxValue;

    /// <summary>How many connections came.</summary>
    public int Sessions { get; private set; }

    /// <summary>How many are open.</summary>
    public int Open { get; private set; }

    /// <summary>It listens from now on.</summary>
    public async Task UpAsync()
    {
        var listener = await world.Network.Host(_endpoint.Address).ListenAsync(_endpoint, CancellationToken.None);
        _ = world.Simulator.Start(async () =>
        {
            while (await listener.AcceptAsync(CancellationToken.None) is { } connection)
                _ = world.Simulator.Start(() => TalkAsync(connection));
        });
    }

    private async Task TalkAsync(IConnection connection)
    {
        await using var closing = connection;
        var number = ++Sessions;
        if (Open >= MostSessions)
        {
            await connection.Transport.Output.WriteAsync("421 4.7.0 Too many connections\r\n"u8.ToArray());
            return;
        }
        Open++;
        await ConverseAsync(connection, number);
        Open--;
    }

    private async Task ConverseAsync(IConnection connection, int session)
    {
        var data = false;
        var octets = new MemoryStream();
        if (await StalledAsync("", "220"))
            return;
        await SayAsync("220 raw.test ESMTP");
        while (await LineAsync() is { } line)
        {
            if (data)
            {
                if (line != ".")
                {
                    octets.Write(Encoding.Latin1.GetBytes((line.StartsWith('.') ? line[1..] : line) + "\r\n"));
                    continue;
                }
                data = false;
                Octets.Add(octets.ToArray());
                octets.SetLength(0);
                if (await StalledAsync(".", "55"))
                    return;
                if (await OnMessage(++Messages) is not { } answer)
                    return;
                if (CutReply(Messages) is { } octetsOfReply)
                {
                    await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n").AsMemory(0, octetsOfReply));
                    return;
                }
                await SayAsync(answer);
                continue;
            }
            var verb = line.Split(' ', ':')[0];
            if (await StalledAsync(verb, "55"))
                return;
            data = verb == "DATA";
            if (verb == "MAIL")
                Senders.Add(line);
            var reply = verb switch
            {
                "EHLO" => Greeting(),
                "STARTTLS" => "220 Go on",
                // The client's side of a simulated handshake.
                "simulated" => $"simulated TLS, showing {TlsName}",
                "MAIL" => OnMail(),
                "DATA" => "354 Go on",
                "QUIT" => "221 Bye",
                _ => "250 Ok",
            };
            await SayAsync(reply);
            if (reply.StartsWith("221", StringComparison.Ordinal) || reply.StartsWith("421", StringComparison.Ordinal))
                return;
        }

        string Greeting()
        {
            string[] lines = ["raw.test", .. Offers, .. TlsName is null ? Array.Empty<string>() : ["STARTTLS"]];
            return string.Join("\r\n", lines.Select((line, i) => $"250{(i + 1 < lines.Length ? '-' : ' ')}{line}"));
        }

        async Task<bool> StalledAsync(string verb, string half)
        {
            if (!Stalls(session, verb))
                return false;
            await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(half));
            try
            {
                while (await LineAsync() is not null)
                {
                }
            }
            catch (IOException)
            {
                // Whoever waited for the rest of the reply has lost patience.
            }
            return true;
        }

        async Task SayAsync(string line) => await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));

        async Task<string?> LineAsync()
        {
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync();
                if (read.Buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = Encoding.Latin1.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                    connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(1, end));
                    return line;
                }
                connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (read.IsCompleted)
                    return null;
            }
        }
    }
}
