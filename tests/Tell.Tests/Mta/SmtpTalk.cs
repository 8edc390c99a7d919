using System.Text;
using System.Net;
using Tell.Mail;
using Tell.Smtp.Client;
using Tell.Smtp.Network;

namespace Tell.Tests.Mta;

/// <summary>Hands a message to a <see cref="Node"/> by SMTP, as a client at an address of its own.</summary>
internal static class SmtpTalk
{
    public static Task<Transmission> SendAsync(World world, Node node, string from, string to, string message, string client = "192.0.2.200") =>
        SendAsync(world, node, from, to, Encoding.UTF8.GetBytes(message), client);

    public static async Task<Transmission> SendAsync(World world, Node node, string from, string to, byte[] octets, string client = "192.0.2.200", BodyType body = BodyType.SevenBit)
    {
        var connection = await world.Network.Host(IPAddress.Parse(client)).ConnectAsync(new IPEndPoint(node.Address, 25), CancellationToken.None);
        await using var session = new ClientSession(connection, new ClientOptions { HostName = "client.test" }, world.Time);
        Assert.Null(await session.OpenAsync(CancellationToken.None));
        var envelope = new Envelope
        {
            Sender = from.Length == 0 ? null : Mailbox.Parse(from),
            Recipients = [.. to.Split(',', StringSplitOptions.TrimEntries).Select(text => new Recipient(Mailbox.Parse(text)))],
            Body = body,
        };
        var sent = await session.SendAsync(envelope, octets, CancellationToken.None);
        await session.QuitAsync(CancellationToken.None);
        return sent;
    }
}
