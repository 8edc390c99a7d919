namespace Tell.Commands;

/// <summary>The place where a command was typed: who types there, and the files that its arguments name.</summary>
public interface ICommandInput
{
    /// <summary>Who typed it, for the logs: a user of this machine, or "console" for whoever sits at the server's own.</summary>
    string User => Mta.Operations.Operator.AtConsole;

    /// <summary>The octets of a file; "-" is standard input.</summary>
    /// <exception cref="IOException">It cannot be read; the message names it.</exception>
    Task<byte[]> ReadAsync(string name, CancellationToken cancellation);
}
