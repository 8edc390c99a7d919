using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Xml;
using Tell.Mail;
using Tell.Mta.Routing;

namespace Tell.Mta.Configuration;

/// <summary>The kinds of values that settings have.</summary>
internal static class SettingTypes
{
    private const long Kilo = 1024;

    /// <summary>A path; relative ones are relative to the notes.ini.</summary>
    public static SettingType<string> Path { get; } = new("path", Texts("a path"), text => text);

    /// <summary>A path, or "" for none.</summary>
    public static SettingType<string> PathOrNone { get; } = new("path", (string text, out string value, out string reason) =>
    {
        (value, reason) = (text, $"{Quoted(text)} is not a path");
        return !text.Contains('\0', StringComparison.Ordinal);
    }, text => text);

    /// <summary>A host name; "" is read, and means that of the machine.</summary>
    public static SettingType<string> HostName { get; } = new("host name", (string text, out string value, out string reason) =>
    {
        value = text;
        reason = $"{Quoted(text)} is not a host name";
        if (text.Length == 0)
            return true;
        if (!Domain.TryParse(text, out var domain))
            return false;
        value = domain.Name;
        return true;
    }, text => text);

    /// <summary>Addresses to listen on or to ask, each with a port.</summary>
    public static SettingType<ImmutableArray<IPEndPoint>> Endpoints { get; } = List<IPEndPoint>("address:port list", null, "address:port", TryEndpoint);

    /// <summary>Addresses of DNS servers; port 53 may be left out.</summary>
    public static SettingType<ImmutableArray<IPEndPoint>> DnsEndpoints { get; } = List<IPEndPoint>("address[:port] list", null, "address:port", (text, out endpoint) =>
    {
        endpoint = TryAddress(text, out var address) ? new IPEndPoint(address, 53) : null!;
        return endpoint is not null || TryEndpoint(text, out endpoint);
    });

    /// <summary>Networks; an address alone is a network of one.</summary>
    public static SettingType<ImmutableArray<IPNetwork>> Networks { get; } = List<IPNetwork>("network list (192.0.2.0/24)", network => network.ToString(), "a network such as 192.0.2.0/24", TryNetwork);

    /// <summary>Files; relative ones are relative to the notes.ini.</summary>
    public static SettingType<ImmutableArray<string>> Files { get; } = List<string>("file list", null, "a path", (text, out path) =>
    {
        path = text;
        return !text.Contains('\0', StringComparison.Ordinal);
    });

    /// <summary>Any text of one line; "" for none.</summary>
    public static SettingType<string> Text { get; } = new("text", (string text, out string value, out string reason) =>
    {
        (value, reason) = (text, "");
        return true;
    }, text => text);

    /// <summary>A charset in which mail is written, by any of its names; "" for none.</summary>
    public static SettingType<string> Charset { get; } = new("charset (UTF-8, ISO-2022-JP)", (string text, out string value, out string reason) =>
    {
        (value, reason) = (text, $"{Quoted(text)} is not a charset in which mail is written, such as UTF-8, ISO-2022-JP or KOI8-R");
        return text.Length == 0 || Mail.Charset.IsWritten(text);
    }, text => text);

    /// <summary>One character that can stand in a local part, and is neither letter nor digit; "" for none.</summary>
    public static SettingType<string> Separator { get; } = new("one of + - _ = . # ~, or nothing", (string text, out string value, out string reason) =>
    {
        (value, reason) = (text, $"{Quoted(text)} is not one of + - _ = . # ~");
        return text is "" or "+" or "-" or "_" or "=" or "." or "#" or "~";
    }, text => text);

    /// <summary>Addresses, at most one of each family.</summary>
    public static SettingType<ImmutableArray<IPAddress>> SourceAddresses { get; } = Checked(
        List<IPAddress>("address list", null, "an IP address", TryAddress),
        addresses => addresses.DistinctBy(address => address.AddressFamily).Count() == addresses.Length ? null : "at most one IPv4 and one IPv6 address");

    /// <summary>Rules of access, in order.</summary>
    public static SettingType<ImmutableArray<AccessRule>> AccessRules { get; } = List<AccessRule>(
        "network=accept|refuse|limit:N list", null, "a rule such as 192.0.2.0/24=refuse or 0.0.0.0/0=limit:20", AccessRule.TryParse);

    /// <summary>Hours of the day.</summary>
    public static SettingType<DailyWindow> Window { get; } = new("HH:MM-HH:MM", (string text, out DailyWindow value, out string reason) =>
    {
        reason = $"{Quoted(text)} is not a window such as 00:00-06:00";
        return DailyWindow.TryParse(text, out value);
    }, window => window.ToString());

    /// <summary>Durations, each longer than zero.</summary>
    public static SettingType<ImmutableArray<TimeSpan>> Durations { get; } = NotEmpty(List<TimeSpan>("duration list (PT5M,PT1H)", XmlConvert.ToString, "an ISO 8601 duration such as PT5M", TryDuration));

