using Tell.Smtp.Sasl;

namespace Tell.Tests.Smtp.Sasl;

public class PlainAndLoginTests
{
    private static Task<string[]> Plain(params string?[] responses) => Exchange.WithServer(SaslMechanisms.Server("PLAIN", People.Known, PasswordCheck.Shared, null, true)!, responses);

    private static Task<string[]> Login(params string?[] responses) => Exchange.WithServer(SaslMechanisms.Server("LOGIN", People.Known, PasswordCheck.Shared, null, true)!, responses);

    // RFC 4616 4.
    [Fact]
    public async Task The_examples_of_PLAIN()
    {
        Assert.Equal(["+ tim"], await Plain("\0tim\0tanstaaftanstaaf"));
        Assert.Equal(["? ", "+ tim"], await Plain(null, "\0tim\0tanstaaftanstaaf"));
        Assert.Equal(["- Failure"], await Plain("Ursel\0Kurt\0xipj3plmq"));
    }

    [Fact]
    public async Task Who_acts_for_oneself_may_say_so() => Assert.Equal(["+ Kurt"], await Plain("Kurt\0Kurt\0xipj3plmq"));

    [Fact]
    public async Task The_name_of_the_address_book_counts_not_the_spelling_of_the_client() => Assert.Equal(["+ Kurt"], await Plain("\0kURT\0xipj3plmq"));

    [Theory]
    [InlineData("\0tim\0wrong")]
    [InlineData("\0tim\0tanstaaftanstaa")]
    [InlineData("\0nobody\0tanstaaftanstaaf")]
    public async Task A_wrong_name_and_a_wrong_password_are_the_same(string message) => Assert.Equal(["- Failure"], await Plain(message));

    [Theory]
    [InlineData("")]
    [InlineData("tim")]
    [InlineData("\0tim")]
    [InlineData("\0\0pw")]
    [InlineData("\0tim\0")]
    [InlineData("\0tim\0pw\0")]
    [InlineData("\0tim\0p\tw")]
    [InlineData("\0tim\0\xC3(")]
    [InlineData("\xFF\0tim\0pw")]
    public async Task What_is_no_message_of_PLAIN_is_malformed(string message) => Assert.Equal(["- Malformed"], await Plain(message));

    [Fact]
    public async Task Parts_have_a_limit()
    {
        Assert.Equal(["- Failure"], await Plain($"\0{new string('a', 1024)}\0{new string('b', 1024)}"));
        Assert.Equal(["- Malformed"], await Plain($"\0{new string('a', 1025)}\0b"));
        Assert.Equal(["- Malformed"], await Plain($"\0a\0{new string('b', 1025)}"));
    }

    [Fact]
    public async Task LOGIN_asks_for_the_name_and_the_password()
    {
        Assert.Equal(["? Username:", "? Password:", "+ tim"], await Login(null, "tim", "tanstaaftanstaaf"));
        Assert.Equal(["? Password:", "+ tim"], await Login("tim", "tanstaaftanstaaf"));
        Assert.Equal(["? Password:", "- Failure"], await Login("tim", "wrong"));
        Assert.Equal(["? Password:", "- Failure"], await Login("nobody", "tanstaaftanstaaf"));
        Assert.Equal(["? Password:", "- Malformed"], await Login("tim", ""));
        Assert.Equal(["? Username:", "- Malformed"], await Login(null, ""));
    }

    [Fact]
    public async Task An_address_book_that_fails_says_so_by_an_exception()
    {
        var people = People.Known;
        people.IsBroken = true;
        await Assert.ThrowsAsync<IOException>(() => Exchange.WithServer(SaslMechanisms.Server("PLAIN", people, PasswordCheck.Shared, null, true)!, "\0tim\0x"));
    }

    [Fact]
    public async Task Many_at_once_all_get_their_answer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Plain(i % 2 == 0 ? "\0user\0pencil" : "\0user\0pen")));
        Assert.Equal(25, answers.Count(answer => answer is ["+ user"]));
        Assert.Equal(25, answers.Count(answer => answer is ["- Failure"]));
    }
}
