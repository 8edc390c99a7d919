using Tell.Mta.Configuration;

namespace Tell.Tests.Configuration;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("SHWO", "SHOW")]
    [InlineData("hlep", "HELP")]
    [InlineData("deliver", "DELIVERNOW")]
    [InlineData("xyzzy", "")]
    public void A_slip_finds_what_was_meant(string word, string nearest) =>
        Assert.Equal(nearest, string.Join(' ', Spelling.Nearest(word, ["SHOW", "HELP", "DELIVERNOW", "QUIT"], 1)));
}
