using System.Net;
using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Statistics;
using Tell.Smtp;
using Tell.Smtp.Server;

namespace Tell.Mta.Inbound;

/// <summary>
/// A message on its way into SMTPIBWQ: our Received field first, then its octets as they come. Its commit answers 250 only when the
/// document is on stable storage; until then it leaves nothing behind. One that asks to be held (RFC 4865) waits in SMTPIBWQ, so that its
/// documents are made, and grow old, from its release on.
/// </summary>
internal sealed partial class IncomingDocument : IIncomingMessage
{
    private static readonly Reply
        NoRoom = Reply.Of(452, "4.3.1", "Insufficient system storage; try again later"),
        Trouble = Reply.Of(451, "4.3.0", "Local error in processing; try again later");

    private readonly InboundServices _services;
    private readonly MtaContext _context;
    private readonly SessionFacts _session;
    private readonly IPNetwork _network;
    private readonly IContentWriter _content;
    private readonly Unid _id;
    private readonly Envelope _envelope;
    private readonly SubmittedHeader? _header;
    private StoreException? _fault;
    private long _octets;

    /// <summary>A message of a client of <paramref name="network"/>; <paramref name="completeHeader"/> adds Date and Message-ID where they are missing.</summary>
    public IncomingDocument(InboundServices services, SessionFacts session, Envelope given, IPNetwork network, bool completeHeader)
    {
        (_services, _context, _session, _network) = (services, services.Context, session, network);
        _content = _context.Queues.NewContent();
        _id = _context.Queues.NewId();
        _envelope = given;
        if (completeHeader)
            _header = new SubmittedHeader(MessageId.New(_id.ToString(), _context.HostDomain), _context.Now);
    }

    private string? Secure => _session.Tls is { } tls ? $"version={tls.Protocol} cipher={tls.Cipher}" : null;

    public ValueTask BeginAsync(CancellationToken cancellation) =>
        KeepAsync(ReceivedField.Of(_envelope, _context.HostDomain, _id.ToString(), _context.Now, Secure).ToBytes(), cancellation);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation) =>
        KeepAsync(_header is null ? octets : _header.Take(octets), cancellation);

    public async ValueTask<Reply> CommitAsync(CancellationToken cancellation)
    {
        if (_header is not null)
            await KeepAsync(_header.End(), cancellation);
        if (_fault is not null)
            return Refuse(_fault);
        var begun = _services.Pressure.Commits.Begin();
        try
        {
            var content = await _content.CompleteAsync(cancellation);
            var document = new Document
            {
                Id = _id,
                Form = Forms.Message,
                Queue = WorkQueue.Inbound,
                Due = _envelope.NotBefore,
                Content = content,
                Envelope = _envelope,
            };
            await _context.Queues.PutAsync(
                [document],
                [new(Stat.Received, 1), new(Stat.ReceivedRecipients, _envelope.Recipients.Length), new(Stat.ReceivedOctets, content.Size)],
                cancellation);
            _services.Limits.OnAccepted(_network, _session.User, content.Size);
            _context.Transfers.Received(document);
            return Reply.Of(250, "2.0.0", $"{_id} Message accepted for delivery");
        }
        catch (StoreException fault)
        {
            return Refuse(fault);
        }
        finally
        {
            _services.Pressure.Commits.End(begun);
        }
    }

    public void OnRefused()
    {
        _context.Gauges.Add(Stat.RefusedMessages);
        _context.Gauges.Reject(Channels.OfUser(_session.User), 1, _envelope.Recipients.Length, _octets);
    }

    public ValueTask DisposeAsync() => _content.DisposeAsync();

    // After a fault the rest of the body is let pass: the client hears of it at its end, and no earlier (RFC 5321 4.1.1.4).
    private async ValueTask KeepAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        _octets += octets.Length;
        if (_fault is not null || octets.IsEmpty)
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

    // The ladder of this owner: the store failed, so the client keeps the message.
    private Reply Refuse(StoreException fault)
    {
        LogRefused(_services.Log, fault, _session.Id, _id);
        return fault.Fault == StoreFault.Full ? NoRoom : Trouble;
    }

    [LoggerMessage(1101, LogLevel.Error, "{Session}: message {Unid} refused for now: the store cannot take it")]
    private static partial void LogRefused(ILogger log, StoreException fault, string session, Unid unid);
}
