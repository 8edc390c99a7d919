using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;

namespace Tell.Tests.Mta;

/// <summary>Documents of work queues that have stopped, made by hand.</summary>
internal static class StoppedMail
{
    /// <summary>A node that sends everything to a host that is not there.</summary>
    public static (World World, Node Node) Alone(Func<MtaSettings, MtaSettings>? change = null)
    {
        var world = new World();
        return (world, world.Node("mta.test", settings => (change ?? (same => same))(settings with { LocalDomains = [Domain.Parse("home.test")], RelayHost = new HostPort("192.0.2.99", 25) })));
    }

    /// <summary>A document in SMTPOBWQ that has stopped.</summary>
    public static Document Of(string from, string to, DocumentState state = DocumentState.Dead, string reason = "550 5.1.1 No such user") => new()
    {
        Id = default,
        Form = Forms.Message,
        Queue = WorkQueue.Outbound,
        State = state,
        Destination = to[(to.LastIndexOf('@') + 1)..],
        Reason = reason,
        Envelope = new Envelope
        {
            Sender = from.Length == 0 ? null : Mailbox.Parse(from),
            Recipients = [.. to.Split(',').Select(address => new Recipient(Mailbox.Parse(address)) { Status = RecipientStatus.Failed, LastReply = reason })],
        },
    };

    /// <summary>Puts such a document with a message of its own.</summary>
    public static async Task<Unid> PutAsync(Node node, Document document, string message = "Subject: Test\r\n\r\nHello.\r\n") =>
        await node.PutAsync(document with { Content = await ContentAsync(node, message) });

    /// <summary>Puts a received message for a recipient whom nobody can be: it fails in SMTPIBWQ.</summary>
    public static Task<Unid> PutUnknownAsync(Node node, string from, string message = "Subject: Test\r\n\r\nHello.\r\n") => PutAsync(node, new Document
    {
        Id = default,
        Form = Forms.Message,
        Queue = WorkQueue.Inbound,
        Envelope = new Envelope { Sender = from.Length == 0 ? null : Mailbox.Parse(from), Recipients = [new Recipient(Mailbox.Parse("\"a//b\"@home.test"))] },
    }, message);

    /// <summary>The facts of that name in the transfer log of a node.</summary>
    public static string[] Facts(Node node, string fact) => [.. node.Log.Where(line => line.Contains($"\"fact\":\"{fact}\"", StringComparison.Ordinal))];

    private static async Task<Content> ContentAsync(Node node, string message)
    {
        // Not disposed: the document keeps it, and an abandoned writer would take it away.
        var writer = node.Mta.Context.Queues.NewContent();
        await writer.WriteAsync(Encoding.UTF8.GetBytes(message), CancellationToken.None);
        return await writer.CompleteAsync(CancellationToken.None);
    }
}
