using Tell.Hosting;

namespace Tell.Tests.Hosting;

public sealed class ScreenTests
{
    [Theory]
    [InlineData("", 40, "")]
    [InlineData("one two three", 13, "one two three")]
    [InlineData("one two three", 12, "one two|three")]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("    one two three", 11, "    one two|    three")]
    [InlineData("one  two", 4, "one|two")]
    [InlineData("  00D101DF515E0001485E2C20A276C570 x", 10, "  00D101DF515E0001485E2C20A276C570|  x")]
    [InlineData("00D101DF515E0001485E2C20A276C570", 10, "00D101DF515E0001485E2C20A276C570")]
    [InlineData("             far to the right", 12, "             far to the right")]
    [InlineData("                    ", 12, "                    ")]
    public void A_long_line_goes_on_below_as_far_from_the_left(string line, int width, string pieces) => Assert.Equal(pieces.Split('|'), Screen.Fold(line, width));

    [Fact]
    public void Who_is_no_terminal_gets_whole_lines() => Assert.Equal([new string('x', 500) + " y"], Screen.Fold(new string('x', 500) + " y", null));
}
