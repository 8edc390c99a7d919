using Tell.Hosting;

namespace Tell.Tests.Hosting;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "Run")]
    [InlineData("run", "Run")]
    [InlineData("run --ini f", "Run f")]
    [InlineData("--ini f run", "Run f")]
    [InlineData("--ini=f", "Run f")]
    [InlineData("--ini f show tasks", "Words f show tasks")]
    [InlineData("show tasks", "Words show tasks")]
    [InlineData("send --from a --ini b", "Words send --from a --ini b")]
    [InlineData("--help", "Help")]
    [InlineData("run --version", "Version")]
    [InlineData("--sample", "Sample")]
    public void Options_come_before_the_first_word(string typed, string expected)
    {
        var line = CommandLine.Parse(typed.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(expected, string.Join(' ', new[] { line.Kind.ToString(), line.Ini }.Concat(line.Words).Where(part => part is not null)));
    }

    [Theory]
    [InlineData("--bogus", "--bogus is not an option: try tell --help")]
    [InlineData("run --bogus", "--bogus is not an option: try tell --help")]
    [InlineData("run fast", "\"fast\" cannot stand after run: try tell --help")]
    [InlineData("--ini", "--ini needs the path of a notes.ini")]
    [InlineData("run --ini=", "--ini needs the path of a notes.ini")]
    public void What_is_wrong_is_named(string typed, string problem)
    {
        var line = CommandLine.Parse(typed.Split(' '));
        Assert.Equal(CommandLineKind.Bad, line.Kind);
        Assert.Equal(problem, line.Problem);
    }
}
