using Tell.Documents;

namespace Tell.Mta.Routing.Names;

/// <summary>The fields of a Foreign SMTP Domain document (facts: lotus 5.3): it leads domains to a Connection.</summary>
internal static class ForeignDomainFields
{
    /// <summary>The items.</summary>
    public const string Domains = "Domains", RoutedTo = "RoutedTo";

    /// <summary>The table.</summary>
    public static FieldTable<NamesRecord> Table { get; } = new()
    {
        Form = Forms.ForeignSmtpDomain,
        Begin = NamesRecord.Begin,
        NameOf = foreign => foreign.Name,
        Fault = foreign => foreign[Domains].IsEmpty ? $"{NamesRecord.FieldOf(Domains)}: at least one domain, *.domain or * is needed"
            : foreign[RoutedTo].IsEmpty ? $"{NamesRecord.FieldOf(RoutedTo)}: the destinationDomain of a Connection is needed"
            : null,
        Fields =
        [
            NamesRecord.Many(Domains, NamesTypes.Pattern, "The domains that it is about; the most specific pattern counts."),
            NamesRecord.One(RoutedTo, NamesTypes.DomainName, "The Internet domain name, a virtual one, that a Connection has as its destinationDomain."),
        ],
    };
}
