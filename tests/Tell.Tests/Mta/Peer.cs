using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Smtp;
using Tell.Smtp.Network;
using Tell.Smtp.Server;

namespace Tell.Tests.Mta;

/// <summary>A host that takes mail by SMTP and keeps it, or answers as the test says.</summary>
internal sealed class Peer(World world, IPEndPoint endpoint) : IMailReceiver
{
    private IListener? _listener;
    private int _open;

    public HostPort Host => new(endpoint.Address.ToString(), endpoint.Port);

    public IPEndPoint Endpoint => endpoint;

    /// <summary>What came, in order.</summary>
    public List<(Envelope Envelope, string Message)> Mail { get; } = [];

    /// <summary>The octets of what came, in order.</summary>
    public List<byte[]> Octets { get; } = [];

    /// <summary>How it does STARTTLS; null does not offer it, as if somebody on the way had taken it out.</summary>
    public ServerTls? Tls { get; set; }

    /// <summary>What it offers with XLOOP; the token of a node stands for that node behind a load balancer. Null offers none.</summary>
    public string? LoopToken { get; set; }

    /// <summary>Whether it knows DSN (RFC 3461).</summary>
    public bool Dsn { get; init; } = true;

    /// <summary>The ways the messages came, in order: "ESMTP", "ESMTPS".</summary>
    public List<string> Ways { get; } = [];

    /// <summary>The answer to RCPT; null takes the recipient.</summary>
    public Func<Mailbox, Reply?> OnRecipient { get; set; } = _ => null;

    /// <summary>The answer to MAIL; null takes the sender.</summary>
    public Func<Reply?> OnMail { get; set; } = () => null;

    /// <summary>The answer to the end of data; null takes the message.</summary>
    public Func<Envelope, Reply?> OnMessage { get; set; } = _ => null;

    /// <summary>Told of each session: 1 where it begins, -1 where it ends.</summary>
    public Action<int> OnSession { get; set; } = _ => { };

    /// <summary>The sessions that it takes at a time; others get 421.</summary>
    public int MostSessions { get; set; } = int.MaxValue;

    /// <summary>Where its sessions came from.</summary>
    public List<IPAddress> Clients { get; } = [];

    /// <summary>The names that clients gave themselves in EHLO, in the order of their messages.</summary>
    public List<string> Names { get; } = [];

    /// <summary>It listens from now on.</summary>
    public async Task UpAsync()
    {
        _listener = await world.Network.Host(endpoint.Address).ListenAsync(endpoint, CancellationToken.None);
        _ = world.Simulator.Start(() => AcceptAsync(_listener));
    }

    /// <summary>It refuses connections from now on.</summary>
    public async Task DownAsync()
    {
        if (_listener is not null)
            await _listener.DisposeAsync();
        _listener = null;
    }

    public ValueTask<Reply?> OnMailAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation)
    {
        Names.Add(session.Helo ?? "");
        return ValueTask.FromResult(OnMail());
    }

    public ValueTask<Reply?> OnRecipientAsync(SessionFacts session, Envelope envelope, Recipient recipient, CancellationToken cancellation) =>
        ValueTask.FromResult(OnRecipient(recipient.Address));

    public ValueTask<IIncomingMessage> OpenAsync(SessionFacts session, Envelope envelope, CancellationToken cancellation) =>
        ValueTask.FromResult<IIncomingMessage>(new Incoming(this, session, envelope));

    private async Task AcceptAsync(IListener listener)
    {
        while (await listener.AcceptAsync(CancellationToken.None) is { } connection)
            _ = world.Simulator.Start(() => TalkAsync(connection));
    }

    private async Task TalkAsync(IConnection connection)
    {
        await using var closing = connection;
        if (_open == MostSessions)
        {
            await connection.Transport.Output.WriteAsync("421 4.7.0 Too many connections\r\n"u8.ToArray());
            return;
        }
        _open++;
        OnSession(1);
        Clients.Add(connection.Remote.Address);
        var facts = new SessionFacts("peer", connection.Remote, connection.Local);
        await new ServerSession(connection, new ServerOptions { HostName = "peer.test", Tls = Tls, LoopToken = LoopToken, Dsn = Dsn }, this, facts, world.Time, NullLogger.Instance).RunAsync(CancellationToken.None);
        _open--;
        OnSession(-1);
    }

    private sealed class Incoming(Peer peer, SessionFacts session, Envelope envelope) : IIncomingMessage
    {
        private readonly MemoryStream _octets = new();

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellation) => await _octets.WriteAsync(octets, cancellation);

        public ValueTask<Reply> CommitAsync(CancellationToken cancellation)
        {
            if (peer.OnMessage(envelope) is { } refusal)
                return ValueTask.FromResult(refusal);
            peer.Ways.Add(session.Tls is null ? "ESMTP" : "ESMTPS");
            peer.Octets.Add(_octets.ToArray());
            peer.Mail.Add((envelope, Encoding.UTF8.GetString(_octets.ToArray())));
            return ValueTask.FromResult(Reply.Of(250, "2.0.0", "Ok"));
        }

        public ValueTask DisposeAsync() => default;
    }
}