    /// <summary>Ages, each older than the one before; empty for none.</summary>
    public static SettingType<ImmutableArray<TimeSpan>> Ages { get; } = Checked(
        List<TimeSpan>("duration list, rising (PT4H,P1D)", XmlConvert.ToString, "an ISO 8601 duration such as PT4H", TryDuration),
        values => values.Zip(values.Skip(1)).All(pair => pair.First < pair.Second) ? null : "each age must be longer than the one before it");

    /// <summary>Languages by their tags (RFC 5646); at least one.</summary>
    public static SettingType<ImmutableArray<string>> Languages { get; } = NotEmpty(List<string>("language list (en,de)", null, "a language tag such as en or pt-BR", (text, out tag) =>
    {
        tag = text;
        return text.Length <= 35 && text.Split('-').All(part => part.Length is > 0 and <= 8 && part.All(char.IsAsciiLetterOrDigit));
    }));

    /// <summary>A duration longer than zero.</summary>
    public static SettingType<TimeSpan> Duration { get; } = new("duration (PT5M, P5D)", (string text, out TimeSpan value, out string reason) =>
    {
        reason = $"{Quoted(text)} is not an ISO 8601 duration such as PT5M (five minutes) or P5D (five days)";
        return TryDuration(text, out value);
    }, XmlConvert.ToString);

    /// <summary>A duration; zero too, which is written "0".</summary>
    public static SettingType<TimeSpan> DurationOrNone { get; } = Duration with
    {
        Form = "duration (PT5M, P5D), or 0",
        Read = (string text, out TimeSpan value, out string reason) =>
        {
            (value, reason) = (TimeSpan.Zero, "");
            return text == "0" || Duration.Read(text, out value, out reason);
        },
        Format = value => value == TimeSpan.Zero ? "0" : XmlConvert.ToString(value),
    };

    /// <summary>A set of domains.</summary>
    public static SettingType<ImmutableHashSet<Domain>> Domains { get; } = Map(
        List<Domain>("domain list", null, "a domain", (text, out domain) => Domain.TryParse(text, out domain) && !domain.IsLiteral),
        list => list.ToImmutableHashSet(),
        set => [.. set.OrderBy(domain => domain.Name, StringComparer.Ordinal)]);

    /// <summary>A host and a port; "" is read as null.</summary>
    public static SettingType<HostPort?> Host { get; } = new("host[:port]", (string text, out HostPort? value, out string reason) =>
    {
        value = null;
        reason = $"{Quoted(text)} is not host:port, address:port or [IPv6 address]:port";
        return text.Length == 0 || HostPort.TryParse(text, out value);
    }, host => host?.ToString() ?? "");

