using System.Collections.Immutable;
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
/// document is on stable storage; until then it leaves nothing behind. One that its client sends again, because it did not hear that it was accepted,
/// is the one that we have (RFC 1047). One that asks to be held (RFC 4865) waits in SMTPIBWQ, so that its documents are made, and grow old, from its
/// release on.
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
    private readonly UnheardMessages _unheard;
    private readonly TimeSpan _window;
    private MessageHash? _hash;
    private Fingerprint _fingerprint;
    private StoreException? _fault;
    private long _octets;

    /// <summary>
    /// A message of a client of <paramref name="network"/>; <paramref name="submitted"/> adds Date and Message-ID where they are missing. What the client
    /// has not heard of is in <paramref name="unheard"/>.
    /// </summary>
    public IncomingDocument(InboundServices services, SessionFacts session, Envelope given, IPNetwork network, bool submitted, UnheardMessages unheard)
    {
        (_services, _context, _session, _network, _unheard) = (services, services.Context, session, network, unheard);
        _content = _context.Queues.NewContent();
        _id = _context.Queues.NewId();
        _envelope = given;
        if (submitted)
            _header = new SubmittedHeader(MessageId.New(_id.ToString(), _context.HostDomain), _context.Now);
        _window = _context.Settings.DuplicateWindow;
        if (_window > TimeSpan.Zero)
        {
            _hash = services.Hashes.Get();
            _hash.Begin(session, network, submitted, given);
        }
    }

    private string? Secure => _session.Tls is { } tls ? $"version={tls.Protocol} cipher={tls.Cipher}" : null;

    public ValueTask BeginAsync(CancellationToken cancellation) =>
        KeepAsync(ReceivedField.Of(_envelope, _context.HostDomain, _id.ToString(), _context.Now, Secure).ToBytes(), cancellation);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation)
    {
        _hash?.Write(octets.Span);
        return KeepAsync(_header is null ? octets : _header.Take(octets), cancellation);
    }

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
            var first = await PutAsync(document, cancellation);
            if (first == _id)
            {
                _services.Limits.OnAccepted(_network, _session.User, content.Size);
                _context.Transfers.Received(document);
            }
            else
            {
                await RepeatedAsync(document with { Id = first }, cancellation);
            }
            return Reply.Of(250, "2.0.0", $"{first} Message accepted for delivery");
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

    public void OnReplyHeard()
    {
        // What the client sends from now on it means, even where it is the same again.
        if (_window > TimeSpan.Zero && _unheard.Remove(_fingerprint))
            _context.Queues.Forget(_fingerprint);
    }

    public ValueTask DisposeAsync()
    {
        if (_hash is not null)
            _services.Hashes.Return(_hash);
        _hash = null;
        return _content.DisposeAsync();
    }

    private async ValueTask<Unid> PutAsync(Document document, CancellationToken cancellation)
    {
        ImmutableArray<CounterChange> counters =
            [new(Stat.Received, 1), new(Stat.ReceivedRecipients, _envelope.Recipients.Length), new(Stat.ReceivedOctets, document.Content!.Size)];
        if (_hash is null)
        {
            await _context.Queues.PutAsync([document], counters, cancellation);
            return document.Id;
        }
        _fingerprint = _hash.End();
        // Nobody repeats himself within one session: the connection is there, and brings the reply in its turn.
        if (_unheard.Remove(_fingerprint))
            _context.Queues.Forget(_fingerprint);
        var first = await _context.Queues.PutOnceAsync(document, _fingerprint, _context.Now + _window, counters, cancellation);
        _unheard.Add(_fingerprint);
        return first;
    }

    // It is not taken in a second time, so it counts in no limit and in no sum of what came in.
    private async ValueTask RepeatedAsync(Document first, CancellationToken cancellation)
    {
        LogRepeated(_services.Log, _session.Id, first.Id);
        _context.Transfers.Repeated(first);
        try
        {
            await _context.Queues.ChangeCountersAsync([new(Stat.Duplicates, 1)], cancellation);
        }
        catch (StoreException)
        {
            // We have the message, whether the store can count now or not.
            _context.Queues.Count(Stat.Duplicates, 1);
        }
    }

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

    [LoggerMessage(1119, LogLevel.Debug, "{Session}: the client sends message {Unid} again; we have it")]
    private static partial void LogRepeated(ILogger log, string session, Unid unid);

    [LoggerMessage(1101, LogLevel.Error, "{Session}: message {Unid} refused for now: the store cannot take it")]
    private static partial void LogRefused(ILogger log, StoreException fault, string session, Unid unid);
}
