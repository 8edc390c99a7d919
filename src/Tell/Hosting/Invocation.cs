namespace Tell.Hosting;

/// <summary>How a person starts this program from where they are.</summary>
internal static class Invocation
{
    /// <summary>"tell" where that finds it, else its path, relative where that is shorter.</summary>
    public static string Name
    {
        get
        {
            if (Environment.ProcessPath is not { } path)
                return "tell";
            var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
            if (folders.Any(folder => File.Exists(Path.Combine(folder, "tell"))))
                return "tell";
            var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
            return relative.Length < path.Length ? relative : path;
        }
    }
}
