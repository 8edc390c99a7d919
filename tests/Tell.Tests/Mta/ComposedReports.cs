using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Configuration;
using Tell.Mta.Reports;

namespace Tell.Tests.Mta;

/// <summary>Reports as the whole composer makes them, in an MTA whose tasks do not run.</summary>
internal sealed class ComposedReports
{
    public const string Message = "Received: from a by b; Sun, 22 Nov 2026 03:19:00 +0000\r\nFrom: ada@example.test\r\nTo: u0@example.com\r\nSubject: The engine\r\n"
        + "Date: Sun, 22 Nov 2026 03:18:00 +0000\r\nMessage-ID: <1@example.test>\r\n\r\nHello.\r\n";

    public ComposedReports(World world, Func<MtaSettings, MtaSettings>? change = null) =>
        Node = world.Node("mx.tell.test", settings => (change ?? (same => same))(settings with { LocalDomains = [Domain.Parse("tell.test")] }));

    public Node Node { get; }

    public static RecipientReport Of(string address, DeliveryAction action, string status, string? said, bool remote = true) =>
        new(Mailbox.Parse(address), action, EnhancedStatus.TryParse(status, out var parsed) ? parsed : default)
        {
            Diagnostic = said,
            DiagnosticType = remote ? "smtp" : "x-tell",
            RemoteMta = remote ? "mx.example.com" : null,
            Reason = Line.Clean(said ?? ""),
            LastAttempt = new DateTimeOffset(2026, 11, 22, 4, 0, 0, TimeSpan.Zero),
            WillRetryUntil = action == DeliveryAction.Delayed ? new DateTimeOffset(2026, 11, 27, 4, 0, 0, TimeSpan.Zero) : null,
        };

    public async Task<(Document Report, byte[] Octets)> ComposeAsync(
        RecipientReport[] recipients, string? message = Message, string to = "ada@example.test", string? form = null, Func<Envelope, Envelope>? envelope = null, params string[] way)
    {
        var context = Node.Mta.Context;
        Content? content = null;
        await using var writer = context.Queues.NewContent();
        if (message is not null)
        {
            await writer.WriteAsync(Encoding.UTF8.GetBytes(message), CancellationToken.None);
            content = await writer.CompleteAsync(CancellationToken.None);
        }
        var sender = new Envelope { Sender = Mailbox.Parse(to), Recipients = [new Recipient(recipients[0].FinalRecipient)], Submission = new Submission("ESMTP", "192.0.2.77", "client.example.test") };
        var source = new Document
        {
            Id = context.Queues.NewId(),
            Form = Forms.Memo,
            Queue = WorkQueue.SmtpBox,
            State = DocumentState.Dead,
            Content = content,
            Items = [Item.OfText(ItemNames.MessageId, "<1@example.test>"), Item.OfText(ItemNames.Subject, "The engine")],
            Envelope = (envelope ?? (same => same))(sender),
        };
        await context.Queues.PutAsync([source], [], CancellationToken.None);
        var composer = new ReportComposer(context);
        var report = await composer.ComposeAsync(
            new ReportDraft
            {
                To = sender.Sender!,
                Source = source,
                Form = form ?? (recipients[0].Action switch { DeliveryAction.Failed => Forms.NonDeliveryReport, DeliveryAction.Delayed => Forms.DelayReport, _ => Forms.DeliveryReport }),
                Recipients = [.. recipients],
                Returned = content,
                Way = [.. way],
                Reason = recipients[0].Reason.Text,
            },
            CancellationToken.None);
        await context.Queues.PutAsync([report], [], CancellationToken.None);
        await composer.ReleaseAsync();
        using var octets = new MemoryStream();
        await foreach (var piece in context.Queues.ReadContentAsync(report.Content!, CancellationToken.None))
            octets.Write(piece.Span);
        return (report, octets.ToArray());
    }
}
