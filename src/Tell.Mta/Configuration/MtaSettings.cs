using System.Collections.Immutable;
using System.Net;
using Tell.Mail;
using Tell.Mta.Routing;
using Tell.Smtp.Server;

namespace Tell.Mta.Configuration;

/// <summary>
/// One consistent set of settings; never changes. What each means, its default and its limits stand in <see cref="SettingsCatalogue"/>;
/// property names are the notes.ini keys without SMTPMTA_. Begin with <see cref="Default"/> and change what differs by <c>with</c>.
/// </summary>
public sealed record MtaSettings
{
    internal MtaSettings()
    {
    }

    /// <summary>Every setting at its default; the directory is "data" below the current one, the name that of this machine.</summary>
    public static MtaSettings Default => SettingsCatalogue.Defaults(Environment.CurrentDirectory);

    /// <summary>The data directory, an absolute path.</summary>
    public string Directory { get; init; } = "";

    /// <summary>Our name in the greeting, EHLO and Received.</summary>
    public string HostName { get; init; } = "";

    /// <summary>The addresses that inbound sessions are taken on; empty for none.</summary>
    public ImmutableArray<IPEndPoint> Listen { get; init; } = [];

    /// <summary>The domains whose recipients are local.</summary>
    public ImmutableHashSet<Domain> LocalDomains { get; init; } = [];

    /// <summary>Which recipients of local domains are taken.</summary>
    public LocalRecipients LocalRecipients { get; init; }

    /// <summary>What separates a name from a mark of the user's own after it, as in "ada+lists"; "" for none.</summary>
    public string SubaddressSeparator { get; init; } = "";

    /// <summary>The networks whose clients may relay; empty for none.</summary>
    public ImmutableArray<IPNetwork> RelayClients { get; init; } = [];

    /// <summary>The host that takes all outbound mail; null for MX lookups.</summary>
    public HostPort? RelayHost { get; init; }

    /// <summary>The domains taken from anyone and relayed onward.</summary>
    public ImmutableHashSet<Domain> RelayDomains { get; init; } = [];

    /// <summary>The fixed next hops, by recipient domain.</summary>
    public ImmutableDictionary<Domain, FixedHop> Routes { get; init; } = ImmutableDictionary<Domain, FixedHop>.Empty;

    /// <summary>The port of hosts found by MX lookup.</summary>
    public int OutboundPort { get; init; }

    /// <summary>The DNS servers; empty for the system's.</summary>
    public ImmutableArray<IPEndPoint> DnsServers { get; init; } = [];

    /// <summary>The waits between attempts; the last repeats; at least one.</summary>
    public ImmutableArray<TimeSpan> RetryIntervals { get; init; } = [];

    /// <summary>The age at which an undelivered message is given up.</summary>
    public TimeSpan ExpireAfter { get; init; }

    /// <summary>What becomes of a message whose final reply never came.</summary>
    public InDoubtPolicy InDoubt { get; init; }

    /// <summary>True where we recognise ourselves at the other end of a connection.</summary>
    public bool LoopCheck { get; init; }

    /// <summary>The ages at which senders are warned, rising; empty for never.</summary>
    public ImmutableArray<TimeSpan> DelayWarningAfter { get; init; } = [];

    /// <summary>What becomes of relayed mail that fails for good.</summary>
    public RelayFailures RelayFailures { get; init; }

    /// <summary>The most reports of failures made in a minute, and the most others that leave in one; 0 for no limit.</summary>
    public int ReportRate { get; init; }

    /// <summary>The most reports that leave for one address in an hour; 0 for no limit.</summary>
    public int ReportsPerRecipient { get; init; }

    /// <summary>The most outbound sessions for reports at a time.</summary>
    public int MaxReportSessions { get; init; }

    /// <summary>The largest message that a report returns whole, in octets.</summary>
    public long ReportReturnSize { get; init; }

    /// <summary>The languages of reports where the sender's is not known; at least one.</summary>
    public ImmutableArray<string> ReportLanguages { get; init; } = ["en"];

    /// <summary>The folder of the texts of reports, absolute or relative to the data directory; empty for none.</summary>
    public string ReportTemplates { get; init; } = "";

    /// <summary>How often a dead message is tried again by itself.</summary>
    public int DeadRetries { get; init; }

