using System.Collections.Frozen;
using System.Collections.Immutable;
using Tell.Mta.Routing;
using Types = Tell.Mta.Configuration.SettingTypes;
using Tell.Smtp.Server;

namespace Tell.Mta.Configuration;

/// <summary>
/// Every setting, declared once: parsing, validation, notes.ini.sample, SHOW CONFIG and HELP all come from here. The order is that in
/// which they are shown.
/// </summary>
public static class SettingsCatalogue
{
    /// <summary>What stands before all names but Directory.</summary>
    public const string Prefix = "SMTPMTA_";

    /// <summary>The settings, in order.</summary>
    public static ImmutableArray<Setting> All { get; } =
    [
        new ValueSetting<string>("Directory", Types.Path, "data", "Store",
            "The data directory, where databases, mail files, logs and the console's socket are; a relative path is relative to this file.",
            s => s.Directory, (s, v) => s with { Directory = v }),
        new ValueSetting<string>(Prefix + "HostName", Types.HostName, "", "Identity",
            "Our name in the greeting, EHLO and Received; when empty, the machine's name.",
            s => s.HostName, (s, v) => s with { HostName = v }),

        new ValueSetting<ImmutableArray<System.Net.IPEndPoint>>(Prefix + "Listen", Types.Endpoints, "127.0.0.1:2525", "Inbound",
            "The addresses that inbound sessions are taken on; port 0 picks a free one; when empty, none.",
            s => s.Listen, (s, v) => s with { Listen = v }),
        new ValueSetting<ImmutableArray<System.Net.IPEndPoint>>(Prefix + "SubmissionListen", Types.Endpoints, "", "Inbound",
            "The addresses on which users submit mail, with authentication; STARTTLS is offered; when empty, none.",
            s => s.SubmissionListen, (s, v) => s with { SubmissionListen = v }),
        new ValueSetting<ImmutableArray<System.Net.IPEndPoint>>(Prefix + "SubmissionTlsListen", Types.Endpoints, "", "Inbound",
            "The addresses on which users submit mail over TLS from the first octet; when empty, none.",
            s => s.SubmissionTlsListen, (s, v) => s with { SubmissionTlsListen = v }),
        new ValueSetting<ImmutableArray<string>>(Prefix + "TlsCertificate", Types.Files, "", "Inbound",
            "The certificates with their chains, PEM files; a client gets the one that has the name it asks for, else the first; without any STARTTLS is not offered; a file that changes is read again.",
            s => s.TlsCertificate, (s, v) => s with { TlsCertificate = v }),
        new ValueSetting<ImmutableArray<string>>(Prefix + "TlsKey", Types.Files, "", "Inbound",
            "The private keys of the certificates, PEM files, in the same order; when empty, they stand in the files of the certificates.",
            s => s.TlsKey, (s, v) => s with { TlsKey = v }),
        new ValueSetting<bool>(Prefix + "AuthWithoutTls", Types.OnOff, "off", "Inbound",
            "Whether AUTH is offered before TLS, where a password can be overheard.",
            s => s.AuthWithoutTls, (s, v) => s with { AuthWithoutTls = v }),
        new ValueSetting<ImmutableArray<AccessRule>>(Prefix + "PortAccess", Types.AccessRules, "", "Inbound",
            "Which networks may connect at all, decided before the banner; the first rule that holds the client counts, and where none does it may.",
            s => s.PortAccess, (s, v) => s with { PortAccess = v }),
        new ValueSetting<ImmutableArray<System.Net.IPNetwork>>(Prefix + "XclientFrom", Types.Networks, "", "Inbound",
            "The networks whose clients may speak for others with XCLIENT.",
            s => s.XclientFrom, (s, v) => s with { XclientFrom = v }),
        new ValueSetting<ImmutableArray<System.Net.IPNetwork>>(Prefix + "ProxyFrom", Types.Networks, "", "Inbound",
            "The networks whose connections begin with a PROXY protocol header, version 1 or 2.",
            s => s.ProxyFrom, (s, v) => s with { ProxyFrom = v }),
        new ValueSetting<long>(Prefix + "MaxMessageSize", Types.Size, "52428800", "Inbound",
            "The largest message, advertised by SIZE and enforced while reading.",
            s => s.MaxMessageSize, (s, v) => s with { MaxMessageSize = v }),
        new ValueSetting<int>(Prefix + "MaxRecipients", Types.Number(100, 1_000_000, "recipients"), "1000", "Inbound",
            "The most recipients of one message; more get 452.",
            s => s.MaxRecipients, (s, v) => s with { MaxRecipients = v }),
        new ValueSetting<int>(Prefix + "MaxSessions", Types.Number(1, 100_000, "sessions"), "1000", "Inbound",
            "The most inbound sessions at a time; more get 421.",
            s => s.MaxSessions, (s, v) => s with { MaxSessions = v }),
        new ValueSetting<int>(Prefix + "MaxSessionsPerClient", Types.Number(0, 100_000, "sessions"), "0", "Inbound",
            "The most inbound sessions of one client network at a time; 0 for no limit.",
            s => s.MaxSessionsPerClient, (s, v) => s with { MaxSessionsPerClient = v }),
        new ValueSetting<int>(Prefix + "MaxRatePerClient", Types.Number(0, 1_000_000, "connections per minute"), "0", "Inbound",
            "The most connections of one client network in a minute; 0 for no limit.",
            s => s.MaxRatePerClient, (s, v) => s with { MaxRatePerClient = v }),
        new ValueSetting<int>(Prefix + "ClientPrefix4", Types.Number(8, 32, "bits"), "32", "Inbound",
            "How many bits of an IPv4 address make a client network, which the limits per client count together.",
            s => s.ClientPrefix4, (s, v) => s with { ClientPrefix4 = v }),
        new ValueSetting<int>(Prefix + "ClientPrefix6", Types.Number(16, 128, "bits"), "64", "Inbound",
            "How many bits of an IPv6 address make a client network, which the limits per client count together.",
            s => s.ClientPrefix6, (s, v) => s with { ClientPrefix6 = v }),
        new ValueSetting<TimeSpan>(Prefix + "LimitWindow", Types.Duration, "PT1H", "Inbound",
            "The time in which messages, recipients, errors and octets of a client or user are counted.",
            s => s.LimitWindow, (s, v) => s with { LimitWindow = v }),
        new ValueSetting<int>(Prefix + "MaxMessagesPerClient", Types.Number(0, 1_000_000_000, "messages"), "0", "Inbound",
            "The most messages of one client network in that time; more get 451; 0 for no limit.",
            s => s.MaxMessagesPerClient, (s, v) => s with { MaxMessagesPerClient = v }),
        new ValueSetting<int>(Prefix + "MaxRecipientsPerClient", Types.Number(0, 1_000_000_000, "recipients"), "0", "Inbound",
            "The most recipients of one client network in that time; more get 451; 0 for no limit.",
            s => s.MaxRecipientsPerClient, (s, v) => s with { MaxRecipientsPerClient = v }),
        new ValueSetting<int>(Prefix + "MaxErrorsPerClient", Types.Number(0, 1_000_000_000, "errors"), "0", "Inbound",
            "The errors of one client network in that time after which its sessions get 421; 0 for no limit.",
            s => s.MaxErrorsPerClient, (s, v) => s with { MaxErrorsPerClient = v }),
        new ValueSetting<long>(Prefix + "MaxOctetsPerClient", Types.SizeOrNone, "0", "Inbound",
            "The octets of one client network in that time after which more messages get 451; 0 for no limit.",
            s => s.MaxOctetsPerClient, (s, v) => s with { MaxOctetsPerClient = v }),
        new ValueSetting<int>(Prefix + "MaxMessagesPerUser", Types.Number(0, 1_000_000_000, "messages"), "0", "Inbound",
            "The most messages of one authenticated user in that time; more get 451; 0 for no limit.",
            s => s.MaxMessagesPerUser, (s, v) => s with { MaxMessagesPerUser = v }),
        new ValueSetting<int>(Prefix + "MaxRecipientsPerUser", Types.Number(0, 1_000_000_000, "recipients"), "0", "Inbound",
            "The most recipients of one authenticated user in that time; more get 451; 0 for no limit.",
            s => s.MaxRecipientsPerUser, (s, v) => s with { MaxRecipientsPerUser = v }),
        new ValueSetting<long>(Prefix + "MaxOctetsPerUser", Types.SizeOrNone, "0", "Inbound",
            "The octets of one authenticated user in that time after which more messages get 451; 0 for no limit.",
            s => s.MaxOctetsPerUser, (s, v) => s with { MaxOctetsPerUser = v }),
        new ValueSetting<int>(Prefix + "MaxMessagesPerSession", Types.Number(0, 1_000_000, "messages"), "0", "Inbound",
            "The most messages of one session, said in LIMITS; 0 for no limit.",
            s => s.MaxMessagesPerSession, (s, v) => s with { MaxMessagesPerSession = v }),
        new ValueSetting<long>(Prefix + "MaxHeaderSize", Types.SizeOrNone, "1M", "Inbound",
            "The largest header of a message; a larger one is refused with 552.",
            s => s.MaxHeaderSize, (s, v) => s with { MaxHeaderSize = v }),
        new ValueSetting<int>(Prefix + "MinDataRate", Types.Number(0, 1_000_000, "octets a second"), "100", "Inbound",
            "The octets a second that a message must bring on average after its first minute; 0 for no limit.",
            s => s.MinDataRate, (s, v) => s with { MinDataRate = v }),
        new ValueSetting<TimeSpan>(Prefix + "FutureReleaseMax", Types.Duration, "P7D", "Inbound",
            "How far ahead a submitted message may ask to be held (FUTURERELEASE).",
            s => s.FutureReleaseMax, (s, v) => s with { FutureReleaseMax = v }),
        new ValueSetting<long>(Prefix + "MinFreeSpace", Types.SizeOrNone, "100M", "Inbound",
            "The free disk space below which mail is refused with 452, at most a tenth of the disk; below three times as much intake slows; 0 watches no space.",
            s => s.MinFreeSpace, (s, v) => s with { MinFreeSpace = v }),
        new ValueSetting<int>(Prefix + "MaxQueued", Types.Number(0, 1_000_000_000, "documents"), "0", "Inbound",
            "The waiting documents above which mail is refused with 452; from half as many on intake slows; 0 for no limit.",
            s => s.MaxQueued, (s, v) => s with { MaxQueued = v }),
        new ValueSetting<TimeSpan>(Prefix + "MaxStoreLatency", Types.Duration, "PT10S", "Inbound",
            "How long the store may take for a commit, on average, before mail is refused with 451; from a quarter of it on intake slows.",
            s => s.MaxStoreLatency, (s, v) => s with { MaxStoreLatency = v }),
        new ValueSetting<int>(Prefix + "MaxErrors", Types.Number(0, 100_000, "errors"), "20", "Inbound",
            "The errors after which a session is closed with 421; 0 for no limit.",
            s => s.MaxErrors, (s, v) => s with { MaxErrors = v }),
        new ValueSetting<int>(Prefix + "MaxHops", Types.Number(1, 1000, "Received fields"), "40", "Inbound",
            "The Received fields at which a message is taken to loop and is given up.",
            s => s.MaxHops, (s, v) => s with { MaxHops = v }),
        new ValueSetting<TimeSpan>(Prefix + "IdleTimeout", Types.Duration, "PT5M", "Inbound",
            "How long an inbound session waits for a silent client before it is closed.",
            s => s.IdleTimeout, (s, v) => s with { IdleTimeout = v }),
        new ValueSetting<BareNewlines>(Prefix + "BareNewlines", Types.Choice<BareNewlines>(), "normalise", "Inbound",
            "What becomes of a CR or LF that stands alone, or a NUL, in a message: turned into CRLF and taken out, or the message is refused; neither ever ends one.",
            s => s.BareNewlines, (s, v) => s with { BareNewlines = v }),

        new ValueSetting<ImmutableHashSet<Mail.Domain>>(Prefix + "LocalDomains", Types.Domains, "", "Routing",
            "The domains whose recipients are local; Global Domain documents add to them.",
            s => s.LocalDomains, (s, v) => s with { LocalDomains = v }),
        new ValueSetting<LocalRecipients>(Prefix + "LocalRecipients", Types.Choice<LocalRecipients>(), "auto", "Routing",
            "Which recipients of a local domain are taken: those with a Person document (listed), all (any), or listed where the domain has Person documents and any where it has none (auto).",
            s => s.LocalRecipients, (s, v) => s with { LocalRecipients = v }),
        new ValueSetting<string>(Prefix + "SubaddressSeparator", Types.Separator, "+", "Routing",
            "What separates a name from a mark of the user's own after it: mail to ada+lists is mail to ada where nobody has that very name; when empty, nothing does.",
            s => s.SubaddressSeparator, (s, v) => s with { SubaddressSeparator = v }),
        new ValueSetting<ImmutableArray<System.Net.IPNetwork>>(Prefix + "RelayClients", Types.Networks, "", "Routing",
            "The networks whose clients may send to any domain; when empty, nobody may.",
            s => s.RelayClients, (s, v) => s with { RelayClients = v }),
        new ValueSetting<ImmutableHashSet<Mail.Domain>>(Prefix + "RelayDomains", Types.Domains, "", "Routing",
            "The domains taken from anyone and relayed onward, as a gateway or backup MX does.",
            s => s.RelayDomains, (s, v) => s with { RelayDomains = v }),
        new ValueSetting<HostPort?>(Prefix + "RelayHost", Types.Host, "", "Routing",
            "The host that takes all outbound mail; when empty, MX records say where mail goes; port 25 may be left out.",
            s => s.RelayHost, (s, v) => s with { RelayHost = v }),
        new ValueSetting<ImmutableDictionary<Mail.Domain, FixedHop>>(Prefix + "Routes", Types.Routes, "", "Routing",
            "A fixed next hop for a domain, before RelayHost and MX records: a host, or an LMTP server by lmtp:host:port (port 24 may be left out) or by the path of its socket, lmtp:/path.",
            s => s.Routes, (s, v) => s with { Routes = v }),
        new ValueSetting<int>(Prefix + "OutboundPort", Types.Number(1, 65535, "port"), "25", "Routing",
            "The port of hosts that were found by MX lookup.",
            s => s.OutboundPort, (s, v) => s with { OutboundPort = v }),
        new ValueSetting<ImmutableArray<System.Net.IPEndPoint>>(Prefix + "DnsServers", Types.DnsEndpoints, "", "Routing",
            "The DNS servers; when empty, those of the system; port 53 may be left out.",
            s => s.DnsServers, (s, v) => s with { DnsServers = v }),
        new ValueSetting<bool>(Prefix + "DnsTrustAd", Types.OnOff, "off", "Routing",
            "Whether the AD bit of the DNS servers is believed: only where they validate and the way to them is safe; DANE needs it.",
            s => s.DnsTrustAd, (s, v) => s with { DnsTrustAd = v }),
        new ValueSetting<AddressPreference>(Prefix + "AddressPreference", Types.Choice<AddressPreference>(), "prefer6", "Routing",
            "Which addresses of a host are used, and in which order.",
            s => s.AddressPreference, (s, v) => s with { AddressPreference = v }),
        new ValueSetting<ImmutableArray<System.Net.IPAddress>>(Prefix + "SourceAddresses", Types.SourceAddresses, "", "Routing",
            "The addresses of ours that outbound connections come from; when empty, the machine picks.",
            s => s.SourceAddresses, (s, v) => s with { SourceAddresses = v }),
        new ValueSetting<string>(Prefix + "RelayUser", Types.Text, "", "Routing",
            "The name for AUTH to RelayHost; when empty, none.",
            s => s.RelayUser, (s, v) => s with { RelayUser = v }),
        new ValueSetting<string>(Prefix + "RelayPassword", Types.Text, "", "Routing",
            "The password for AUTH to RelayHost; sent over TLS only.",
            s => s.RelayPassword, (s, v) => s with { RelayPassword = v }, isSecret: true),

        new ValueSetting<ImmutableArray<TimeSpan>>(Prefix + "RetryIntervals", Types.Durations, "PT5M,PT15M,PT30M,PT1H,PT2H,PT4H", "Outbound",
            "The waits after the first, the second and each later failed attempt; the last repeats.",
            s => s.RetryIntervals, (s, v) => s with { RetryIntervals = v }),
        new ValueSetting<TimeSpan>(Prefix + "ExpireAfter", Types.Duration, "P5D", "Outbound",
            "The age at which an undelivered message is given up and reported.",
            s => s.ExpireAfter, (s, v) => s with { ExpireAfter = v }),
        new ValueSetting<TlsRequirement>(Prefix + "OutboundTls", Types.Choice<TlsRequirement>(), "preferred", "Outbound",
            "What outbound sessions ask of TLS where no destination control says more: nothing (off), to use it where offered (preferred), to have it (required), or with a verified certificate (verify).",
            s => s.OutboundTls, (s, v) => s with { OutboundTls = v }),
        new ValueSetting<ImmutableArray<string>>(Prefix + "TrustedRoots", Types.Files, "", "Outbound",
            "The roots that verified certificates are trusted by, PEM files; when empty, those of the system.",
            s => s.TrustedRoots, (s, v) => s with { TrustedRoots = v }),
        new ValueSetting<bool>(Prefix + "Dane", Types.OnOff, "on", "Outbound",
            "Whether TLSA records are obeyed; needs DnsTrustAd.",
            s => s.Dane, (s, v) => s with { Dane = v }),
        new ValueSetting<bool>(Prefix + "MtaSts", Types.OnOff, "on", "Outbound",
            "Whether MTA-STS policies are fetched and obeyed.",
            s => s.MtaSts, (s, v) => s with { MtaSts = v }),
        new ValueSetting<bool>(Prefix + "TlsReports", Types.OnOff, "on", "Outbound",
            "Whether domains that ask for it get a daily report of our TLS sessions with them (TLS-RPT).",
            s => s.TlsReports, (s, v) => s with { TlsReports = v }),
        new ValueSetting<int>(Prefix + "MaxOutboundSessions", Types.Number(1, 100_000, "sessions"), "1000", "Outbound",
            "The most outbound sessions at a time, to all destinations together.",
            s => s.MaxOutboundSessions, (s, v) => s with { MaxOutboundSessions = v }),
        new ValueSetting<DailyWindow>(Prefix + "LowPriorityHours", Types.Window, "00:00-06:00", "Outbound",
            "The hours, local time, in which mail of low priority is sent; equal times for always.",
            s => s.LowPriorityHours, (s, v) => s with { LowPriorityHours = v }),
        new LaterSetting(Prefix + "DelayWarningAfter", "duration (PT4H)", "Outbound", "The age at which the sender of an undelivered message is told that it is late."),
        new ValueSetting<int>(Prefix + "MessagesPerConnection", Types.Number(1, 100_000, "messages"), "50", "Outbound",
            "The most messages sent over one connection.",
            s => s.MessagesPerConnection, (s, v) => s with { MessagesPerConnection = v }),
        new ValueSetting<int>(Prefix + "ConnectionsPerDestination", Types.Number(1, 10_000, "connections"), "20", "Outbound",
            "The most connections to one destination at a time.",
            s => s.ConnectionsPerDestination, (s, v) => s with { ConnectionsPerDestination = v }),
        new ValueSetting<TimeSpan>(Prefix + "GreetingTimeout", Types.Duration, "PT5M", "Outbound",
            "How long an outbound session waits for the greeting before the host is given up for now.",
            s => s.GreetingTimeout, (s, v) => s with { GreetingTimeout = v }),

        new ValueSetting<long>(Prefix + "DefaultQuota", Types.SizeOrNone, "0", "Mail files",
            "The octets that the mail file of a person may hold whose Person document says nothing.",
            s => s.DefaultQuota, (s, v) => s with { DefaultQuota = v }),
        new ValueSetting<int>(Prefix + "QuotaWarningPercent", Types.Number(0, 100, "percent"), "90", "Mail files",
            "How full, in percent of its quota, a mail file is when its user is warned, where the Person document says nothing; 0 for no warning.",
            s => s.QuotaWarningPercent, (s, v) => s with { QuotaWarningPercent = v }),
        new ValueSetting<TimeSpan>(Prefix + "QuotaWarningInterval", Types.Duration, "P7D", "Mail files",
            "How long after a warning that a mail file is nearly full the next one may follow.",
            s => s.QuotaWarningInterval, (s, v) => s with { QuotaWarningInterval = v }),
        new ValueSetting<TimeSpan>(Prefix + "QuotaGracePeriod", Types.DurationOrNone, "P7D", "Mail files",
            "How long a mail file may be over its quota before mail for it is given back; until then it waits; 0 gives it back at once.",
            s => s.QuotaGracePeriod, (s, v) => s with { QuotaGracePeriod = v }),

        new ValueSetting<string>(Prefix + "PickupDirectory", Types.PathOrNone, "pickup", "Pickup",
            "The folder whose .json and .eml files are sent; a relative path is relative to the data directory; when empty, there is none.",
            s => s.PickupDirectory, (s, v) => s with { PickupDirectory = v }),
        new ValueSetting<int>(Prefix + "PickupPollSeconds", Types.Number(1, 86_400, "seconds"), "2", "Pickup",
            "How often that folder is looked at.",
            s => s.PickupPollSeconds, (s, v) => s with { PickupPollSeconds = v }),

        new ValueSetting<string>(Prefix + "OutboundCharset", Types.Charset, "", "Conversion",
            "The charset in which the text and the header of Memos go out where US-ASCII does not hold them, for example ISO-2022-JP or KOI8-R; what it does not hold either is UTF-8, and when empty all is.",
            s => s.OutboundCharset, (s, v) => s with { OutboundCharset = v }),
        new ValueSetting<bool>(Prefix + "Convert8Bit", Types.OnOff, "on", "Conversion",
            "Whether 8-bit or binary mail is converted to 7 bits for a host without 8BITMIME or BINARYMIME; what is signed with S/MIME or PGP is returned all the same, and a DKIM signature over the body does not survive it; when off, such mail is returned.",
            s => s.Convert8Bit, (s, v) => s with { Convert8Bit = v }),
        new ValueSetting<int>(Prefix + "OutboundLineLength", Types.Number(0, 200, "columns"), "0", "Conversion",
            "The column at which the text of Memos is wrapped at words, so that readers can join the lines again (format=flowed); 0 leaves lines as they are.",
            s => s.OutboundLineLength, (s, v) => s with { OutboundLineLength = v }),

        new ValueSetting<int>(Prefix + "DrtPollSeconds", Types.Number(1, 86_400, "seconds"), "120", "Controller",
            "How often the Delivery Report Task looks at the queues even when nothing woke it.",
            s => s.DrtPollSeconds, (s, v) => s with { DrtPollSeconds = v }),
        new ValueSetting<int>(Prefix + "ConfigPollSeconds", Types.Number(1, 86_400, "seconds"), "120", "Controller",
            "How often the configuration is read again; TELL SMTPMTA REFRESH does it at once.",
            s => s.ConfigPollSeconds, (s, v) => s with { ConfigPollSeconds = v }),
        new ValueSetting<bool>(Prefix + "Housekeeping", Types.OnOff, "on", "Controller",
            "Whether the databases are compacted once a day.",
            s => s.Housekeeping, (s, v) => s with { Housekeeping = v }),
        new ValueSetting<int>(Prefix + "HousekeepingHour", Types.Number(0, 23, "hour"), "1", "Controller",
            "The hour of the day, local time, at which that begins.",
            s => s.HousekeepingHour, (s, v) => s with { HousekeepingHour = v }),

        new ValueSetting<LoggingLevel>(Prefix + "LogLevel", Types.Choice<LoggingLevel>(), "normal", "Logging",
            "How much the server log says: minimal is errors; normal adds tasks and hosts that go and come; informational adds sessions; verbose adds what the libraries say.",
            s => s.LogLevel, (s, v) => s with { LogLevel = v }),
        new ValueSetting<TransferLogFormat>(Prefix + "TransferLog", Types.Choice<TransferLogFormat>("sun", "ironport"), "json", "Logging",
            "How the transfer log, one event for each fact, is written.",
            s => s.TransferLog, (s, v) => s with { TransferLog = v }),
    ];

