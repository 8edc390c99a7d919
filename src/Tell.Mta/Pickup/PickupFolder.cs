using System.Text;
using Tell.Documents;
using Tell.Mta.Files;

namespace Tell.Mta.Pickup;

/// <summary>
/// The pickup folder: the names of what lies in it, and the moves between them. A file x.json that is taken is x.json.UNID.taken, with the id of the first document
/// that is made of it. File names come from outside: none is ever more than the last part of a path.
/// </summary>
internal sealed class PickupFolder(IFiles files, string path)
{
    // A name in a folder has at most 255 octets on most systems; ours are longer by 39.
    private const int LongestName = 200;

    private const string Suffix = ".taken", Bad = "bad", Reason = ".reason";

    // A folder of bad files may be long: it is listed once for as long as this object lives, which is one poll.
    private HashSet<string>? _bad;

    /// <summary>Its path.</summary>
    public string Path => path;

    /// <summary>Where the bad files are.</summary>
    public string BadPath => System.IO.Path.Combine(path, Bad);

    /// <summary>Makes the folder where it is missing, and takes it for this server alone: another one would give back what this one has taken.</summary>
    /// <exception cref="IOException">Another server uses it, or it cannot be used.</exception>
    public async ValueTask<IDisposable> OpenAsync(CancellationToken cancellation)
    {
        await files.MakeFolderAsync(path, cancellation);
        return await files.LockAsync(At(".lock"), cancellation);
    }

    /// <summary>The files in it.</summary>
    public ValueTask<IReadOnlyList<FoundFile>> ListAsync(CancellationToken cancellation) => files.ListAsync(path, cancellation);

    /// <summary>The octets of a file.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(string name, CancellationToken cancellation) => files.ReadAsync(At(name), cancellation);

    /// <summary>True for a name that says what it is and is whole: a dot at its start is how many programs write what is not.</summary>
    public static bool IsOffered(string name) => !name.StartsWith('.') && (IsMemo(name) || IsMessage(name));

    /// <summary>True for a Memo in JSON.</summary>
    public static bool IsMemo(string name) => name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for a message.</summary>
    public static bool IsMessage(string name) => name.EndsWith(".eml", StringComparison.OrdinalIgnoreCase);

    /// <summary>What keeps a file of that name from being taken; null for nothing. Names stand in logs and in reasons.</summary>
    public static string? Refusal(string name) =>
        name.Any(char.IsControl) ? "its name holds control characters"
        : Encoding.UTF8.GetByteCount(name) > LongestName ? $"its name is longer than {LongestName} octets"
        : null;

    /// <summary>The name of a file when it is taken.</summary>
    public static string TakenName(string name, Unid id) => $"{name}.{id}{Suffix}";

    /// <summary>The name and the id of a taken file; false where it is none.</summary>
    public static bool IsTaken(string taken, out string name, out Unid id)
    {
        (name, id) = ("", default);
        if (!taken.EndsWith(Suffix, StringComparison.Ordinal))
            return false;
        var rest = taken[..^Suffix.Length];
        var dot = rest.LastIndexOf('.');
        if (dot < 1 || !Unid.TryParse(rest.AsSpan(dot + 1), out id))
            return false;
        name = rest[..dot];
        return IsOffered(name);
    }

    /// <summary>Takes a file: whoever looks for its name finds none.</summary>
    public ValueTask TakeAsync(string name, string taken, CancellationToken cancellation) => files.MoveAsync(At(name), At(taken), cancellation);

    /// <summary>Gives a taken file, of which nothing was made, its name back, or another one where somebody else has that by now.</summary>
    public async ValueTask ReturnAsync(string taken, string name, Unid id, CancellationToken cancellation)
    {
        try
        {
            await files.MoveAsync(At(taken), At(name), cancellation);
        }
        catch (IOException fault) when (fault is not FileNotFoundException)
        {
            await files.MoveAsync(At(taken), At($"{id}-{name}"), cancellation);
        }
    }

    /// <summary>Puts a file aside with the reasons beside it; its name there.</summary>
    public async ValueTask<string> RejectAsync(string current, string name, Unid id, IReadOnlyList<string> reasons, CancellationToken cancellation)
    {
        await files.MakeFolderAsync(BadPath, cancellation);
        if (Refusal(name) is not null)
            name = $"{id}{(IsMemo(name) ? ".json" : ".eml")}";
        _bad ??= (await files.ListAsync(BadPath, cancellation)).Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        // A reason without its file is what a crash has left, and is written again.
        string aside;
        lock (_bad)
            aside = _bad.Add(name) ? name : $"{id}-{name}";
        var reason = System.IO.Path.Combine(BadPath, aside + Reason);
        await files.DeleteAsync(reason, cancellation);
        await files.WriteAsync(reason, TextAsync(string.Concat(reasons.Select(line => line + "\n"))), cancellation);
        await files.MoveAsync(At(current), System.IO.Path.Combine(BadPath, aside), cancellation);
        return aside;
    }

    private string At(string name) => System.IO.Path.Combine(path, name);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> TextAsync(string text)
    {
        await ValueTask.CompletedTask;
        yield return Encoding.UTF8.GetBytes(text);
    }
}
