using Tell.Smtp.Sasl;
using Tell.Smtp.Tls;

namespace Tell.Tests.Smtp.Sasl;

public class SaslMechanismsTests
{
    private static readonly TlsFacts
        Plain = new("TLSv1.3", "TLS_AES_256_GCM_SHA384"),
        Bound = Plain with { ServerEndPoint = new byte[] { 1, 2, 3 } };

    [Fact]
    public void Nothing_is_offered_before_TLS_unless_told_and_PLUS_only_with_a_binding()
    {
        Assert.Equal([], SaslMechanisms.Offered(null, false));
        Assert.Equal(["SCRAM-SHA-256", "PLAIN", "LOGIN"], SaslMechanisms.Offered(null, true));
        Assert.Equal(["SCRAM-SHA-256", "PLAIN", "LOGIN"], SaslMechanisms.Offered(Plain, false));
        Assert.Equal(["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN"], SaslMechanisms.Offered(Bound, false));
    }

    [Theory]
    [InlineData("scram-sha-256", true)]
    [InlineData("Login", true)]
    [InlineData("SCRAM-SHA-256-PLUS", false)]
    [InlineData("CRAM-MD5", false)]
    [InlineData("", false)]
    public void A_server_knows_what_it_offers(string name, bool known)
    {
        Assert.Equal(known, SaslMechanisms.Server(name, People.Known, PasswordCheck.Shared, Plain, false) is not null);
        Assert.Null(SaslMechanisms.Server(name, People.Known, PasswordCheck.Shared, null, false));
    }

    [Theory]
    [InlineData("PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS", true, "SCRAM-SHA-256-PLUS")]
    [InlineData("PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS", false, "SCRAM-SHA-256")]
    [InlineData("login plain scram-sha-256", true, "SCRAM-SHA-256")]
    [InlineData("LOGIN PLAIN GSSAPI", true, "PLAIN")]
    [InlineData("CRAM-MD5 LOGIN", false, "LOGIN")]
    [InlineData("CRAM-MD5", false, null)]
    [InlineData("SCRAM-SHA-256-PLUS", false, null)]
    [InlineData("", true, null)]
    public void A_client_takes_the_strongest_of_what_is_offered(string offered, bool bound, string? chosen) =>
        Assert.Equal(chosen, SaslMechanisms.Client(offered.Split(' '), "user", "pencil", bound ? Bound : Plain)?.Name);

    [Theory]
    [InlineData("us\ner", "pencil")]
    [InlineData("user", "pen\0cil")]
    [InlineData("", "pencil")]
    [InlineData("user", "")]
    public void A_client_sends_no_control_characters(string user, string password) =>
        Assert.Null(SaslMechanisms.Client(["PLAIN"], user, password, Plain));

    [Theory]
    [InlineData("SCRAM-SHA-256-PLUS")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task Both_sides_of_each_mechanism_understand_each_other(string name)
    {
        var facts = name == "SCRAM-SHA-256-PLUS" ? Bound : Plain;
        Assert.Equal("+ user", await Exchange.Between(
            SaslMechanisms.Client([name], "user", "pencil", facts)!, SaslMechanisms.Server(name, People.Known, PasswordCheck.Shared, facts, false)!));
        Assert.Equal("- Failure", await Exchange.Between(
            SaslMechanisms.Client([name], "user", "pencils", facts)!, SaslMechanisms.Server(name, People.Known, PasswordCheck.Shared, facts, false)!));
    }

    [Fact]
    public async Task Random_messages_never_break_either_side()
    {
        string[] words = ["n,", "y,", "p=tls-server-end-point,", ",", "a=user", "n=user", "r=abc", "c=biws", "p=", "s=QUJD", "i=4096", "v=", "m=", "=2C", "=", "\0", "é", "user", "pencil"];
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            foreach (var name in SaslMechanisms.Offered(Bound, false).Where(name => name != "LOGIN"))
            {
                var server = SaslMechanisms.Server(name, People.Known, PasswordCheck.Shared, Bound, false)!;
                var client = SaslMechanisms.Client([name], "user", "pencil", Bound)!;
                for (var turn = 0; turn < 3; turn++)
                {
                    var message = System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => words[random.Next(words.Length)])));
                    var step = await server.NextAsync(message, CancellationToken.None);
                    Assert.True(step.State != SaslState.Success, $"seed {seed}");
                    if (client.Next(message) is null && client.Name.StartsWith("SCRAM", StringComparison.Ordinal))
                        Assert.False(client.IsSatisfied, $"seed {seed}");
                }
            }
        }
    }
}
