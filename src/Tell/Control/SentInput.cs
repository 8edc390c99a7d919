using Tell.Commands;

namespace Tell.Control;

/// <summary>The files that came with a request.</summary>
internal sealed class SentInput(IReadOnlyDictionary<string, byte[]> files) : ICommandInput
{
    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(string name, CancellationToken cancellation) =>
        Task.FromResult(files.TryGetValue(name, out var octets) ? octets : throw new IOException($"{name} was not sent with the command."));
}
