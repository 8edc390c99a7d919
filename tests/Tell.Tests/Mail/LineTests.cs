using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class LineTests
{
    [Theory]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("\r\n")]
    public void A_line_cannot_hold_a_line_end_or_NUL(string text)
    {
        Assert.False(Line.TryCreate(text, out _));
        Assert.Throws<ArgumentException>(() => Line.From(text));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("a\r\n\0\nb", "a b")]
    [InlineData("\r\na\n", "a")]
    [InlineData("a\nb\nc", "a b c")]
    [InlineData("250 ok\r\nX-Evil: 1", "250 ok X-Evil: 1")]
    public void Cleaning_turns_each_run_into_one_space(string text, string expected) => Assert.Equal(expected, Line.Clean(text).Text);

    [Fact]
    public void Octets_are_read_as_UTF8_and_otherwise_as_Latin1()
    {
        Assert.Equal("é", Line.Clean("é"u8).Text);
        Assert.Equal("é ", Line.Clean([0xe9, (byte)' ']).Text);
    }

    [Fact]
    public void The_default_line_is_the_empty_line()
    {
        Assert.Equal(Line.From(""), default);
        Assert.Equal(Line.From("").GetHashCode(), default(Line).GetHashCode());
        Assert.True(default(Line).IsEmpty);
    }
}
