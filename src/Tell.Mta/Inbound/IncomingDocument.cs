using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Smtp.Server;

namespace Tell.Mta.Inbound;

/// <summary>
/// A message on its way into SMTPIBWQ: our Received field first, then its octets as they come. Its commit answers 250 only when the
/// document is on stable storage; until then it leaves nothing behind.
/// </summary>
internal sealed partial class IncomingDocument(MtaContext context, SessionFacts session, Envelope given) : IIncomingMessage
{
    private static readonly Reply
        NoRoom = Reply.Of(452, "4.3.1", "Insufficient system storage; try again later"),
        Trouble = Reply.Of(451, "4.3.0", "Local error in processing; try again later");

    private readonly IContentWriter _content = context.Queues.NewContent();
    private readonly Unid _id = context.Queues.NewId();
    private readonly Envelope _envelope = given with
    {
        Submission = new Submission(session.Protocol(given.SmtpUtf8), session.Client.Address.ToString(), session.Helo, session.User, session.Id),
    };
    private StoreException? _fault;

    private string? Secure => session.Tls is { } tls ? $"version={tls.Protocol} cipher={tls.Cipher}" : null;

    public ValueTask BeginAsync(CancellationToken cancellation) =>
        WriteAsync(ReceivedField.Of(_envelope, context.HostDomain, _id.ToString(), context.Now, Secure).ToBytes(), cancellation);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        // After a fault the rest of the body is let pass: the client hears of it at its end, and no earlier (RFC 5321 4.1.1.4).
        if (_fault is not null)
            return;
        try
        {
            await _content.WriteAsync(octets, cancellation);
        }
        catch (StoreException fault)
        {
            _fault = fault;
        }
    }

    public async ValueTask<Reply> CommitAsync(CancellationToken cancellation)
    {
        try
        {
            if (_fault is not null)
                return Refuse(_fault);
            var content = await _content.CompleteAsync(cancellation);
            var document = new Document
            {
                Id = _id,
                Form = Forms.Message,
                Queue = WorkQueue.Inbound,
                Content = content,
                Envelope = _envelope,
            };
            await context.Queues.PutAsync(
                [document],
                [new(Stat.Received, 1), new(Stat.ReceivedRecipients, _envelope.Recipients.Length), new(Stat.ReceivedOctets, content.Size)],
                cancellation);
            context.Transfers.Received(document);
            return Reply.Of(250, "2.0.0", $"{_id} Message accepted for delivery");
        }
        catch (StoreException fault)
        {
            return Refuse(fault);
        }
    }

    public ValueTask DisposeAsync() => _content.DisposeAsync();

    // The ladder of this owner: the store failed, so the client keeps the message.
    private Reply Refuse(StoreException fault)
    {
        LogRefused(context.Loggers.CreateLogger("SMTPMTA isesctl"), fault, session.Id, _id);
        context.Gauges.Add(Stat.RefusedMessages);
        return fault.Fault == StoreFault.Full ? NoRoom : Trouble;
    }

    [LoggerMessage(1101, LogLevel.Error, "{Session}: message {Unid} refused for now: the store cannot take it")]
    private static partial void LogRefused(ILogger log, StoreException fault, string session, Unid unid);
}
