using System.Text.RegularExpressions;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Operations;
using Tell.Smtp;
using Tell.Tests.LocalDelivery;
using Tell.Tests.Mta;

namespace Tell.Tests.Reports;

/// <summary>An MTA of which the Delivery Report Task is watched: ada and bob are at home.test, all mail for elsewhere goes to one peer, which refuses nobody@ for good.</summary>
internal sealed partial class ReportOffice
{
    public static readonly Reply NoSuchUser = Reply.Of(550, "5.1.1", "No such user");

    private readonly Town _town;

    public ReportOffice(Func<MtaSettings, MtaSettings>? change = null)
    {
        _town = new Town(change);
        _town.Peer.OnRecipient = mailbox => mailbox.LocalPart.StartsWith("nobody", StringComparison.Ordinal) ? NoSuchUser : null;
    }

    public Town Town => _town;

    public World World => _town.World;

    public Node Node => _town.Node;

    public Peer Peer => _town.Peer;

    public void Run(Func<Task> story) => _town.Run(async () =>
    {
        await _town.PersonAsync("ada");
        await _town.PersonAsync("bob");
        await story();
    });

    /// <summary>The reports in a mail file, as texts, the first filed first.</summary>
    public IReadOnlyList<string> ReportsOf(string user) => [.. Node.MailFile(user).Where(document => Forms.IsReport(document.Form)).Select(document => Node.Read(user, document))];

    /// <summary>The forms of what lies in a mail file.</summary>
    public IReadOnlyList<string> FormsOf(string user) => [.. Node.MailFile(user).Select(document => document.Form)];

    /// <summary>"nobody@one.test failed": what a report says of each recipient, in its order.</summary>
    public static IReadOnlyList<string> Said(string report) =>
        [.. Fields().Matches(report).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}")];

    /// <summary>A Memo of ada's.</summary>
    public Task<Unid> SendAsync(string to, DeliveryReport report = DeliveryReport.Basic, string subject = "Test", string from = "ada@home.test") => Node.Operations.SubmitAsync(
        new MemoDraft
        {
            From = Mailbox.Parse(from),
            SendTo = [.. to.Split(',', StringSplitOptions.TrimEntries).Select(text => Mailbox.Parse(text))],
            Subject = Line.From(subject),
            Body = "Hello.\n",
            DeliveryReport = report,
        },
        CancellationToken.None);

    /// <summary>Puts a document of a message that eve sent into a queue, as if it had come to that state.</summary>
    public async Task<Unid> FinishedAsync(WorkQueue queue, DocumentState state, params Recipient[] recipients)
    {
        var writer = Node.Stores.Queues.NewContent();
        await writer.WriteAsync("From: eve@away.test\r\nSubject: Test\r\nMessage-ID: <1@away.test>\r\n\r\nHello.\r\n"u8.ToArray(), CancellationToken.None);
        var document = new Document
        {
            Id = Node.Stores.Queues.NewId(),
            Form = Forms.Message,
            Queue = queue,
            Destination = queue == WorkQueue.Outbound ? "one.test" : "",
            State = state,
            Reason = state == DocumentState.Failure ? "550 5.1.1 No such user" : null,
            Content = await writer.CompleteAsync(CancellationToken.None),
            Envelope = new Envelope { Sender = Mailbox.Parse("eve@away.test"), Recipients = [.. recipients], EnvelopeId = "E=1", Submission = new Submission("ESMTP") },
        };
        await Node.Stores.Queues.PutAsync([document], [], CancellationToken.None);
        await writer.DisposeAsync();
        return document.Id;
    }

    public static Recipient Of(string address, Notify notify, RecipientStatus status) => new(Mailbox.Parse(address)) { Notify = notify, Status = status };

    /// <summary>How often a fact stands in the transfer log.</summary>
    public int Facts(string fact) => Node.Facts.Count(one => one == fact);

    [GeneratedRegex(@"Final-Recipient: [a-z0-9-]+; ?(\S+)\r\nAction: (\w+)")]
    private static partial Regex Fields();
}
