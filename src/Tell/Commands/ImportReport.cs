namespace Tell.Commands;

/// <summary>What came of an import.</summary>
/// <param name="Added">How many documents are new.</param>
/// <param name="Replaced">How many took the place of one.</param>
/// <param name="Problems">Why nothing was imported; empty where it was.</param>
public sealed record ImportReport(int Added, int Replaced, IReadOnlyList<string> Problems);
