using Tell.Commands;

namespace Tell.Tests.Commands;

public sealed class CommandTableTests
{
    private static readonly CommandTable Table = new(
    [
        Row("SHOW TASKS"), Row("SHOW STAT"), Row("SHOW CONFIGURATION"), Row("TELL SMTPMTA QUIT"), Row("TELL SMTPMTA SHOW CONFIG"), Row("QUEUE"), Row("QUIT"),
    ]);

    private static Command Row(string words) => new() { Words = words, Group = "G", Summary = "S.", Handler = call => Task.FromResult(true) };

    private static string Found(string line) => Table.Find(WordSplitter.Split(line)) is { } found
        ? $"{found.Command.Words}|{string.Join(',', found.Arguments)}"
        : "none";

    private static string Near(string line) => string.Join('|', Table.Near(WordSplitter.Split(line)).Select(command => command.Words));

    [Theory]
    [InlineData("show tasks", "SHOW TASKS|")]
    [InlineData("Show STAT mta.*", "SHOW STAT|mta.*")]
    [InlineData("tell smtpmta quit", "TELL SMTPMTA QUIT|")]
    [InlineData("smtpmta quit", "TELL SMTPMTA QUIT|")]
    [InlineData("smtpmta show config now", "TELL SMTPMTA SHOW CONFIG|now")]
    [InlineData("quit", "QUIT|")]
    [InlineData("show", "none")]
    [InlineData("show taskss", "none")]
    [InlineData("", "none")]
    [InlineData("smtpmta", "none")]
    public void Words_are_found_in_any_case_and_the_program_name_is_the_verb(string typed, string expected) => Assert.Equal(expected, Found(typed));

    [Theory]
    [InlineData("shwo tasks", "SHOW TASKS")]
    [InlineData("show task", "SHOW TASKS")]
    [InlineData("show", "SHOW TASKS|SHOW STAT|SHOW CONFIGURATION")]
    [InlineData("smtpmta quti", "TELL SMTPMTA QUIT")]
    [InlineData("tell smtpmta", "TELL SMTPMTA QUIT|TELL SMTPMTA SHOW CONFIG")]
    [InlineData("shwo", "SHOW TASKS|SHOW STAT|SHOW CONFIGURATION")]
    [InlineData("qeue 5", "QUEUE")]
    [InlineData("xyzzy", "")]
    [InlineData("foo bar baz", "")]
    [InlineData("config", "TELL SMTPMTA SHOW CONFIG")]
    [InlineData("tell show config", "TELL SMTPMTA SHOW CONFIG")]
    [InlineData("tell quit", "TELL SMTPMTA QUIT")]
    [InlineData("", "")]
    public void A_slip_is_answered_with_the_nearest_commands(string typed, string expected) => Assert.Equal(expected, Near(typed));

    [Fact]
    public async Task An_unknown_word_fails_and_says_what_is_near()
    {
        var answer = new Answer();
        Assert.False(await Table.RunAsync(["shwo", "tasks"], null!, answer, CancellationToken.None));
        Assert.Equal(["Unknown command: shwo tasks", "Did you mean:", "  SHOW TASKS", "HELP lists all commands."], answer.Lines);
    }

    [Fact]
    public async Task The_first_words_of_commands_are_answered_with_all_that_they_begin()
    {
        var many = new CommandTable(Enumerable.Range(0, 8).Select(i => Row($"TELL SMTPMTA {(char)('A' + i)}")));
        var answer = new Answer();
        Assert.False(await many.RunAsync(["tell", "smtpmta"], null!, answer, CancellationToken.None));
        Assert.Equal(["Incomplete command: tell smtpmta", "Did you mean:", "  TELL SMTPMTA A"], answer.Lines.Take(3));
        Assert.Equal("  TELL SMTPMTA H", answer.Lines[^2]);
    }

    [Fact]
    public void Two_commands_with_the_same_words_are_a_mistake() =>
        Assert.Throws<ArgumentException>(() => new CommandTable([Row("A"), Row("A")]));

    [Theory]
    [InlineData("a  b\tc", "a|b|c")]
    [InlineData("send --subject \"two words\" 'and three'", "send|--subject|two words|and three")]
    [InlineData("x=\"a b\" it's", "x=a b|it's")]
    [InlineData("\"\" end", "|end")]
    [InlineData("\"never closed", "never closed")]
    [InlineData("   ", "")]
    public void A_line_is_split_at_blanks_outside_of_quotes(string line, string words) => Assert.Equal(words, string.Join('|', WordSplitter.Split(line)));

    [Fact]
    public void An_answer_line_stays_one_line_and_sends_the_terminal_no_commands()
    {
        var answer = new Answer();
        answer.Line("a\r\nb\u001b[2J");
        answer.Table([["x", "1"], ["long\n", "2"]]);
        Assert.Equal(["a\\x0d\\x0ab\\x1b[2J", "x         1", "long\\x0a  2"], answer.Lines);
    }
}