    /// <summary>How long it is dead before that.</summary>
    public TimeSpan DeadRetryInterval { get; init; }

    /// <summary>The Received fields of our own beyond which a message is taken to loop.</summary>
    public int MaxOwnHops { get; init; }

    /// <summary>How long a client may repeat a message whose reply it did not hear; zero for not at all.</summary>
    public TimeSpan DuplicateWindow { get; init; }

    /// <summary>The largest message, in octets.</summary>
    public long MaxMessageSize { get; init; }

    /// <summary>The most recipients of one message.</summary>
    public int MaxRecipients { get; init; }

    /// <summary>The most inbound sessions at a time.</summary>
    public int MaxSessions { get; init; }

    /// <summary>The most inbound sessions of one client network at a time; 0 for no limit.</summary>
    public int MaxSessionsPerClient { get; init; }

    /// <summary>The errors after which a session is closed; 0 for no limit.</summary>
    public int MaxErrors { get; init; }

    /// <summary>The most connections of one client network in a minute; 0 for no limit.</summary>
    public int MaxRatePerClient { get; init; }

    /// <summary>The most messages sent over one connection.</summary>
    public int MessagesPerConnection { get; init; }

    /// <summary>The most connections to one destination at a time.</summary>
    public int ConnectionsPerDestination { get; init; }

    /// <summary>The Received fields at which a message is taken to loop.</summary>
    public int MaxHops { get; init; }

    /// <summary>How long an inbound session waits for a silent client.</summary>
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>How long an outbound session waits for the greeting.</summary>
    public TimeSpan GreetingTimeout { get; init; }

    /// <summary>What becomes of a CR or LF that stands alone.</summary>
    public BareNewlines BareNewlines { get; init; }

    /// <summary>The seconds between two polls of the Delivery Report Task.</summary>
    public int DrtPollSeconds { get; init; }

    /// <summary>The seconds between two looks at the configuration.</summary>
    public int ConfigPollSeconds { get; init; }

    /// <summary>The hour of the day, local time, 0 to 23, at which housekeeping begins.</summary>
    public int HousekeepingHour { get; init; }

    /// <summary>True where housekeeping runs each day.</summary>
    public bool Housekeeping { get; init; }

    /// <summary>How much the server log says.</summary>
    public LoggingLevel LogLevel { get; init; }

    /// <summary>How the transfer log is written.</summary>
    public TransferLogFormat TransferLog { get; init; }

    /// <summary>The addresses on which users submit mail; empty for none.</summary>
    public ImmutableArray<IPEndPoint> SubmissionListen { get; init; } = [];

    /// <summary>The same, over TLS from the first octet.</summary>
    public ImmutableArray<IPEndPoint> SubmissionTlsListen { get; init; } = [];

    /// <summary>The certificates, absolute paths; empty for no TLS.</summary>
    public ImmutableArray<string> TlsCertificate { get; init; } = [];

    /// <summary>Their keys, in the same order; empty where they stand with the certificates.</summary>
    public ImmutableArray<string> TlsKey { get; init; } = [];

    /// <summary>True where AUTH is offered before TLS.</summary>
    public bool AuthWithoutTls { get; init; }

    /// <summary>Who may connect; the first rule that fits counts.</summary>
    public ImmutableArray<AccessRule> PortAccess { get; init; } = [];

    /// <summary>The networks that may say XCLIENT.</summary>
    public ImmutableArray<IPNetwork> XclientFrom { get; init; } = [];

    /// <summary>The networks that send a PROXY header.</summary>
    public ImmutableArray<IPNetwork> ProxyFrom { get; init; } = [];

    /// <summary>The bits of an IPv4 client network.</summary>
    public int ClientPrefix4 { get; init; }

    /// <summary>The bits of an IPv6 client network.</summary>
    public int ClientPrefix6 { get; init; }

    /// <summary>The time in which the limits of clients and users are counted.</summary>
    public TimeSpan LimitWindow { get; init; }

    /// <summary>The most messages of a client network; 0 for no limit.</summary>
    public int MaxMessagesPerClient { get; init; }

    /// <summary>The most recipients of a client network; 0 for no limit.</summary>
    public int MaxRecipientsPerClient { get; init; }

