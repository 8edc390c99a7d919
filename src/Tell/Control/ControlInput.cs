namespace Tell.Control;

/// <summary>A file that comes with a request.</summary>
/// <param name="Name">The name that the command's argument has; "-" for standard input.</param>
/// <param name="Size">How many octets.</param>
internal sealed record ControlInput(string Name, long Size);
