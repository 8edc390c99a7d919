using System.Text;
using Tell.Smtp.Sasl;

namespace Tell.Tests.Smtp.Sasl;

public class ScramTests
{
    // RFC 7677 3.
    private const string
        ClientNonce = "rOprNGfwEbeRWgbNEkqO",
        ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
        ServerFirst = $"r={ClientNonce}{ServerNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        ClientFinal = $"c=biws,r={ClientNonce}{ServerNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private static readonly byte[] EndPoint = Encoding.ASCII.GetBytes("the hash of a certificate");

    private static ScramServer Server(byte[]? endPoint = null, bool plus = false) => new(People.Known, endPoint ?? [], plus, ServerNonce);

    private static ScramClient Client(string password = "pencil", byte[]? endPoint = null, bool plus = false, string user = "user") =>
        new(user, password, endPoint ?? [], plus, ClientNonce);

    private static string? Said(byte[]? octets) => octets is null ? null : Encoding.UTF8.GetString(octets);

    [Fact]
    public async Task The_server_plays_the_example() => Assert.Equal(
        [$"? {ServerFirst}", $"? {ServerFinal}", "+ user"],
        await Exchange.WithServer(Server(), $"n,,n=user,r={ClientNonce}", ClientFinal, ""));

    [Fact]
    public void The_client_plays_the_example()
    {
        var client = Client();
        Assert.Equal($"n,,n=user,r={ClientNonce}", Said(client.Initial()));
        Assert.Equal(ClientFinal, Said(client.Next(Encoding.UTF8.GetBytes(ServerFirst))));
        Assert.False(client.IsSatisfied);
        Assert.Equal("", Said(client.Next(Encoding.UTF8.GetBytes(ServerFinal))));
        Assert.True(client.IsSatisfied);
    }

    [Fact]
    public async Task Without_an_initial_response_the_server_asks_for_it() => Assert.Equal(
        ["? ", $"? {ServerFirst}"], await Exchange.WithServer(Server(), null, $"n,,n=user,r={ClientNonce}"));

    [Theory]
    [InlineData("user", "pencil", "+ user")]
    [InlineData("USER", "pencil", "+ user")]
    [InlineData("user", "pen", "- Failure")]
    [InlineData("nobody", "pencil", "- Failure")]
    public async Task Both_sides_agree_on_who_it_is(string user, string password, string outcome)
    {
        Assert.Equal(outcome, await Exchange.Between(Client(password, user: user), Server()));
        Assert.Equal(outcome, await Exchange.Between(Client(password, EndPoint, true, user), Server(EndPoint, true)));
    }

    [Fact]
    public async Task A_name_may_hold_commas_and_equal_signs()
    {
        var people = new People { ["a=b,c=2C"] = "ключ" };
        Assert.Equal("+ a=b,c=2C", await Exchange.Between(Client("ключ", user: "a=b,c=2C"), new ScramServer(people, default, false, ServerNonce)));
    }

    [Fact]
    public async Task An_unknown_user_has_one_salt_in_any_case_and_fails_at_the_end()
    {
        var first = await Exchange.WithServer(Server(), $"n,,n=Nobody,r={ClientNonce}", ClientFinal);
        var again = await Exchange.WithServer(Server(), $"n,,n=nobody,r={ClientNonce}", ClientFinal);
        var other = await Exchange.WithServer(Server(), $"n,,n=nobody2,r={ClientNonce}", ClientFinal);
        Assert.Equal(first, again);
        Assert.NotEqual(first[0], other[0]);
        Assert.Matches(@"^\? r=[^,]+,s=[A-Za-z0-9+/]{22}==,i=20000$", first[0]);
        Assert.Equal("- Failure", first[1]);
    }

    [Fact]
    public async Task A_binding_to_another_certificate_is_a_failure()
    {
        Assert.Equal("- Failure", await Exchange.Between(Client(endPoint: [1, 2, 3], plus: true), Server(EndPoint, true)));
    }

    // RFC 5802 6: the client saw a list without -PLUS, which this server never sent.
    [Fact]
    public async Task A_list_that_lost_PLUS_on_the_way_is_found_out()
    {
        Assert.Equal("- Failure", await Exchange.Between(Client(endPoint: EndPoint), Server(EndPoint)));
        Assert.Equal("+ user", await Exchange.Between(Client(endPoint: EndPoint), Server()));
        Assert.Equal("+ user", await Exchange.Between(Client(), Server(EndPoint)));
    }

    [Theory]
    [InlineData("n,,n=user,r=abc", true, "- Malformed")]
    [InlineData("y,,n=user,r=abc", true, "- Malformed")]
    [InlineData("p=tls-server-end-point,,n=user,r=abc", false, "- Malformed")]
    [InlineData("p=tls-unique,,n=user,r=abc", true, "- Failure")]
    [InlineData("p=tls-exporter,,n=user,r=abc", true, "- Failure")]
    [InlineData("x,,n=user,r=abc", false, "- Malformed")]
    [InlineData("", false, "- Malformed")]
    [InlineData(",", false, "- Malformed")]
    [InlineData("n,,", false, "- Malformed")]
    [InlineData("n,,n=user", false, "- Malformed")]
    [InlineData("n,,n=user,r=", false, "- Malformed")]
    [InlineData("n,,n=user,r=a c", false, "- Malformed")]
    [InlineData("n,,n=user,r=abc,", false, "- Malformed")]
    [InlineData("n,,n=,r=abc", false, "- Malformed")]
    [InlineData("n,,n=us=er,r=abc", false, "- Malformed")]
    [InlineData("n,,n=us=2,r=abc", false, "- Malformed")]
    [InlineData("n,,r=abc,n=user", false, "- Malformed")]
    [InlineData("n,,m=x,n=user,r=abc", false, "- Malformed")]
    [InlineData("n,,n=user,r=abc,m=x", false, "- Malformed")]
    [InlineData("n,a=other,n=user,r=abc", false, "- Failure")]
    [InlineData("n,b=user,n=user,r=abc", false, "- Malformed")]
    [InlineData("n,,n=user,r=abc\0", false, "- Malformed")]
    [InlineData("n,,n=us\xffr,r=abc", false, "- Malformed")]
    public async Task A_first_message_that_is_wrong_goes_no_further(string message, bool plus, string outcome) =>
        Assert.Equal([outcome], await Exchange.WithServer(Server(plus ? EndPoint : [], plus), message));

    [Fact]
    public async Task Who_acts_for_oneself_may_say_so_and_unknown_extensions_are_ignored() =>
        Assert.StartsWith("? r=abc", (await Exchange.WithServer(Server(), "n,a=user,n=user,r=abc,x=y"))[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("", "- Malformed")]
    [InlineData("c=biws", "- Malformed")]
    [InlineData($"c=biws,r={ClientNonce}{ServerNonce}", "- Malformed")]
    [InlineData($"c=biws,r={ClientNonce}{ServerNonce},p=!", "- Malformed")]
    [InlineData($"c=biws,r={ClientNonce}{ServerNonce},m=x,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "- Malformed")]
    [InlineData($"c=biws,r={ClientNonce}{ServerNonce},p=", "- Failure")]
    [InlineData($"c=biws,r={ClientNonce}{ServerNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndQ==", "- Failure")]
    [InlineData($"c=eSws,r={ClientNonce}{ServerNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "- Failure")]
    [InlineData($"c=biws,r={ClientNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "- Failure")]
    public async Task A_final_message_that_is_wrong_proves_nothing(string message, string outcome) =>
        Assert.Equal(outcome, (await Exchange.WithServer(Server(), $"n,,n=user,r={ClientNonce}", message, ""))[1]);

    [Fact]
    public async Task Nothing_comes_after_a_refusal() =>
        Assert.Equal("- Malformed", (await Exchange.WithServer(Server(), $"n,,n=user,r={ClientNonce}", "c=", ClientFinal))[2]);

    [Fact]
    public async Task The_acknowledgement_is_empty() =>
        Assert.Equal("- Malformed", (await Exchange.WithServer(Server(), $"n,,n=user,r={ClientNonce}", ClientFinal, "ok"))[2]);

    [Theory]
    [InlineData("")]
    [InlineData("e=unknown-user")]
    [InlineData($"r={ClientNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData($"r={ClientNonce}x,s=,i=4096")]
    [InlineData($"r={ClientNonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095")]
    [InlineData($"r={ClientNonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=250001")]
    [InlineData($"r={ClientNonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999")]
    [InlineData($"r={ClientNonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-1")]
    [InlineData($"m=x,r={ClientNonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    public void A_client_gives_no_proof_to_a_server_that_breaks_the_rules(string challenge) =>
        Assert.Null(Client().Next(Encoding.UTF8.GetBytes(challenge)));

    [Theory]
    [InlineData("e=invalid-proof")]
    [InlineData("v=")]
    [InlineData("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    [InlineData("")]
    public void A_server_that_cannot_prove_itself_is_not_believed(string final)
    {
        var client = Client();
        client.Next(Encoding.UTF8.GetBytes(ServerFirst));
        Assert.Null(client.Next(Encoding.UTF8.GetBytes(final)));
        Assert.False(client.IsSatisfied);
    }
}
