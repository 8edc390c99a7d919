namespace Tell.Commands;

/// <summary>Reads the files that a command's arguments name, at the place where it was typed.</summary>
public interface ICommandInput
{
    /// <summary>The octets of a file; "-" is standard input.</summary>
    /// <exception cref="IOException">It cannot be read; the message names it.</exception>
    Task<byte[]> ReadAsync(string name, CancellationToken cancellation);
}
