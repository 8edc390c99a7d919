using System.Buffers;
using System.Net;
using System.Text;
using Tell.Mta.Configuration;
using Tell.Smtp.Network;

namespace Tell.Tests.Mta;

/// <summary>
/// An LMTP server (RFC 2033) that files for each recipient apart, and answers, cuts or lies as the test says. It knows nothing of Tell's own
/// code: commands are lines, and a reply goes out when the mail is filed.
/// </summary>
internal sealed class LmtpPeer(World world, IPAddress address)
{
    private IListener? _listener;

    public HostPort Host => new(address.ToString(), 24);

    /// <summary>Whose mail was filed, in order, once for each time.</summary>
    public List<(string Recipient, string Message)> Filed { get; } = [];

    /// <summary>The whole replies that went out and said 250 to one recipient.</summary>
    public List<string> Told { get; } = [];

    /// <summary>The commands that came, without what follows the first word.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>How many connections there were.</summary>
    public int Connections { get; private set; }

    /// <summary>What it offers besides its name.</summary>
    public string[] Keywords { get; set; } = ["PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"];

    /// <summary>The answer to RCPT; null takes the recipient.</summary>
    public Func<string, string?> OnRecipient { get; set; } = _ => null;

    /// <summary>The answer for one recipient of a message; null files it and says 250.</summary>
    public Func<string, string?> OnMessage { get; set; } = _ => null;

    /// <summary>How many octets of the replies to a message go out before the connection is cut; null for all. Asked for each message.</summary>
    public Func<int?> CutAfter { get; set; } = () => null;

    /// <summary>It listens on its address and port 24 from now on.</summary>
    public async Task UpAsync() => Serve(await world.Network.Host(address).ListenAsync(new IPEndPoint(address, 24), CancellationToken.None));

    /// <summary>It listens on a socket of its host from now on.</summary>
    public void UpAt(string path) => Serve(world.Network.Listen(address, path));

    /// <summary>It refuses connections from now on.</summary>
    public async Task DownAsync() => await _listener!.DisposeAsync();

    private void Serve(IListener listener)
    {
        _listener = listener;
        _ = world.Simulator.Start(async () =>
        {
            while (await listener.AcceptAsync(CancellationToken.None) is { } connection)
                _ = world.Simulator.Start(() => TalkAsync(connection));
        });
    }

    private async Task TalkAsync(IConnection connection)
    {
        await using var closing = connection;
        try
        {
            await ServeAsync(connection);
        }
        catch (IOException)
        {
            // The client has died.
        }
    }

    private async Task ServeAsync(IConnection connection)
    {
        Connections++;
        var recipients = new List<string>();
        await SayAsync("220 store.test LMTP\r\n");
        while (await LineAsync(connection) is { } line)
        {
            var verb = line.Split(' ', ':')[0];
            Commands.Add(verb);
            switch (verb)
            {
                case "LHLO":
                    await SayAsync($"250{(Keywords.Length > 0 ? "-" : " ")}store.test\r\n" + string.Concat(Keywords.Select((word, i) => $"250{(i < Keywords.Length - 1 ? "-" : " ")}{word}\r\n")));
                    break;
                case "MAIL" or "RSET":
                    recipients.Clear();
                    await SayAsync("250 2.1.0 Ok\r\n");
                    break;
                case "RCPT":
                    var recipient = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
                    var refusal = OnRecipient(recipient);
                    if (refusal is null)
                        recipients.Add(recipient);
                    await SayAsync($"{refusal ?? "250 2.1.5 Ok"}\r\n");
                    break;
                case "DATA" when recipients.Count == 0:
                    await SayAsync("503 5.5.1 No valid recipients\r\n");
                    break;
                case "DATA":
                    await SayAsync("354 Go on\r\n");
                    var message = new StringBuilder();
                    while (await LineAsync(connection) is var text && text != ".")
                    {
                        // RFC 2033 4.2: a message whose end never came is none.
                        if (text is null)
                            return;
                        message.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                    }
                    if (!await FileAsync(recipients, message.ToString()))
                        return;
                    break;
                case "BDAT":
                    var octets = await OctetsAsync(connection, int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
                    if (!await FileAsync(recipients, octets))
                        return;
                    break;
                case "QUIT":
                    await SayAsync("221 2.0.0 Bye\r\n");
                    return;
                default:
                    await SayAsync("500 5.5.1 What?\r\n");
                    break;
            }
        }

        async Task SayAsync(string text) => await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text));

        async Task<bool> FileAsync(List<string> recipients, string message)
        {
            var left = CutAfter() ?? int.MaxValue;
            foreach (var recipient in recipients)
            {
                var answer = OnMessage(recipient);
                var reply = $"{answer ?? $"250 2.0.0 <{recipient}> Saved"}\r\n";
                if (answer is null)
                    Filed.Add((recipient, message));
                await SayAsync(reply[..Math.Min(left, reply.Length)]);
                if (left < reply.Length || reply.StartsWith("421", StringComparison.Ordinal))
                    return false;
                left -= reply.Length;
                if (answer is null)
                    Told.Add(recipient);
            }
            recipients.Clear();
            return true;
        }
    }

    private static async Task<string?> LineAsync(IConnection connection)
    {
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync();
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }
            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
                return null;
        }
    }

    private static async Task<string> OctetsAsync(IConnection connection, int count)
    {
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync();
            if (read.Buffer.Length >= count)
            {
                var octets = Encoding.UTF8.GetString(read.Buffer.Slice(0, count));
                connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(count));
                return octets;
            }
            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
                throw new IOException("cut in a chunk");
        }
    }
}
