namespace Tell.Documents;

/// <summary>What lies in a lane of a queue.</summary>
/// <param name="Destination">The lane.</param>
/// <param name="Messages">The documents.</param>
/// <param name="Recipients">Their recipients.</param>
/// <param name="Octets">The octets of their contents.</param>
public readonly record struct StoredMail(string Destination, long Messages, long Recipients, long Octets);
