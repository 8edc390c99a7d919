namespace Tell.Mta.Operations;

/// <summary>What an import did: all documents or, with problems, none.</summary>
/// <param name="Added">New documents.</param>
/// <param name="Replaced">Documents that took the place of one with the same name.</param>
/// <param name="Problems">What is wrong, each naming document and field.</param>
public sealed record ImportReport(int Added, int Replaced, IReadOnlyList<string> Problems)
{
    /// <summary>The titles and forms of the documents whose place was taken, such as "Ada Lovelace (Person)", as they were before, in the order of the import.</summary>
    public IReadOnlyList<string> ReplacedTitles { get; init; } = [];

    /// <summary>What is not wrong, but may not be what was meant, each naming document and field.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
