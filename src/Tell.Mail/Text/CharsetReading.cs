namespace Tell.Mail;

/// <summary>Octets as text.</summary>
/// <param name="Text">The text.</param>
/// <param name="Charset">The charset in which it was read, by its usual name.</param>
/// <param name="Problem">Why that is not what the label says, or what could not be read: a few words for an operator; null where all is well.</param>
public readonly record struct CharsetReading(string Text, string Charset, string? Problem);
