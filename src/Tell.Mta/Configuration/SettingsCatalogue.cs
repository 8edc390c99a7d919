using System.Collections.Frozen;
using System.Collections.Immutable;
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
        new LaterSetting(Prefix + "SubmissionListen", "address:port list", "Inbound", "The addresses on which users submit mail, with authentication."),
        new LaterSetting(Prefix + "SubmissionTlsListen", "address:port list", "Inbound", "The addresses on which users submit mail over TLS from the first octet."),
        new LaterSetting(Prefix + "TlsCertificate", "PEM file", "Inbound", "The certificate with its chain; without it STARTTLS is not offered."),
        new LaterSetting(Prefix + "TlsKey", "PEM file", "Inbound", "The private key of the certificate."),
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
            "The most inbound sessions of one client address at a time; 0 for no limit.",
            s => s.MaxSessionsPerClient, (s, v) => s with { MaxSessionsPerClient = v }),
        new ValueSetting<int>(Prefix + "MaxRatePerClient", Types.Number(0, 1_000_000, "connections per minute"), "0", "Inbound",
            "The most connections of one client address in a minute; 0 for no limit.",
            s => s.MaxRatePerClient, (s, v) => s with { MaxRatePerClient = v }),
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
            "What becomes of a CR or LF that stands alone in a message: turned into CRLF, or the message is refused; it never ends one.",
            s => s.BareNewlines, (s, v) => s with { BareNewlines = v }),

        new ValueSetting<ImmutableHashSet<Mail.Domain>>(Prefix + "LocalDomains", Types.Domains, "", "Routing",
            "The domains whose recipients are local; Global Domain documents add to them.",
            s => s.LocalDomains, (s, v) => s with { LocalDomains = v }),
        new ValueSetting<LocalRecipients>(Prefix + "LocalRecipients", Types.Choice<LocalRecipients>(), "auto", "Routing",
            "Which recipients of a local domain are taken: those with a Person document (listed), all (any), or listed where the domain has Person documents and any where it has none (auto).",
            s => s.LocalRecipients, (s, v) => s with { LocalRecipients = v }),
        new ValueSetting<ImmutableArray<System.Net.IPNetwork>>(Prefix + "RelayClients", Types.Networks, "", "Routing",
            "The networks whose clients may send to any domain; when empty, nobody may.",
            s => s.RelayClients, (s, v) => s with { RelayClients = v }),
        new ValueSetting<ImmutableHashSet<Mail.Domain>>(Prefix + "RelayDomains", Types.Domains, "", "Routing",
            "The domains taken from anyone and relayed onward, as a gateway or backup MX does.",
            s => s.RelayDomains, (s, v) => s with { RelayDomains = v }),
        new ValueSetting<HostPort?>(Prefix + "RelayHost", Types.Host, "", "Routing",
            "The host that takes all outbound mail; when empty, MX records say where mail goes; port 25 may be left out.",
            s => s.RelayHost, (s, v) => s with { RelayHost = v }),
        new ValueSetting<ImmutableDictionary<Mail.Domain, HostPort>>(Prefix + "Routes", Types.Routes, "", "Routing",
            "A fixed next hop for a domain, before RelayHost and MX records.",
            s => s.Routes, (s, v) => s with { Routes = v }),
        new ValueSetting<int>(Prefix + "OutboundPort", Types.Number(1, 65535, "port"), "25", "Routing",
            "The port of hosts that were found by MX lookup.",
            s => s.OutboundPort, (s, v) => s with { OutboundPort = v }),
        new ValueSetting<ImmutableArray<System.Net.IPEndPoint>>(Prefix + "DnsServers", Types.DnsEndpoints, "", "Routing",
            "The DNS servers; when empty, those of the system; port 53 may be left out.",
            s => s.DnsServers, (s, v) => s with { DnsServers = v }),

        new ValueSetting<ImmutableArray<TimeSpan>>(Prefix + "RetryIntervals", Types.Durations, "PT5M,PT15M,PT30M,PT1H,PT2H,PT4H", "Outbound",
            "The waits after the first, the second and each later failed attempt; the last repeats.",
            s => s.RetryIntervals, (s, v) => s with { RetryIntervals = v }),
        new ValueSetting<TimeSpan>(Prefix + "ExpireAfter", Types.Duration, "P5D", "Outbound",
            "The age at which an undelivered message is given up and reported.",
            s => s.ExpireAfter, (s, v) => s with { ExpireAfter = v }),
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

    /// <summary>The settings as SHOW CONFIG lists them: name and value, without those of later releases.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Show(MtaSettings settings) =>
        [.. All.Where(setting => !setting.IsLater).Select(setting => KeyValuePair.Create(setting.Name, setting.Format(settings)))];

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
