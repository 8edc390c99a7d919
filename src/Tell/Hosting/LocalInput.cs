using Tell.Commands;

namespace Tell.Hosting;

/// <summary>Files of this machine and this process's standard input.</summary>
internal sealed class LocalInput : ICommandInput
{
    /// <inheritdoc/>
    public async Task<byte[]> ReadAsync(string name, CancellationToken cancellation)
    {
        if (name != "-")
        {
            try
            {
                return await File.ReadAllBytesAsync(name, cancellation);
            }
            catch (Exception problem) when (problem is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
            {
                throw new IOException(Directory.Exists(name) ? $"{name} is a folder." : problem is UnauthorizedAccessException ? $"{name} may not be read." : $"There is no file {name}.", problem);
            }
        }
        if (!Console.IsInputRedirected)
            await Console.Error.WriteLineAsync("Type the text; Ctrl-D on a line of its own ends it.");
        await using var input = Console.OpenStandardInput();
        using var octets = new MemoryStream();
        await input.CopyToAsync(octets, cancellation);
        return octets.ToArray();
    }
}
