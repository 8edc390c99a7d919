namespace Tell.Tests.Tools;

/// <summary>A private folder that is gone after the test. Its path is short, because a local socket's path has 107 bytes at most.</summary>
public sealed class TempDirectory : IDisposable
{
    /// <summary>The full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("tell-").FullName;

    /// <summary>The full path of something in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and returns its full path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <summary>Makes a folder in it and returns its full path.</summary>
    public string MakeFolder(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>Deletes it with everything in it.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
