namespace Tell.Mta.Files;

/// <summary>A file of a folder.</summary>
/// <param name="Name">Its name, without the folder.</param>
/// <param name="Size">Its octets.</param>
/// <param name="Written">When it was last written.</param>
public readonly record struct FoundFile(string Name, long Size, DateTimeOffset Written);
