using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>A text and the files that stood in it.</summary>
/// <param name="Text">The text without the files.</param>
/// <param name="Files">The files, in order.</param>
public readonly record struct UuReading(string Text, ImmutableArray<UuFile> Files);