    /// <summary>The most errors of a client network; 0 for no limit.</summary>
    public int MaxErrorsPerClient { get; init; }

    /// <summary>The most octets of a client network; 0 for no limit.</summary>
    public long MaxOctetsPerClient { get; init; }

    /// <summary>The most messages of a user; 0 for no limit.</summary>
    public int MaxMessagesPerUser { get; init; }

    /// <summary>The most recipients of a user; 0 for no limit.</summary>
    public int MaxRecipientsPerUser { get; init; }

    /// <summary>The most octets of a user; 0 for no limit.</summary>
    public long MaxOctetsPerUser { get; init; }

    /// <summary>The most messages of a session; 0 for no limit.</summary>
    public int MaxMessagesPerSession { get; init; }

    /// <summary>The largest header, in octets; 0 for no limit.</summary>
    public long MaxHeaderSize { get; init; }

    /// <summary>The least octets a second of a message; 0 for no limit.</summary>
    public int MinDataRate { get; init; }

    /// <summary>How far ahead FUTURERELEASE may ask.</summary>
    public TimeSpan FutureReleaseMax { get; init; }

    /// <summary>The free disk space below which mail is refused; 0 for no watch.</summary>
    public long MinFreeSpace { get; init; }

    /// <summary>The waiting documents above which mail is refused; 0 for no limit.</summary>
    public int MaxQueued { get; init; }

    /// <summary>The commit time above which mail is refused.</summary>
    public TimeSpan MaxStoreLatency { get; init; }

    /// <summary>True where the AD bit of the DNS servers is believed.</summary>
    public bool DnsTrustAd { get; init; }

    /// <summary>Which addresses of a host are used.</summary>
    public AddressPreference AddressPreference { get; init; }

    /// <summary>The addresses that outbound connections come from; empty lets the machine pick.</summary>
    public ImmutableArray<IPAddress> SourceAddresses { get; init; } = [];

    /// <summary>The name for AUTH to the relay host; "" for none.</summary>
    public string RelayUser { get; init; } = "";

    /// <summary>The password for it.</summary>
    public string RelayPassword { get; init; } = "";

    /// <summary>What outbound sessions ask of TLS.</summary>
    public TlsRequirement OutboundTls { get; init; }

    /// <summary>The files of trusted roots, absolute paths; empty for those of the system.</summary>
    public ImmutableArray<string> TrustedRoots { get; init; } = [];

    /// <summary>True where TLSA records are obeyed.</summary>
    public bool Dane { get; init; }

    /// <summary>True where MTA-STS policies are obeyed.</summary>
    public bool MtaSts { get; init; }

    /// <summary>True where TLS-RPT reports are sent.</summary>
    public bool TlsReports { get; init; }

    /// <summary>The most outbound sessions at a time.</summary>
    public int MaxOutboundSessions { get; init; }

    /// <summary>The hours in which mail of low priority is sent.</summary>
    public DailyWindow LowPriorityHours { get; init; }

    /// <summary>The octets that a mail file may hold where its Person document says nothing; 0 for no limit.</summary>
    public long DefaultQuota { get; init; }

    /// <summary>The percentage of the quota from which on a user is warned; 0 for no warning.</summary>
    public int QuotaWarningPercent { get; init; }

    /// <summary>The time between two warnings.</summary>
    public TimeSpan QuotaWarningInterval { get; init; }

    /// <summary>How long a mail file may be over its quota before mail is given back; zero gives it back at once.</summary>
    public TimeSpan QuotaGracePeriod { get; init; }

    /// <summary>The folder of files that are to be sent, as it is written: absolute, or below the data directory; "" for none.</summary>
    public string PickupDirectory { get; init; } = "";

    /// <summary>How often that folder is looked at, in seconds.</summary>
    public int PickupPollSeconds { get; init; }

    /// <summary>The charset of outgoing text and headers where US-ASCII does not do, by name; "" for UTF-8.</summary>
    public string OutboundCharset { get; init; } = "";

    /// <summary>Whether mail that is not 7bit is converted for hosts that take nothing else; where not, it is returned.</summary>
    public bool Convert8Bit { get; init; }

    /// <summary>The column at which outgoing text is wrapped; 0 leaves lines as they are.</summary>
    public int OutboundLineLength { get; init; }
}
