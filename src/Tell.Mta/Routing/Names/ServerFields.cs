using Tell.Documents;

namespace Tell.Mta.Routing.Names;

/// <summary>The fields of a Server document (facts: lotus 5.1). It is in force on the MTA that has its host name.</summary>
internal static class ServerFields
{
    /// <summary>The items.</summary>
    public const string HostName = "HostName", GlobalDomain = "GlobalDomain", Administrators = "Administrators";

    /// <summary>The table.</summary>
    public static FieldTable<NamesRecord> Table { get; } = new()
    {
        Form = Forms.Server,
        Begin = NamesRecord.Begin,
        NameOf = server => server.Name,
        Fault = server => server[HostName].IsEmpty ? $"{NamesRecord.FieldOf(HostName)}: a host name is needed" : null,
        Fields =
        [
            NamesRecord.One(HostName, NamesTypes.DomainName, "The SMTPMTA_HostName of the MTA that it is about."),
            NamesRecord.One(GlobalDomain, NamesTypes.Title, "The name of the Global Domain whose primary domain addresses are made in."),
            NamesRecord.Many(Administrators, NamesTypes.AddressOrName, "Who gets the mail to postmaster and abuse where nobody has these names: addresses or names."),
        ],
    };
}
