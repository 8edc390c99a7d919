namespace Tell.Mail;

/// <summary>A file that stood in a text.</summary>
/// <param name="Name">The name behind "begin", as it was written, without a path; "" for none.</param>
/// <param name="Octets">Its content.</param>
/// <param name="Problem">What is wrong with it, as a missing "end"; null where all is well.</param>
public sealed record UuFile(string Name, byte[] Octets, string? Problem);
