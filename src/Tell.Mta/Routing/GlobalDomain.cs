using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Routing;

/// <summary>A Global Domain document (facts: lotus 5.2): domains that are one to whoever writes to us.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Primary">The domain of the addresses that we construct.</param>
/// <param name="Aliases">Domains whose mail is that of the primary one; never used outbound.</param>
internal sealed record GlobalDomain(string Name, Domain Primary, ImmutableArray<Domain> Aliases)
{
    /// <summary>What stands for a blank in a constructed address, where none is named (facts: lotus 4.1).</summary>
    public const char UsualReplacement = '_';

    /// <summary>True for the one that counts where no Server document names another.</summary>
    public bool IsDefault { get; private init; }

    /// <summary>What stands for a blank in an address constructed of a name.</summary>
    public char Replacement { get; private init; } = UsualReplacement;

    /// <summary>The one that a document holds; null where it has no primary domain.</summary>
    public static GlobalDomain? Of(Document document) => Domain.TryParse(document[GlobalDomainFields.PrimaryDomain]?.Text ?? "", out var primary)
        ? new GlobalDomain(
            document[GlobalDomainFields.Name]?.Text ?? "",
            primary,
            [.. (document[GlobalDomainFields.AliasDomains]?.Texts ?? []).Select(text => Domain.TryParse(text, out var alias) ? alias : default).Where(alias => !alias.IsNone)])
        {
            IsDefault = document[GlobalDomainFields.IsDefault] is { Text: "on" },
            Replacement = document[GlobalDomainFields.SpaceReplacement]?.Text is [var replacement] ? replacement : UsualReplacement,
        }
        : null;
}
