using Tell.Mail;

namespace Tell.Tests.Mail;

public sealed class EnhancedStatusTests
{
    [Theory]
    [InlineData("5.1.1", "5.1.1")]
    [InlineData("4.999.0 try later", "4.999.0")]
    [InlineData("2.0.0", "2.0.0")]
    public void A_status_is_read_at_the_start_of_a_reply(string text, string expected)
    {
        Assert.True(EnhancedStatus.TryParse(text, out var status));
        Assert.Equal(expected, status.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("3.1.1")]
    [InlineData("5.1")]
    [InlineData("5.1.1.1")]
    [InlineData("5.1000.1")]
    [InlineData("5..1")]
    [InlineData("5.1.")]
    [InlineData("5.-1.1")]
    [InlineData("5.1.1x")]
    [InlineData("5.１.1")]
    public void What_is_no_status_is_refused(string text) => Assert.False(EnhancedStatus.TryParse(text, out _));

    [Fact]
    public void A_status_of_class_3_or_with_a_part_over_999_cannot_be_made()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnhancedStatus(3, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnhancedStatus(5, 1000, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnhancedStatus(5, 0, -1));
    }
}
