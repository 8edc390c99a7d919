namespace Tell.Tests.Tools;

/// <summary>An outside program that tests drive: on PATH, or put into artifacts/tools by tests/tools/install.</summary>
public static class Tool
{
    /// <summary>The full path of a program; null where this machine has none.</summary>
    public static string? Find(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Prepend(Path.Combine(Checkout.Artifacts, "tools", "bin"));
        return folders.Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>The full path of a program that a ToolFact has promised.</summary>
    public static string PathOf(string name) => Find(name) ?? throw new InvalidOperationException($"{name} is not on this machine");

    /// <summary>The Debian package that brings a program.</summary>
    public static string PackageOf(string name) => name switch
    {
        "smtp-source" or "smtp-sink" or "postfix-master" => "postfix",
        "exim4" => "exim4-daemon-light",
        "dovecot-master" => "dovecot-core",
        "ldns-keygen" or "ldns-signzone" => "ldnsutils",
        _ => name,
    };
}
