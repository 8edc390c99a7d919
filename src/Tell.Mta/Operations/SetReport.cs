namespace Tell.Mta.Operations;

/// <summary>What a change of one document did.</summary>
/// <param name="Made">True where there was no such document before.</param>
/// <param name="Problems">What is wrong, each naming document and field; with any, nothing has changed.</param>
/// <param name="Warnings">What is not wrong, but may not be what was meant.</param>
public sealed record SetReport(bool Made, IReadOnlyList<string> Problems, IReadOnlyList<string> Warnings);
