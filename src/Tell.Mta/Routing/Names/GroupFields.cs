using Tell.Documents;

namespace Tell.Mta.Routing.Names;

/// <summary>The fields of a Group document: names that are meant together.</summary>
internal static class GroupFields
{
    /// <summary>The items with the members and with who hears of failures.</summary>
    public const string Members = "Members", Owner = "Owner";

    /// <summary>The table.</summary>
    public static FieldTable<NamesRecord> Table { get; } = new()
    {
        Form = Forms.Group,
        Begin = NamesRecord.Begin,
        NameOf = group => group.Name,
        Fields =
        [
            PersonFields.InternetAddress,
            PersonFields.Alias,
            NamesRecord.Many(Members, NamesTypes.AddressOrName, "Its members: addresses, persons, databases and other groups by any of their names."),
            NamesRecord.One(Owner, NamesTypes.AddressOrName, "Who hears of failures in place of the author; without it the author."),
        ],
    };
}
