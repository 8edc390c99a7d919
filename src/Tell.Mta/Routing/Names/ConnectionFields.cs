using System.Collections.Immutable;
using System.Globalization;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Types = Tell.Mta.Configuration.SettingTypes;

namespace Tell.Mta.Routing.Names;

/// <summary>The fields of a Connection document (facts: lotus 5.3), spelled as those of a Person are.</summary>
internal static class ConnectionFields
{
    /// <summary>The item that holds the password for AUTH.</summary>
    public const string Password = "password";

    private const string DestinationDomain = "destinationDomain", RelayHost = "relayHost", User = "user", RepeatInterval = "repeatInterval";

    /// <summary>The table.</summary>
    public static FieldTable<Connection> Table { get; } = new()
    {
        Form = Forms.Connection,
        Begin = name => name.Trim().Length > 0 && Line.TryCreate(name.Trim(), out var line) ? (new Connection(line.Text), "") : (null, "a name is needed"),
        NameOf = connection => connection.Name,
        Fault = Fault,
        Fields =
        [
            Field<Connection>.OfValue(DestinationDomain, DomainNames(), "The domains whose mail it carries, or * for all that no other connection names.",
                connection => connection.Domains.IsEmpty ? null : connection.Domains, (connection, value) => connection with { Domains = value ?? [] }),
            Field<Connection>.OfObject(RelayHost, Types.Host, "The host that takes the mail; without it the mail exchangers of each domain.",
                connection => connection.RelayHost, (connection, value) => connection with { RelayHost = value }),
            Field<Connection>.OfValue("sourceAddresses", Types.SourceAddresses, "The addresses of ours that its sessions come from.",
                connection => connection.SourceAddresses, (connection, value) => connection with { SourceAddresses = value }),
            Field<Connection>.OfObject("heloName", Types.HostName, "Our name in EHLO.",
                connection => connection.HeloName, (connection, value) => connection with { HeloName = value }),
            Field<Connection>.OfValue("callAt", Windows(), "The hours of the day in which it is used, local time; without them all.",
                connection => connection.Schedule.CallAt.IsEmpty ? null : connection.Schedule.CallAt,
                (connection, value) => connection with { Schedule = connection.Schedule with { CallAt = value ?? [] } }),
            Field<Connection>.OfValue("days", WeekDays(), "The days of the week on which its hours begin; without them all.",
                connection => connection.Schedule.Days.IsEmpty ? null : connection.Schedule.Days,
                (connection, value) => connection with { Schedule = connection.Schedule with { Days = value ?? [] } }),
            Field<Connection>.OfValue(RepeatInterval, Types.Duration, "From call to call within its hours; without it mail leaves at any time in them.",
                connection => connection.Schedule.RepeatInterval,
                (connection, value) => connection with { Schedule = connection.Schedule with { RepeatInterval = value } }),
            Field<Connection>.OfValue("enabled", Types.OnOff, "Whether it counts at all.",
                connection => connection.Enabled ? null : false, (connection, value) => connection with { Enabled = value ?? true }),
            Field<Connection>.OfObject(User, Types.Text, "The name for AUTH to the relay host.",
                connection => connection.User, (connection, value) => connection with { User = value }),
            Field<Connection>.OfObject(Password, Types.Text, "The password for it, stored as it is, since it must be sent; never shown or exported.",
                connection => connection.Password, (connection, value) => connection with { Password = value }) with { IsSecret = true },
        ],
    };

    private static string? Fault(Connection connection)
    {
        if (connection.Domains.IsEmpty)
            return $"{DestinationDomain}: at least one domain, or *, is needed";
        if (connection.Password is not null && connection.User is null)
            return $"{User}: a password needs one";
        if (connection.User is not null && connection.RelayHost is null)
            return $"{RelayHost}: a user needs one; the mail exchangers of a domain are not asked for AUTH";
        return connection.Schedule.RepeatInterval < ConnectionSchedule.CallLength
            ? string.Create(CultureInfo.InvariantCulture, $"{RepeatInterval}: at least {ConnectionSchedule.CallLength.TotalMinutes} minutes, as long as a call lasts")
            : null;
    }

    private static SettingType<ImmutableArray<string>> DomainNames() => Types.List<string>("domain list, or *", null, "a domain or *", (text, out name) =>
    {
        name = text;
        if (text == Connection.AllDomains)
            return true;
        var read = Domain.TryParse(text, out var domain) && !domain.IsLiteral;
        name = domain.Name;
        return read;
    });

    private static SettingType<ImmutableArray<DailyWindow>> Windows() =>
        Types.List<DailyWindow>("HH:MM-HH:MM list", null, "a window such as 08:00-18:00", DailyWindow.TryParse);

    // "Mon" as Domino writes it; whole names are understood.
    private static SettingType<ImmutableArray<DayOfWeek>> WeekDays() => Types.List<DayOfWeek>("list of Mon, Tue, Wed, Thu, Fri, Sat, Sun", day => day.ToString()[..3], "a day such as Mon", (text, out day) =>
    {
        day = Enum.GetValues<DayOfWeek>().FirstOrDefault(known => known.ToString().Equals(text, StringComparison.OrdinalIgnoreCase) || known.ToString()[..3].Equals(text, StringComparison.OrdinalIgnoreCase));
        return day.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase) && text.Length >= 3;
    });
}