    private static readonly FrozenDictionary<string, Setting> ByName =
        All.ToFrozenDictionary(setting => setting.Name, StringComparer.OrdinalIgnoreCase);

    private static readonly Lazy<MtaSettings> Standard = new(ReadDefaults);

    /// <summary>The setting of that name, without regard to case; null where there is none.</summary>
    public static Setting? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Every setting at its default, with the data directory below an absolute path.</summary>
    public static MtaSettings Defaults(string below) => Standard.Value with
    {
        Directory = Path.GetFullPath(Standard.Value.Directory, below),
        HostName = MachineName.ForMail(),
    };

    /// <summary>The settings as SHOW CONFIG lists them: name and value, without those of later releases; passwords are hidden.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Show(MtaSettings settings) =>
        [.. All.Where(setting => !setting.IsLater).Select(setting => KeyValuePair.Create(setting.Name, setting.Shown(setting.Format(settings))))];

    /// <summary>The settings that differ between two sets, in order: what a refresh changed.</summary>
    public static IReadOnlyList<Setting> Changes(MtaSettings before, MtaSettings after) =>
        [.. All.Where(setting => setting.Format(before) != setting.Format(after))];

    private static MtaSettings ReadDefaults()
    {
        var settings = new MtaSettings();
        foreach (var setting in All)
        {
            if (!setting.TryApply(setting.Default, settings, out settings, out var reason))
                throw new InvalidOperationException($"The default of {setting.Name}: {reason}.");
        }
        return settings;
    }
}
