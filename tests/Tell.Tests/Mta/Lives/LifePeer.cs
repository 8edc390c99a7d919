using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Smtp;
using Tell.Smtp.Network;
using Tell.Smtp.Server;

namespace Tell.Tests.Mta.Lives;

/// <summary>
/// A host elsewhere with a will of its own: by the local part it takes (ok), refuses for good (no), for now (later, until an hour), or at the end of the
/// data (bad); sometimes it takes a message and its reply is lost; sometimes it is down.
/// </summary>
internal sealed class LifePeer(World world, LifeStory story, IPEndPoint endpoint, Domain domain, Random random, bool dsn) : IMailReceiver
{
    private readonly Dictionary<string, IConnection> _sessions = [];
    private IListener? _listener;
    private int _number;

    public HostPort Host => new(endpoint.Address.ToString(), endpoint.Port);

    public Domain Domain => domain;

    /// <summary>True where it knows DSN.</summary>
    public bool Dsn => dsn;

    /// <summary>In how many of a hundred messages the reply is lost.</summary>
    public int Losses { get; set; }

    /// <summary>Until when "later" is not now.</summary>
    public DateTimeOffset Later { get; set; }

    /// <summary>What it took, in order: when, from whom, and whether its reply was lost.</summary>
    public List<(Envelope Envelope, string Message, DateTimeOffset Time, IPAddress From, bool Lost)> Mail { get; } = [];

    public async Task UpAsync()
    {
        var listener = await world.Network.Host(endpoint.Address).ListenAsync(endpoint, CancellationToken.None);
        _listener = listener;
        _ = world.Simulator.Start(() => AcceptAsync(listener));
    }

    public async Task DownAsync()
    {
        if (_listener is not null)
            await _listener.DisposeAsync();
        _listener = null;
    }

    public ValueTask<Reply?> OnMailAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) => ValueTask.FromResult<Reply?>(null);

    public ValueTask<Reply?> OnRecipientAsync(SessionFacts session, Envelope envelope, Recipient recipient, CancellationToken cancellation) => ValueTask.FromResult(
        Is(recipient, "no") ? Reply.Of(550, "5.1.1", "No such user")
        : Is(recipient, "later") && world.Time.GetUtcNow() < Later ? Reply.Of(450, "4.2.1", "Not now")
        : null);

    public ValueTask<IIncomingMessage> OpenAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) =>
        ValueTask.FromResult<IIncomingMessage>(new Incoming(this, session.Id, envelope));

    private static bool Is(Recipient recipient, string will) => recipient.Address.LocalPart.StartsWith(will, StringComparison.Ordinal);

    private async Task AcceptAsync(IListener listener)
    {
        while (await listener.AcceptAsync(CancellationToken.None) is { } connection)
            _ = world.Simulator.Start(() => TalkAsync(connection));
    }

    private async Task TalkAsync(IConnection connection)
    {
        var id = $"{domain.Name}-{++_number}";
        _sessions[id] = connection;
        var facts = new SessionFacts(id, connection.Remote, connection.Local);
        var options = new ServerOptions { HostName = $"mx.{domain.Name}", Dsn = dsn };
        await new ServerSession(connection, options, this, facts, world.Time, NullLogger.Instance).RunAsync(CancellationToken.None);
        _sessions.Remove(id);
    }

    private Reply Take(string session, Envelope envelope, string message)
    {
        if (envelope.Recipients.Any(recipient => Is(recipient, "bad")))
            return Reply.Of(554, "5.6.0", "Not with that content");
        var token = LifeMail.TokenOf(message);
        var lost = random.Next(100) < Losses;
        Mail.Add((envelope, message, world.Time.GetUtcNow(), _sessions[session].Remote.Address, lost));
        if (lost)
        {
            foreach (var recipient in envelope.Recipients)
                story.Lost(token, recipient.Address.ToString());
            _sessions[session].Abort();
        }
        else
        {
            story.Tell($"{domain.Name} takes {token}{(envelope.Sender is null ? " (a report)" : "")} for {string.Join(", ", envelope.Recipients.Select(recipient => recipient.Address))}");
        }
        return Reply.Of(250, "2.0.0", "Ok");
    }

    private sealed class Incoming(LifePeer peer, string session, Envelope envelope) : IIncomingMessage
    {
        private readonly MemoryStream _octets = new();

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation) => await _octets.WriteAsync(octets, cancellation);

        public ValueTask<Reply> CommitAsync(CancellationToken cancellation) => ValueTask.FromResult(peer.Take(session, envelope, Encoding.UTF8.GetString(_octets.ToArray())));

        public ValueTask DisposeAsync() => default;
    }
}
