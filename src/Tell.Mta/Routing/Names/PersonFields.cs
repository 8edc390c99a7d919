using Tell.Documents;
using Tell.Mta.Operations;

namespace Tell.Mta.Routing.Names;

/// <summary>The fields of a Person document (facts: lotus 5.4), and those that a Mail-In Database shares with it.</summary>
internal static class PersonFields
{
    /// <summary>The table. A person has no name but those in its fields.</summary>
    public static FieldTable<NamesRecord> Table { get; } = new()
    {
        Form = Forms.Person,
        IsNamed = false,
        Begin = _ => (new NamesRecord(""), ""),
        NameOf = person => person[Persons.FullName].Concat(person[Persons.ShortName]).Concat(person[Persons.InternetAddress]).FirstOrDefault() ?? "",
        Fault = Fault,
        Fields =
        [
            NamesRecord.Many(Persons.FullName, NamesTypes.Title, "Its full names; mail reaches it by them too, with _ or . for a blank.") with { HasCommas = true },
            NamesRecord.Many(Persons.ShortName, NamesTypes.ShortName, "Its short names, for any local domain; the first names its mail file. One with an @ counts as an Internet address."),
            InternetAddress,
            NamesRecord.One(Persons.Password, NamesTypes.Password, "Its password, given in clear, stored salted and hashed, never shown or exported.") with { IsSecret = true, Seal = PasswordHash.Of },
            Alias,
            NamesRecord.Many(Persons.ForwardingAddress, NamesTypes.AddressOrName, "Where its mail is sent on to."),
            NamesRecord.Flag(Persons.KeepForwarded, "Whether mail that is sent on is filed too."),
            NamesRecord.One(Persons.Route, NamesTypes.Route, "Where its mail goes in place of a mail file."),
            OnHold,
            MessageStorage,
            NamesRecord.Many(Persons.Language, NamesTypes.Language, "The languages of reports to it, such as de or pt-BR; the first that there are words in."),
            Quota,
            QuotaWarning,
        ],
    };

    /// <summary>The one Internet address.</summary>
    public static Field<NamesRecord> InternetAddress => NamesRecord.One(Persons.InternetAddress, NamesTypes.Address, "Its Internet address, also the one that it writes from.");

    /// <summary>More names.</summary>
    public static Field<NamesRecord> Alias => NamesRecord.Many(Persons.Alias, NamesTypes.Alias, "More names: for any local domain, addresses, or *@domain for what nobody else there takes.");

    /// <summary>Whether mail waits.</summary>
    public static Field<NamesRecord> OnHold => NamesRecord.Flag(Persons.OnHold, "Whether its mail waits in the hold queue.");

    /// <summary>The form of filed mail.</summary>
    public static Field<NamesRecord> MessageStorage => NamesRecord.One(Persons.FormatPreference, Configuration.SettingTypes.Choice<MailFormat>(), "In which form its mail is filed.");

    /// <summary>The limit.</summary>
    public static Field<NamesRecord> Quota => NamesRecord.Size(Persons.Quota, "The size that its mail file may have.");

    /// <summary>The warning before the limit.</summary>
    public static Field<NamesRecord> QuotaWarning => NamesRecord.Size(Persons.QuotaWarning, "The size from which on its user is warned; below the quota.");

    private static string? Fault(NamesRecord person)
    {
        if (person[Persons.ShortName].IsEmpty && person[Persons.InternetAddress].IsEmpty)
            return $"{NamesRecord.FieldOf(Persons.ShortName)}: a Person needs \"shortName\" or \"internetAddress\"";
        // The mail file has the name of the local part where no short name is one.
        if (person[Persons.ShortName].All(name => name.Contains('@')) && person[Persons.InternetAddress] is [var address] && !NamesTypes.IsShort(address[..address.LastIndexOf('@')]))
            return $"{NamesRecord.FieldOf(Persons.ShortName)}: one is needed to name the mail file: the address is too long for it";
        return QuotaFault(person);
    }

    /// <summary>A warning that comes too late; null for none.</summary>
    public static string? QuotaFault(NamesRecord record) =>
        record[Persons.Quota] is [var quota] && record[Persons.QuotaWarning] is [var warning] && NamesTypes.Octets(warning) >= NamesTypes.Octets(quota)
            ? $"{NamesRecord.FieldOf(Persons.QuotaWarning)}: {warning} is not below the quota of {quota}"
            : null;
}
