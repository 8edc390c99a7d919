using System.Text.Json;
using Tell.Tests.Tools;

namespace Tell.Tests.Mail.Corpus;

/// <summary>The messages that generate.py makes, and what judge.py, Python's email package, reads in them. Made once for each run of the tests.</summary>
internal static class CorpusMail
{
    /// <summary>Where the scripts are.</summary>
    public static readonly string Folder = Path.Combine(Checkout.Root, "tests", "Tell.Tests", "Mail", "Corpus");

    private static readonly Lazy<Task<(IReadOnlyList<(string Name, byte[] Octets)> Messages, IReadOnlyDictionary<string, JsonElement> Judgments)>> Made = new(MakeAsync);

    /// <summary>The messages, in the order of their names.</summary>
    public static async Task<IReadOnlyList<(string Name, byte[] Octets)>> MessagesAsync() => (await Made.Value).Messages;

    /// <summary>What Python reads, by the name of the message.</summary>
    public static async Task<IReadOnlyDictionary<string, JsonElement>> JudgmentsAsync() => (await Made.Value).Judgments;

    private static async Task<(IReadOnlyList<(string, byte[])>, IReadOnlyDictionary<string, JsonElement>)> MakeAsync()
    {
        using var folder = new TempDirectory();
        var limit = TimeSpan.FromSeconds(100);
        var python = Tool.PathOf("python3");
        (await ChildProcess.RunAsync(python, [Path.Combine(Folder, "generate.py"), folder.Path], folder.Path, limit: limit)).Succeeded();
        var files = Directory.GetFiles(folder.Path, "*.eml").Order(StringComparer.Ordinal).ToArray();
        var judged = (await ChildProcess.RunAsync(python, [Path.Combine(Folder, "judge.py"), .. files], folder.Path, limit: limit)).Succeeded();
        var judgments = judged.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        return
        (
            [.. files.Select(file => (Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file)))],
            judgments.ToDictionary(judgment => judgment.GetProperty("file").GetString()!)
        );
    }
}