    /// <summary>Domains and the host or LMTP server that each goes to.</summary>
    public static SettingType<ImmutableDictionary<Domain, FixedHop>> Routes { get; } = Map(
        List<KeyValuePair<Domain, FixedHop>>("domain=[lmtp:]host[:port] list", pair => $"{pair.Key}={pair.Value}", "domain=host:port, domain=lmtp:host:port or domain=lmtp:/path", TryRoute),
        list => ImmutableDictionary<Domain, FixedHop>.Empty.SetItems(list),
        map => [.. map.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal)]);

    /// <summary>on or off.</summary>
    public static SettingType<bool> OnOff { get; } = new("on or off", (string text, out bool value, out string reason) =>
    {
        value = text.ToLowerInvariant() is "on" or "yes" or "true" or "1";
        reason = $"{Quoted(text)} is neither on nor off";
        return value || text.ToLowerInvariant() is "off" or "no" or "false" or "0";
    }, value => value ? "on" : "off");

    /// <summary>A size in octets, with K, M or G for multiples of 1024.</summary>
    public static SettingType<long> Size { get; } = new("octets, or with K, M, G", (string text, out long value, out string reason) =>
    {
        reason = $"{Quoted(text)} is not a size such as 52428800 or 50M";
        var unit = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => Kilo, 'M' => Kilo * Kilo, 'G' => Kilo * Kilo * Kilo, _ => 0 };
        var digits = unit == 0 ? text : text[..^1].TrimEnd();
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value) || value <= 0)
            return false;
        unit = Math.Max(unit, 1);
        if (value > long.MaxValue / 1024 / unit)
            return false;
        value *= unit;
        return true;
    }, value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A size in octets as <see cref="Size"/> reads it, or 0 for no limit.</summary>
    public static SettingType<long> SizeOrNone { get; } = Size with
    {
        Form = "octets, or with K, M, G; 0 for no limit",
        Read = (string text, out long value, out string reason) =>
        {
            (value, reason) = (0, "");
            return text == "0" || Size.Read(text, out value, out reason);
        },
    };

    /// <summary>A whole number within limits.</summary>
    public static SettingType<int> Number(int least, int most, string unit) => new($"{unit}, {least} to {most}", (string text, out int value, out string reason) =>
    {
        reason = string.Create(CultureInfo.InvariantCulture, $"{Quoted(text)} is not a whole number from {least} to {most}");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;
    }, value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>One of the words that name an enumeration's values, in any case. <paramref name="later"/> are words of a later release.</summary>
    public static SettingType<T> Choice<T>(params string[] later) where T : struct, Enum
    {
        var words = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToArray();
        return new(string.Join(", ", words), (string text, out T value, out string reason) =>
        {
            var known = words.Contains(text, StringComparer.OrdinalIgnoreCase);
            value = known ? Enum.Parse<T>(text, ignoreCase: true) : default;
            reason = later.Contains(text, StringComparer.OrdinalIgnoreCase)
                ? $"{Quoted(text)} comes with a later release; this one knows {string.Join(", ", words)}"
                : $"{Quoted(text)} is not one of {string.Join(", ", words)}";
            return known;
        }, value => value.ToString().ToLowerInvariant());
    }

    /// <summary>Reads one value of a list.</summary>
    public delegate bool ItemReader<T>(string text, out T value);

    private static string Quoted(string text) => $"\"{Line.Clean(text)}\"";

    private static ValueReader<string> Texts(string what) => (string text, out string value, out string reason) =>
    {
        (value, reason) = (text, $"{Quoted(text)} is not {what}");
        return text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal);
    };

    /// <summary>Values between commas.</summary>
    public static SettingType<ImmutableArray<T>> List<T>(string form, Func<T, string>? format, string what, ItemReader<T> read) => new(form, (string text, out ImmutableArray<T> values, out string reason) =>
    {
        (values, reason) = ([], "");
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!read(item, out var value))
            {
                reason = $"{Quoted(item)} is not {what}";
                return false;
            }
            values = values.Add(value);
        }
        return true;
    }, values => string.Join(',', values.Select(format ?? (value => value!.ToString()!))));

    private static SettingType<ImmutableArray<T>> NotEmpty<T>(SettingType<ImmutableArray<T>> type) =>
        Checked(type, values => values.Length > 0 ? null : "at least one value is needed");

    private static SettingType<T> Checked<T>(SettingType<T> type, Func<T, string?> fault) => type with
    {
        Read = (string text, out T value, out string reason) =>
        {
            if (!type.Read(text, out value, out reason))
                return false;
            reason = fault(value) ?? "";
            return reason.Length == 0;
        },
    };

    private static SettingType<TOuter> Map<TInner, TOuter>(SettingType<TInner> type, Func<TInner, TOuter> outward, Func<TOuter, TInner> inward) => new(type.Form, (string text, out TOuter value, out string reason) =>
    {
        var read = type.Read(text, out var inner, out reason);
        value = read ? outward(inner) : default!;
        return read;
    }, value => type.Format(inward(value)));

    // IPAddress.TryParse takes "192.168" for 192.0.0.168, as inet_aton does: a slip of the pen in a configuration.
    private static bool TryAddress(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!) && (address.AddressFamily == AddressFamily.InterNetworkV6 || text.Count(c => c == '.') == 3);

    // IPEndPoint.TryParse takes no port for port 0: another one.
    private static bool TryEndpoint(string text, out IPEndPoint endpoint)
    {
        endpoint = null!;
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !HostPort.TryPort(text.AsSpan(colon + 1), out var port))
            return false;
        var host = text[..colon];
        var bracketed = host is ['[', .., ']'];
        if (!TryAddress(bracketed ? host[1..^1] : host, out var address) || bracketed != (address.AddressFamily == AddressFamily.InterNetworkV6))
            return false;
        endpoint = new IPEndPoint(address, port);
        return true;
    }

    internal static bool TryNetwork(string text, out IPNetwork network)
    {
        if (TryAddress(text, out var address))
        {
            network = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32);
            return true;
        }
        network = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !TryAddress(text[..slash], out address)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length > (address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32))
            return false;
        // 192.0.2.7/24 is what people write for 192.0.2.0/24.
        network = NetworkPrefix.Of(address, length);
        return true;
    }

    private static bool TryRoute(string text, out KeyValuePair<Domain, FixedHop> route)
    {
        route = default;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1 || !Domain.TryParse(text.AsSpan(0, equals).Trim(), out var domain) || !FixedHop.TryParse(text[(equals + 1)..].Trim(), out var hop))
            return false;
        route = new(domain, hop);
        return true;
    }

    // Years and months have no fixed length: XmlConvert would take 365 and 30 days.
    private static bool TryDuration(string text, out TimeSpan value)
    {
        value = default;
        var t = text.IndexOf('T', StringComparison.OrdinalIgnoreCase);
        if (text.AsSpan(0, t < 0 ? text.Length : t).ContainsAny("YyMm"))
            return false;
        try
        {
            value = XmlConvert.ToTimeSpan(text.ToUpperInvariant());
            return value > TimeSpan.Zero;
        }
        catch (Exception problem) when (problem is FormatException or OverflowException)
        {
            return false;
        }
    }
}
