using System.Collections.Immutable;
using System.Net;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Outbound;
using Types = Tell.Mta.Configuration.SettingTypes;

namespace Tell.Mta.Routing.Names;

/// <summary>
/// The fields of a destination control. Those that AsyncOS knows have the keys of its configuration file (facts: sun-cisco C3); what a
/// bounce profile and a virtual gateway say there stands in the row itself here, and those keys are Tell's own.
/// </summary>
internal static class ControlFields
{
    /// <summary>The words for the versions of IP (facts: sun-cisco C3).</summary>
    private static readonly (string Word, AddressPreference Value)[] SortPreferences =
    [
        ("PREFER_V6", AddressPreference.Prefer6), ("REQUIRE_V6", AddressPreference.Only6), ("PREFER_V4", AddressPreference.Prefer4), ("REQUIRE_V4", AddressPreference.Only4),
    ];

    /// <summary>The table.</summary>
    public static FieldTable<DestinationControl> Table { get; } = new()
    {
        Form = Forms.DestinationControl,
        Begin = Begin,
        NameOf = row => row.Name,
        Fields =
        [
            Field<DestinationControl>.OfValue("max_host_concurrency", Types.Number(1, 10_000, "connections"),
                "The most connections at a time.", row => row.Connections, (row, value) => row with { Connections = value }),
            Field<DestinationControl>.OfValue("max_messages_per_connection", Types.Number(1, 100_000, "messages"),
                "The most messages over one connection.", row => row.MessagesPerConnection, (row, value) => row with { MessagesPerConnection = value }),
            Field<DestinationControl>.OfValue("recipient_limit", Types.Number(0, 1_000_000_000, "recipients"),
                "The most recipients in recipient_minutes; 0 for no limit.", row => row.RecipientLimit, (row, value) => row with { RecipientLimit = value }),
            Field<DestinationControl>.OfValue("recipient_minutes", Types.Number(1, 60, "minutes"),
                "The minutes in which recipients are counted.", row => row.RecipientMinutes, (row, value) => row with { RecipientMinutes = value }),
            Field<DestinationControl>.OfValue("tls", Types.Choice<TlsRequirement>(),
                "What is asked of TLS.", row => row.Tls, (row, value) => row with { Tls = value }),
            Field<DestinationControl>.OfValue("ip_sort_pref", SortPreference(),
                "Which addresses of its hosts are used, and which first.", row => row.Addresses, (row, value) => row with { Addresses = value }),
            Field<DestinationControl>.OfValue("retry_intervals", Types.Durations,
                "The waits between attempts; the last repeats.", row => row.RetryIntervals, (row, value) => row with { RetryIntervals = value }),
            Field<DestinationControl>.OfValue("expire_after", Types.Duration,
                "The age at which its mail is given up.", row => row.ExpireAfter, (row, value) => row with { ExpireAfter = value }),
            Field<DestinationControl>.OfObject("bounce_profile", NamesTypes.Title,
                "The bounce profile of its mail, which counts before the two keys above.", row => row.Profile, (row, value) => row with { Profile = value }),
            Field<DestinationControl>.OfValue("source_addresses", Types.SourceAddresses,
                "The addresses of ours that its connections come from.", row => row.SourceAddresses, (row, value) => row with { SourceAddresses = value }),
            Field<DestinationControl>.OfObject("helo_name", Types.HostName,
                "Our name in EHLO.", row => row.HeloName, (row, value) => row with { HeloName = value }),
            Field<DestinationControl>.OfValue("in_doubt", Types.Choice<InDoubtPolicy>(),
                "What becomes of a message whose final reply never came.", row => row.InDoubt, (row, value) => row with { InDoubt = value }),
        ],
    };

    /// <summary>What the settings say, as a row; of retries and ages the <see cref="RetryLayers"/> tell.</summary>
    public static DestinationControl Of(MtaSettings settings)
    {
        var limits = DestinationLimits.Of(settings);
        return new DestinationControl(DestinationControl.DefaultName)
        {
            Connections = limits.Connections,
            MessagesPerConnection = limits.MessagesPerConnection,
            RecipientLimit = limits.RecipientLimit,
            RecipientMinutes = (int)limits.RecipientWindow.TotalMinutes,
            Tls = limits.Tls,
            Addresses = limits.Addresses,
            SourceAddresses = limits.SourceAddresses,
            HeloName = limits.HeloName,
            InDoubt = limits.InDoubt,
        };
    }

    private static (DestinationControl? Row, string Reason) Begin(string name)
    {
        if (name.Equals(DestinationControl.DefaultName, StringComparison.OrdinalIgnoreCase))
            return (new DestinationControl(DestinationControl.DefaultName), "");
        if (!IPAddress.TryParse(name, out _) && Domain.TryParse(name, out var domain) && !domain.IsLiteral)
            return (new DestinationControl(domain.Name), "");
        return FixedHop.TryParse(name, out var hop)
            ? (new DestinationControl(hop.ToString()), "")
            : (null, $"\"{Line.Clean(name)}\" is not a domain, host:port, lmtp:host:port, lmtp:/path or {DestinationControl.DefaultName}");
    }

    private static SettingType<AddressPreference> SortPreference() => new(string.Join(", ", SortPreferences.Select(pair => pair.Word)), (string text, out AddressPreference value, out string reason) =>
    {
        reason = $"\"{Line.Clean(text)}\" is not one of {string.Join(", ", SortPreferences.Select(pair => pair.Word))}";
        var found = SortPreferences.FirstOrDefault(pair => pair.Word.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = found.Value;
        return found.Word is not null;
    }, value => SortPreferences.First(pair => pair.Value == value).Word);
}
