namespace Tell.Tests.Tools;

/// <summary>Where the tree that is being tested lies on this machine.</summary>
public static class Checkout
{
    /// <summary>The folder of Tell.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The build output and everything that is not versioned.</summary>
    public static string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>The program under test, of the same build (Release or Debug) as the tests that run.</summary>
    public static string Program { get; } = FindProgram();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tell.sln")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException($"No Tell.sln above {AppContext.BaseDirectory}");
    }

    private static string FindProgram()
    {
        // artifacts/bin/Tell.Tests/release -> artifacts/bin/Tell/release; a copy beside the tests is the fall-back.
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var built = Path.Combine(Artifacts, "bin", "Tell", configuration, "tell");
        return File.Exists(built) ? built : Path.Combine(AppContext.BaseDirectory, "tell");
    }
}
