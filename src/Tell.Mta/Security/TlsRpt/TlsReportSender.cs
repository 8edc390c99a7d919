using System.Globalization;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;

namespace Tell.Mta.Security.TlsRpt;

/// <summary>Sends a report to an address: by mail through our own queues, or by HTTPS (RFC 8460 5).</summary>
internal sealed class TlsReportSender(MtaContext context)
{
    // What a server answers to a report is of no interest.
    private const int LargestAnswer = 64 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Null where it is on its way; otherwise why it is not, one line.</summary>
    /// <exception cref="StoreException">The store cannot take it.</exception>
    public async ValueTask<string?> SendAsync(TlsReport report, Uri address, CancellationToken cancellation)
    {
        if (address.Scheme != Uri.UriSchemeMailto)
            return await PostAsync(report, address, cancellation);
        var text = Uri.UnescapeDataString(address.OriginalString["mailto:".Length..].Split('?')[0]);
        if (!Mailbox.TryParse(text, out var to) || !to.IsAscii)
            return $"{Line.Clean(text)} is no mailbox";
        await MailAsync(report, to, cancellation);
        return null;
    }

    private async ValueTask<string?> PostAsync(TlsReport report, Uri address, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Limit, context.Time);
        using var registration = cancellation.UnsafeRegister(static patience => ((CancellationTokenSource)patience!).Cancel(), patience);
        try
        {
            var answer = await context.Web.PostAsync(address, "application/tlsrpt+gzip", report.ToGzip(), LargestAnswer, patience.Token);
            return (int)answer.Status is >= 200 and < 300 ? null : string.Create(CultureInfo.InvariantCulture, $"HTTP status {(int)answer.Status}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"no answer within {Limit.TotalSeconds:0} s");
        }
        // The ladder of the web: it is tried again later.
        catch (IOException fault)
        {
            return Line.Clean(fault.Message).Text;
        }
    }

    private async ValueTask MailAsync(TlsReport report, Mailbox to, CancellationToken cancellation)
    {
        var id = context.Queues.NewId();
        var message = new TlsReportMessage
        {
            From = context.Postmaster,
            To = to,
            Date = context.Now,
            MessageId = MessageId.New(id.ToString(), context.HostDomain),
            Boundary = Boundary.Of(id.ToString()),
            Domain = report.Domain,
            Submitter = report.Submitter,
            ReportId = report.Id,
            FileName = report.FileName,
            Report = report.ToGzip(),
        };
        await using var writer = context.Queues.NewContent();
        await writer.WriteAsync(message.ToBytes(), cancellation);
        var elsewhere = (await context.Directory.LocateAsync(to, cancellation)).Kind == LocalityKind.Elsewhere;
        var document = new Document
        {
            Id = id,
            Form = Forms.TlsReport,
            Queue = elsewhere ? WorkQueue.Outbound : WorkQueue.MailBox,
            Destination = elsewhere ? to.Domain.Name : "",
            Content = await writer.CompleteAsync(cancellation),
            Items =
            [
                Item.OfText(ItemNames.From, context.Postmaster.ToString()),
                Item.OfText(ItemNames.SendTo, to.ToString()),
                Item.OfText(ItemNames.Subject, message.Subject.Text),
            ],
            Envelope = new Envelope { Sender = context.Postmaster, Recipients = [new Recipient(to) { Notify = Notify.Never }], Submission = new Mail.Submission("REPORT") },
        };
        await context.Queues.PutAsync([document], [], cancellation);
        context.Transfers.Queued(document, null);
    }
}
