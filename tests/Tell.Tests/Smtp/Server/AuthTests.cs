using System.Text;
using Tell.Smtp.Sasl;
using Tell.Smtp.Server;
using Tell.Smtp.Tls;
using Tell.Tests.Smtp.Sasl;

namespace Tell.Tests.Smtp.Server;

public class AuthTests
{
    private static readonly TlsFacts Tls = new("TLSv1.3", "TLS_AES_256_GCM_SHA384") { ServerEndPoint = new byte[] { 1, 2, 3 } };

    private static ServerOptions Options => Dialogue.Options with { Authenticator = People.Known, MaxErrors = 0 };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.Latin1.GetBytes(text));

    private static string Plain(string user, string password) => $"AUTH PLAIN {Base64($"\0{user}\0{password}")}\r\n";

    [Theory]
    [InlineData("SCRAM-SHA-256-PLUS", 0)]
    [InlineData("SCRAM-SHA-256-PLUS", 1)]
    [InlineData("SCRAM-SHA-256", 0)]
    [InlineData("SCRAM-SHA-256", 1)]
    [InlineData("PLAIN", 1)]
    [InlineData("LOGIN", 1)]
    public void Each_mechanism_lets_a_user_in_and_keeps_a_stranger_out(string name, int piece)
    {
        var facts = name.EndsWith("-PLUS", StringComparison.Ordinal) ? Tls : Tls with { ServerEndPoint = default };
        foreach (var (user, password, outcome) in new[] { ("user", "pencil", "235"), ("user", "pen", "535"), ("nobody", "pencil", "535") })
        {
            foreach (var withInitial in new[] { true, false })
            {
                var dialogue = new Dialogue(Options, connection: new MemoryConnection(piece * 3), tls: facts);
                dialogue.Send("EHLO client.example\r\n");
                dialogue.Hear();
                var client = SaslMechanisms.Client([name], user, password, facts)!;
                Assert.Equal(outcome, Play(dialogue, client, withInitial, piece)[..3]);
                Assert.True(outcome != "235" || client.IsSatisfied);
            }
        }
    }

    [Fact]
    public void The_message_of_a_user_says_whose_it_is_and_how_it_came()
    {
        var dialogue = new Dialogue(Options, tls: Tls);
        dialogue.Send("EHLO client.example\r\n" + Plain("KURT", "xipj3plmq") + Dialogue.Envelope + "DATA\r\nx\r\n.\r\nQUIT\r\n");
        var mail = Assert.Single(dialogue.Catcher.Mails);
        Assert.Equal(("ESMTPSA", "Kurt"), (mail.Envelope.Submission.Protocol, mail.Envelope.Submission.User));
        Assert.Equal("Kurt", dialogue.Summary.Facts.User);
    }

    [Fact]
    public void Without_TLS_the_protocol_says_so()
    {
        var dialogue = new Dialogue(Options with { AuthWithoutTls = true });
        dialogue.Send("EHLO client.example\r\n" + Plain("user", "pencil") + Dialogue.Envelope + "DATA\r\nx\r\n.\r\n");
        Assert.Equal("ESMTPA", dialogue.Catcher.Mails[0].Envelope.Submission.Protocol);
    }

    [Fact]
    public void No_secret_is_ever_logged()
    {
        var log = new LineLog();
        var dialogue = new Dialogue(Options, log: log, tls: Tls);
        dialogue.Send("EHLO client.example\r\n" + Plain("user", "sesame1")
            + $"AUTH LOGIN\r\n{Base64("sesame2")}\r\n{Base64("sesame3")}\r\n"
            + $"AUTH PLAIN\r\n{Base64("sesame4")}\r\nAUTH PLAIN !sesame5\r\nAUTH sesame6 sesame7\r\n{Base64("sesame8")}\r\n" + Plain("user", "pencil") + "QUIT\r\n");
        Assert.Equal("user", dialogue.Summary.Facts.User);
        var logged = string.Join('\n', log.Lines) + string.Join('\n', log.Causes);
        foreach (var secret in Enumerable.Range(1, 8).Select(i => $"sesame{i}").Append("pencil"))
        {
            Assert.DoesNotContain(secret, logged, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Base64(secret)[..7], logged, StringComparison.Ordinal);
        }
        Assert.Contains("S1: 192.0.2.7:40001 failed to authenticate by PLAIN", log.Lines);
        Assert.Contains("S1: user authenticated by PLAIN", log.Lines);
    }

    [Fact]
    public void The_log_names_the_cause_where_nobody_could_be_authenticated()
    {
        var log = new LineLog();
        var dialogue = new Dialogue(Options with { Authenticator = new People { IsBroken = true } }, log: log, tls: Tls);
        Assert.Equal("220 250 454", dialogue.Codes("EHLO client.example\r\n" + Plain("user", "pencil")));
        Assert.Contains("S1: AUTH failed; the client was told to try again later", log.Lines);
        Assert.Contains(log.Causes, cause => cause is IOException { Message: "the address book is on fire" });
    }

    [Fact]
    public void The_answer_to_a_wrong_password_waits_longer_each_time()
    {
        var clock = new ManualClock();
        var dialogue = new Dialogue(Options with { AuthPause = TimeSpan.FromSeconds(1) }, clock: clock, tls: Tls);
        dialogue.Codes("EHLO client.example\r\n");
        for (var failure = 1; failure <= 3; failure++)
        {
            Assert.Equal("", dialogue.Codes(Plain("user", "wrong")));
            clock.Advance(TimeSpan.FromSeconds(failure) - TimeSpan.FromTicks(1));
            Assert.Equal("", dialogue.Hear());
            clock.Advance(TimeSpan.FromTicks(1));
            Assert.Equal(failure == 3 ? "535 421" : "535", Dialogue.CodesOf(dialogue.Hear()));
        }
        Assert.Equal(SessionEnd.TooManyErrors, dialogue.End);
    }

    [Fact]
    public void An_answer_has_the_idle_timeout_to_arrive_whole()
    {
        var clock = new ManualClock();
        var dialogue = new Dialogue(Options with { IdleTimeout = TimeSpan.FromMinutes(5) }, clock: clock, tls: Tls);
        dialogue.Send("EHLO client.example\r\nAUTH LOGIN\r\n");
        dialogue.Hear();
        for (var minute = 0; minute < 4; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            dialogue.Send("a");
        }
        Assert.Equal("", dialogue.Hear());
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("421", Dialogue.CodesOf(dialogue.Hear()));
        Assert.Equal(SessionEnd.TimedOut, dialogue.End);
    }

    [Fact]
    public void A_stop_and_a_client_that_leaves_end_an_exchange()
    {
        var stopped = new Dialogue(Options, tls: Tls);
        Assert.Equal("220 250 334", stopped.Codes("EHLO client.example\r\nAUTH LOGIN\r\n"));
        stopped.Stop();
        Assert.Equal("421", Dialogue.CodesOf(stopped.Hear()));
        Assert.Equal(SessionEnd.Stopped, stopped.End);

        var left = new Dialogue(Options, tls: Tls);
        left.Send("EHLO client.example\r\nAUTH LOGIN\r\ndGl");
        left.Close();
        Assert.Equal(SessionEnd.Vanished, left.End);
    }

    [Fact]
    public void Random_exchanges_never_break_a_session()
    {
        string[] words =
        [
            "EHLO x\r\n", "AUTH ", "PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", " ", "=", "\r\n", "*\r\n", "\n", "\0", "!", "dXNlcg==", "AHVzZXIAcGVuY2ls",
            Base64("n,,n=user,r=abc"), Base64("y,,n=user,r=abc"), Base64("c=biws,r=abc,p=AAAA"), "RSET\r\n", "MAIL FROM:<> AUTH=<>\r\n", "QUIT\r", new string('A', 5000),
        ];
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var sent = string.Concat(Enumerable.Range(0, 60).Select(_ => words[random.Next(words.Length)]));
            var whole = new Dialogue(Options, tls: Tls);
            whole.Send(sent);
            whole.Close();
            Assert.True(whole.Done.IsCompletedSuccessfully, $"seed {seed}: {whole.Done.Exception}");
            if (seed % 10 != 0)
                continue;
            var cut = new Dialogue(Options, connection: new MemoryConnection(7), tls: Tls);
            foreach (var c in sent)
            {
                if (!cut.Done.IsCompleted)
                    cut.Send(c.ToString());
            }
            Assert.Equal(Dialogue.CodesOf(whole.Hear()), Dialogue.CodesOf(cut.Hear()));
        }
    }

    private static string Play(Dialogue dialogue, ISaslClient client, bool withInitial, int piece)
    {
        var initial = client.Initial();
        var line = initial is null || !withInitial ? $"AUTH {client.Name}\r\n" : $"AUTH {client.Name} {Convert.ToBase64String(initial)}\r\n";
        var pending = withInitial ? null : initial;
        while (true)
        {
            foreach (var part in piece == 0 ? [line] : line.Select(c => c.ToString()))
                dialogue.Send(part);
            var reply = dialogue.Hear();
            if (!reply.StartsWith("334 ", StringComparison.Ordinal))
                return reply;
            var answer = pending ?? client.Next(Convert.FromBase64String(reply[4..].TrimEnd())) ?? throw new InvalidOperationException("the client gives up");
            (pending, line) = (null, Convert.ToBase64String(answer) + "\r\n");
        }
    }
}
