using Tell.Documents;

namespace Tell.Mta.Routing.Names;

/// <summary>The fields of a Global Domain document (facts: lotus 5.2).</summary>
internal static class GlobalDomainFields
{
    /// <summary>The items.</summary>
    public const string Name = "name", PrimaryDomain = "PrimaryDomain", AliasDomains = "AliasDomains", IsDefault = "IsDefault", SpaceReplacement = "SpaceReplacement";

    /// <summary>The table.</summary>
    public static FieldTable<NamesRecord> Table { get; } = new()
    {
        Form = Forms.GlobalDomain,
        Begin = NamesRecord.Begin,
        NameOf = global => global.Name,
        Fault = global => global[PrimaryDomain].IsEmpty ? $"{NamesRecord.FieldOf(PrimaryDomain)}: a domain is needed"
            : global[AliasDomains].Contains(global[PrimaryDomain][0]) ? $"{NamesRecord.FieldOf(AliasDomains)}: {global[PrimaryDomain][0]} is the primary domain"
            : null,
        Fields =
        [
            NamesRecord.One(PrimaryDomain, NamesTypes.DomainName, "The domain of the addresses that are made for those who have none."),
            NamesRecord.Many(AliasDomains, NamesTypes.DomainName, "Domains whose mail is taken as that of the primary one; never used for addresses of ours."),
            NamesRecord.Flag(IsDefault, "Whether it counts where no Server document names another; without any such the last by name does."),
            NamesRecord.One(SpaceReplacement, NamesTypes.Replacement, "What stands for a blank of a name in an address; without it _."),
        ],
    };
}
