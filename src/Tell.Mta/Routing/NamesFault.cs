using Tell.Documents;

namespace Tell.Mta.Routing;

/// <summary>Something in NAMES that only shows when its documents are seen together.</summary>
/// <param name="Document">The document that it was found in.</param>
/// <param name="Other">The other one that it is about; none where there is none.</param>
/// <param name="IsError">True where it must not be stored so; false for a warning.</param>
/// <param name="Text">Field and reason.</param>
internal sealed record NamesFault(Unid Document, Unid Other, bool IsError, string Text);
