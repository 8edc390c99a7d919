using Microsoft.Extensions.Logging;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Files;
using Tell.Mta.Inbound;
using Tell.Mta.Logging;
using Tell.Mta.Outbound;
using Tell.Mta.Reports;
using Tell.Mta.Routing;
using Tell.Mta.Routing.Dns;
using Tell.Mta.Routing.Names;
using Tell.Mta.Security;
using Tell.Mta.Statistics;
using Tell.Mta.Web;
using Tell.Smtp.Network;
using Tell.Smtp.Tls;

namespace Tell.Mta;

/// <summary>What the tasks of one MTA share. Two MTAs in one process share nothing.</summary>
public sealed class MtaContext
{
    private volatile MtaSettings _settings;
    private volatile Resolver _resolver;
    private Domain _hostDomain;

    internal MtaContext(MtaEnvironment environment, MtaSettings settings)
    {
        _settings = settings;
        _hostDomain = DomainOf(settings);
        Data = environment.Data;
        Rates = new Rates(environment.Time);
        Queues.AccountWith(new Bookkeeper(Rates));
        Gauges = new Gauges(Queues);
        Network = environment.Network;
        Tls = environment.Tls;
        Files = environment.Files;
        Time = environment.Time;
        Random = environment.Seed is { } seed ? new LockedRandom(seed) : new UnpredictableRandom();
        Loggers = environment.Loggers;
        Transfers = environment.Transfers;
        LoopTokens = new LoopTokens(NewLoopKey(environment.Seed, settings), Time);
        OwnAddresses = new OwnAddresses(this);
        Directory = new AddressBook(this);
        Profiles = new BounceProfiles(this);
        Controls = new DestinationControls(this);
        Connections = new Connections(this);
        _resolver = NewResolver(settings);
        Certificates = environment.Certificates;
        Web = environment.Web(this);
        TlsPolicies = new TlsPolicies(this);
        ReportTexts = new ReportTexts(this);
    }

    /// <summary>The settings in force: a snapshot; read it once for each piece of work.</summary>
    public MtaSettings Settings
    {
        get => _settings;
        internal set
        {
            var before = _settings;
            _hostDomain = DomainOf(value);
            _settings = value;
            if (before.DnsTrustAd != value.DnsTrustAd || !before.DnsServers.SequenceEqual(value.DnsServers))
                _resolver = NewResolver(value);
        }
    }

    /// <summary>Our name.</summary>
    public Domain HostDomain => _hostDomain;

    /// <summary>The mailbox that our reports come from.</summary>
    public Mailbox Postmaster => Mailbox.TryCreate("postmaster", HostDomain, out var mailbox) ? mailbox : throw new InvalidOperationException("The host has no name.");

    /// <summary>The stores.</summary>
    public IDataDirectory Data { get; }

    /// <summary>The four work queues, with the accounts of channels and destinations kept.</summary>
    public IQueueStore Queues => Data.Queues;

    /// <summary>How much happened lately.</summary>
    public Rates Rates { get; }

    /// <summary>The network.</summary>
    public INetwork Network { get; }

    /// <summary>TLS.</summary>
    public ITls Tls { get; }

    /// <summary>The certificates that a host brings; null where those of the settings count.</summary>
    public ITlsCertificates? Certificates { get; }

    /// <summary>HTTPS.</summary>
    public IWebClient Web { get; }

    /// <summary>DNS, by the settings in force: ask it each time. What the one before was still asked ends by its own time limits.</summary>
    public Resolver Resolver => _resolver;

    /// <summary>How outbound sessions use TLS.</summary>
    public TlsPolicies TlsPolicies { get; }

    /// <summary>Pickup folders and Maildirs.</summary>
    public IFiles Files { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Chance, seeded or unpredictable as the environment says; safe to use from any thread.</summary>
    public Random Random { get; }

    /// <summary>The logs.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>The transfer log.</summary>
    public TransferLog Transfers { get; }

    /// <summary>What our sessions offer with XLOOP: others at each start, and in each MTA of a process.</summary>
    internal LoopTokens LoopTokens { get; }

    /// <summary>The addresses of this MTA.</summary>
    public OwnAddresses OwnAddresses { get; }

    /// <summary>Who is local, and where.</summary>
    public AddressBook Directory { get; }

    /// <summary>What destinations may get.</summary>
    public DestinationControls Controls { get; }

    /// <summary>How long mail is tried, and who is told.</summary>
    public BounceProfiles Profiles { get; }

    /// <summary>How the destination of a lane stands; null where none is in use.</summary>
    internal Func<string, DestinationStatus?> DestinationOf { get; set; } = _ => null;

    /// <summary>By when senders want to hear of messages.</summary>
    internal Deadlines Deadlines { get; } = new();

    /// <summary>How and when mail for a domain leaves.</summary>
    public Connections Connections { get; }

    /// <summary>The words of reports.</summary>
    public ReportTexts ReportTexts { get; }

    /// <summary>Statistics that do not belong to a document.</summary>
    public Gauges Gauges { get; }

    /// <summary>Now.</summary>
    public DateTimeOffset Now => Time.GetUtcNow();

    private Resolver NewResolver(MtaSettings settings) => new(
        Network, Time, Random, settings.DnsServers.IsEmpty ? SystemServers.Read() : settings.DnsServers, new ResolverOptions { TrustAd = settings.DnsTrustAd });

    // A sequence of its own, so that whoever draws from Random draws the same with it and without it. Of two with one seed, name and listeners tell which is which.
    private static byte[] NewLoopKey(int? seed, MtaSettings settings)
    {
        var chance = new byte[32];
        Random random = seed is { } known ? new Random(known) : new UnpredictableRandom();
        random.NextBytes(chance);
        var whose = System.Text.Encoding.UTF8.GetBytes($"{settings.HostName}\n{settings.Directory}\n{string.Join(',', settings.Listen)}");
        return System.Security.Cryptography.HMACSHA256.HashData(chance, whose);
    }

    private static Domain DomainOf(MtaSettings settings) => Domain.TryParse(settings.HostName, out var domain) ? domain : Domain.Parse("localhost.localdomain");
}
