using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Tell.Tests.House;

/// <summary>The walls of the house (DESIGN 1), held by a test: who may know whom, and which room alone knows a library.</summary>
public sealed partial class WallTests
{
    private static readonly Dictionary<string, string[]> May = new()
    {
        ["Tell.Mail"] = [],
        ["Tell.Documents"] = ["Tell.Mail"],
        ["Tell.Smtp"] = ["Tell.Mail"],
        ["Tell.Mta"] = ["Tell.Mail", "Tell.Documents", "Tell.Smtp"],
    };

    [Theory]
    [InlineData("Tell.Mail")]
    [InlineData("Tell.Documents")]
    [InlineData("Tell.Smtp")]
    [InlineData("Tell.Mta")]
    public void Arrows_run_down_only(string project)
    {
        var known = Assembly.Load(project).GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => name.Equals("tell", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Tell.", StringComparison.Ordinal));
        Assert.Empty(known.Except(May[project]));
    }

    [Theory]
    [InlineData("Quartz", "src/Tell.Mta/Schedules/")]
    [InlineData("NLog", "src/Tell.Mta/Logging/")]
    [InlineData("SQLitePCL", "src/Tell.Documents/Sqlite/")]
    [InlineData("Spectre.Console", "src/Tell/")]
    public void A_library_is_known_in_one_room_only(string library, string room)
    {
        var outside = Sources().Where(file => !file.Path.StartsWith(room, StringComparison.Ordinal)
            && Regex.IsMatch(file.Text, $@"^\s*using (static )?{Regex.Escape(library)}[.;]|\b{Regex.Escape(library)}\.[A-Z]", RegexOptions.Multiline));
        Assert.Empty(outside.Select(file => file.Path));
        Assert.Contains(Sources(), file => file.Path.StartsWith(room, StringComparison.Ordinal) && file.Text.Contains(library, StringComparison.Ordinal));
    }

    [Fact]
    public void SQL_is_written_in_the_engine_only()
    {
        var outside = Sources().Where(file => !file.Path.StartsWith("src/Tell.Documents/Sqlite/", StringComparison.Ordinal) && Sql().IsMatch(file.Text));
        Assert.Empty(outside.Select(file => file.Path));
    }

    // An await that leaves the current scheduler breaks the simulator, and with it the proof (DESIGN 5.7).
    [Fact]
    public void Nothing_leaves_the_current_scheduler_or_is_forgotten()
    {
        Assert.Empty(Sources().Where(file => Leaving().IsMatch(file.Text)).Select(file => file.Path));
    }

    [Fact]
    public void Every_room_says_what_it_is_for()
    {
        var silent = Sources()
            .GroupBy(file => Path.GetDirectoryName(file.Path)!)
            .Where(room => room.Count() > 2 && !HasReadme(room.Key))
            .Select(room => room.Key);
        Assert.Empty(silent);

        // Parts of a room may be explained by the room above them.
        static bool HasReadme(string room) =>
            File.Exists(Path.Combine(Root(), room, "README.md")) || File.Exists(Path.Combine(Root(), Path.GetDirectoryName(room)!, "README.md"));
    }

    private static IEnumerable<(string Path, string Text)> Sources()
    {
        var root = Root();
        return Directory.EnumerateFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(file => (Path.GetRelativePath(root, file).Replace('\\', '/'), File.ReadAllText(file)));
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    [GeneratedRegex(@"""[^""]*\b(SELECT .+ FROM|INSERT INTO|DELETE FROM|CREATE TABLE|PRAGMA)\b", RegexOptions.Singleline)]
    private static partial Regex Sql();

    [GeneratedRegex(@"\.ConfigureAwait\(|\bTask\.Run\(|\basync void\b|^\s*_ = [\w.]+Async\(", RegexOptions.Multiline)]
    private static partial Regex Leaving();
}
