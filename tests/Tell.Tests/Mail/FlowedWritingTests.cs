using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>format=flowed as it is written (RFC 3676).</summary>
public sealed class FlowedWritingTests
{
    private static readonly MemoMessage Memo = new()
    {
        From = Mailbox.Parse("ada@example.test"),
        Date = new DateTimeOffset(2026, 11, 22, 4, 19, 0, TimeSpan.Zero),
        MessageId = MessageId.New("0193AB", Domain.Parse("mx.example.test")),
    };

    private static string Body(string text, int column)
    {
        var message = Encoding.ASCII.GetString(MessageWriter.ToBytes(Memo with { Text = text, WrapColumn = column }));
        Assert.Contains("charset=us-ascii; format=flowed\r\n", message, StringComparison.Ordinal);
        return message[(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
    }

    [Theory]
    [InlineData("short", "short\r\n")]
    [InlineData("one two three four", "one two=20\r\nthree four\r\n")]
    [InlineData("averyveryverylongword and", "averyveryverylongword=20\r\nand\r\n")]
    [InlineData("> one two three", "> one two=20\r\n> three\r\n")]
    [InlineData(" indented", "  indented\r\n")]
    [InlineData(">quoted", " >quoted\r\n")]
    [InlineData("> one\n>\n>> \n> two", "> one\r\n>\r\n>>\r\n> two\r\n")]
    [InlineData("From me", " From me\r\n")]
    [InlineData("trailing   ", "trailing\r\n")]
    [InlineData("-- \nAda", "--=20\r\nAda\r\n")]
    [InlineData("a\n\nb", "a\r\n\r\nb\r\n")]
    public void Lines_are_broken_behind_a_space_that_stays(string text, string body) => Assert.Equal(body, Body(text, 10));

    [Fact]
    public void Wrapped_lines_keep_to_the_column_where_words_allow_it()
    {
        var text = string.Join(' ', Enumerable.Range(0, 500));
        foreach (var column in new[] { 20, 60, 72 })
            Assert.All(Body(text, column).Split("\r\n"), line => Assert.InRange(line.Replace("=20", " ", StringComparison.Ordinal).Length, 0, column));
    }

    [Fact]
    public void Wrapping_is_linear() => Assert.True(Fuzz.IsLinear(size =>
    {
        var memo = Memo with { Text = string.Concat(Enumerable.Repeat("> a b  c ", size / 9)), WrapColumn = 1 };
        return () => MessageWriter.ToBytes(memo);
    }));
}
