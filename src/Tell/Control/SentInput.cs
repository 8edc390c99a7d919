using Tell.Commands;

namespace Tell.Control;

/// <summary>Who sent a request, and the files that came with it.</summary>
internal sealed class SentInput(string user, IReadOnlyDictionary<string, byte[]> files) : ICommandInput
{
    /// <inheritdoc/>
    public string User => user;

    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(string name, CancellationToken cancellation) =>
        Task.FromResult(files.TryGetValue(name, out var octets) ? octets : throw new IOException($"{name} was not sent with the command."));
}
