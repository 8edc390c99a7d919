using System.Net;
using System.Text;
using Tell.Smtp.Client;
using Tell.Smtp.Network;
using Tell.Smtp.Sasl;
using Tell.Tests.Simulation;

namespace Tell.Tests.Smtp.Client;

/// <summary>RFC 4954 as the client, with a mechanism that says what the test wants. "opensesame" is the password.</summary>
public sealed class AuthenticationExchangeTests
{
    private const string Password = "opensesame";
    private static readonly IPEndPoint Server = IPEndPoint.Parse("198.51.100.25:25");

    [Theory]
    [InlineData("C: AUTH FAKE aGVsbG8=\nS: 235 2.7.0 welcome", "hello")]
    [InlineData("C: AUTH FAKE =\nS: 235 2.7.0 welcome", "")]
    [InlineData("C: AUTH FAKE\nS: 334 bmFtZQ==\nC: bmFtZQ==\nS: 334\nC:\nS: 235 2.7.0 welcome", null)]
    [InlineData("C: AUTH FAKE aGVsbG8=\nS: 334 bmFtZQ==\nC: bmFtZQ==\nS: 235 ok", "hello")]
    public void Responses_go_as_the_mechanism_says(string script, string? initial) => Play(script, new Fake(initial), fault => Assert.Null(fault));

    [Fact]
    public void An_initial_response_that_does_not_fit_the_command_waits_for_an_empty_challenge()
    {
        var longest = new string('x', 375);
        Play($"C: AUTH FAKE {Base64(longest)}\nS: 235 ok", new Fake(longest), fault => Assert.Null(fault));
        Play($"C: AUTH FAKE\nS: 334 \nC: {Base64(longest + "x")}\nS: 235 ok", new Fake(longest + "x"), fault => Assert.Null(fault));
        Play("C: AUTH FAKE\nS: 334 bmFtZQ==\nC: *\nS: 501 5.7.0 cancelled", new Fake(longest + "x"), fault => Assert.Equal("the peer's challenge in AUTH FAKE is wrong", fault!.Text));
    }

    [Theory]
    [InlineData("535 5.7.8 Authentication credentials invalid")]
    [InlineData("454 4.7.0 Temporary authentication failure")]
    [InlineData("504 5.5.4 Unrecognized authentication type")]
    [InlineData("421 4.7.0 Too many tries")]
    public void A_refusal_is_a_fault_with_its_reply(string reply) => Play($"C: AUTH FAKE aGVsbG8=\nS: {reply}", new Fake("hello"), fault =>
    {
        Assert.Equal((SessionPhase.Authentication, reply), (fault!.Phase, fault.Reply!.ToString()));
        Assert.False(fault.InDoubt);
    });

    [Theory]
    [InlineData("334 no base64!")]
    [InlineData("334 bmFtZQ")]
    [InlineData("334-bmFt\nS: 334 ZQ==")]
    [InlineData("334 YmFk")]
    public void A_wrong_challenge_is_cancelled(string challenge) => Play($"C: AUTH FAKE\nS: {challenge}\nC: *\nS: 501 5.7.0 cancelled", new Fake(null), fault =>
        Assert.Equal(("the peer's challenge in AUTH FAKE is wrong", null), (fault!.Text, fault.Reply)));

    [Fact]
    public void A_peer_that_says_yes_and_has_not_proved_itself_is_a_fault() => Play("C: AUTH FAKE aGVsbG8=\nS: 235 welcome", new Fake("hello") { IsSatisfied = false }, fault =>
        Assert.Equal("the peer took AUTH FAKE and did not prove that it knows the password", fault!.Text));

    [Theory]
    [InlineData("S: 535 5.7.8 wrong: opensesame")]
    [InlineData("S: 501-Cannot decode\nS: 501 b3BlbnNlc2FtZQ==")]
    [InlineData("S: 421 opensesame")]
    [InlineData("S: what is opensesame")]
    [InlineData("S: 235-b3BlbnNlc2FtZQ==\nS: 236 x")]
    [InlineData("S: 354 opensesame")]
    [InlineData("S: 250 b3BlbnNlc2FtZQ==")]
    public void What_is_secret_is_in_no_fault_whatever_the_peer_repeats(string said) => Play($"C: AUTH FAKE b3BlbnNlc2FtZQ==\n{said}", new Fake(Password), fault =>
    {
        Assert.NotNull(fault);
        Assert.DoesNotContain(Password, fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Base64(Password), fault.ToString(), StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("-- close", "connection closed")]
    [InlineData("-- silence", "no reply to AUTH within 5 minutes")]
    public void A_peer_that_is_lost_is_a_fault(string said, string text) => Play($"C: AUTH FAKE aGVsbG8=\n{said}", new Fake("hello"), fault =>
        Assert.Equal((SessionPhase.Authentication, text), (fault!.Phase, fault.Text)));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private static void Play(string script, ISaslClient mechanism, Action<SessionFault?> check)
    {
        foreach (var piece in new[] { 0, 1, 7 })
        {
            var simulator = new Simulator(1);
            simulator.Network.To(Server).LargestPiece = piece;
            ((Fake)mechanism).Again();
            simulator.Run(async () =>
            {
                await using var listener = await simulator.Network.ListenAsync(Server, default);
                var serving = simulator.Start(async () =>
                {
                    await using var connection = await listener.AcceptAsync(default);
                    await new Transcript(script).PlayAsync(connection!);
                });
                var wire = new ClientWire(await simulator.Network.ConnectAsync(Server, default), ClientStory.Options, simulator.Time);
                check(await new AuthenticationExchange(wire, mechanism, Password).RunAsync());
                await wire.DisposeAsync();
                await serving;
            });
        }
    }

    // Repeats every challenge but "bad".
    private sealed class Fake(string? initial) : ISaslClient
    {
        private bool _begun;

        public string Name => "FAKE";

        public bool IsSatisfied { get; init; } = true;

        public void Again() => _begun = false;

        public byte[]? Initial()
        {
            Assert.False(_begun);
            _begun = true;
            return initial is null ? null : Encoding.ASCII.GetBytes(initial);
        }

        public byte[]? Next(ReadOnlySpan<byte> challenge) => challenge.SequenceEqual("bad"u8) ? null : challenge.ToArray();
    }
}
