using Tell.Smtp.Server;
using Tell.Smtp.Tls;
using Tell.Tests.Simulation;

namespace Tell.Tests.Smtp.Server;

/// <summary>Clients for whom another speaks: by the PROXY protocol and by XCLIENT.</summary>
public class SpokenForTests
{
    private const string Header = "PROXY TCP4 198.51.100.3 203.0.113.25 40000 2525\r\n";

    private static readonly ServerOptions Proxied = Dialogue.Options with { ProxyHeader = true }, Xclient = Dialogue.Options with { Xclient = true };

    [Fact]
    public void The_session_is_that_of_the_client_and_remembers_the_proxy()
    {
        var log = new LineLog();
        var dialogue = new Dialogue(Proxied, log: log);
        dialogue.Send(Header + Dialogue.Envelope + "DATA\r\nx\r\n.\r\nQUIT\r\n");
        var facts = dialogue.Catcher.Mails[0].Session;
        Assert.Equal("198.51.100.3:40000 203.0.113.25:2525 192.0.2.7:40001", $"{facts.Client} {facts.Listener} {facts.Via}");
        Assert.Equal("198.51.100.3", dialogue.Catcher.Mails[0].Envelope.Submission.Client);
        Assert.Contains("S1: 192.0.2.7:40001 speaks for 198.51.100.3:40000", log.Lines);
    }

    [Fact]
    public void A_proxy_that_speaks_for_itself_is_the_client()
    {
        var dialogue = new Dialogue(Proxied);
        dialogue.Send("PROXY UNKNOWN\r\nQUIT\r\n");
        Assert.Equal("192.0.2.7:40001", dialogue.Summary.Facts.Client.ToString());
        Assert.Null(dialogue.Summary.Facts.Via);
    }

    [Fact]
    public void Nobody_hears_a_word_before_the_header_is_whole()
    {
        var dialogue = new Dialogue(Proxied);
        foreach (var c in Header)
        {
            Assert.Equal("", dialogue.Hear());
            dialogue.Send(c.ToString());
        }
        Assert.Equal("220", Dialogue.CodesOf(dialogue.Hear()));
    }

    [Theory]
    [InlineData("PROXY TCP4 somewhere\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIX")]
    [InlineData("QUIT\r\n")]
    public void Without_a_header_the_connection_is_closed_without_a_word(string octets)
    {
        var log = new LineLog();
        var dialogue = new Dialogue(Proxied, log: log);
        dialogue.Send(octets);
        Assert.Equal("", dialogue.Hear());
        Assert.Equal(SessionEnd.NoHeader, dialogue.End);
        Assert.True(dialogue.Connection.IsClosed);
        Assert.Contains("S1: 192.0.2.7:40001 sent no PROXY header, which is required here; closed", log.Lines);
    }

    [Fact]
    public void The_whole_header_has_the_idle_timeout()
    {
        var clock = new ManualClock();
        var dialogue = new Dialogue(Proxied with { IdleTimeout = TimeSpan.FromMinutes(1) }, clock: clock);
        for (var i = 0; i < 3; i++)
        {
            dialogue.Send(Header[i..(i + 1)]);
            clock.Advance(TimeSpan.FromSeconds(20));
        }
        Assert.Equal("", dialogue.Hear());
        Assert.Equal(SessionEnd.NoHeader, dialogue.End);
    }

    [Fact]
    public void A_stop_and_a_proxy_that_leaves_end_the_wait_for_the_header()
    {
        var stopped = new Dialogue(Proxied);
        stopped.Send("PROXY");
        stopped.Stop();
        Assert.Equal((SessionEnd.Stopped, ""), (stopped.End, stopped.Hear()));

        var left = new Dialogue(Proxied);
        left.Close();
        Assert.Equal((SessionEnd.Vanished, ""), (left.End, left.Hear()));
    }

    [Fact]
    public void XCLIENT_changes_the_client_and_the_user_and_keeps_the_one_that_is_there()
    {
        var dialogue = new Dialogue(Xclient, tls: new TlsFacts("TLSv1.3", "TLS_AES_256_GCM_SHA384"));
        dialogue.Send(
            "XCLIENT NAME=spike.example ADDR=IPV6:2001:db8::1 PORT=4711 PROTO=ESMTP HELO=spike.example LOGIN=a+2Bb@x DESTADDR=203.0.113.25 DESTPORT=587\r\n"
            + "MAIL FROM:<a@client.example>\r\nRCPT TO:<b@mx.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n");
        var facts = dialogue.Catcher.Mails[0].Session;
        Assert.Equal("[2001:db8::1]:4711 203.0.113.25:587 192.0.2.7:40001", $"{facts.Client} {facts.Listener} {facts.Via}");
        Assert.Equal(("a+b@x", "spike.example", "ESMTPSA"), (facts.User, facts.Helo, facts.Protocol(false)));
    }

    [Fact]
    public void What_a_second_XCLIENT_does_not_say_is_as_before_but_for_the_user_and_the_greeting()
    {
        var dialogue = new Dialogue(Xclient);
        dialogue.Send("XCLIENT ADDR=198.51.100.3 PORT=1 LOGIN=ada HELO=x PROTO=ESMTP\r\nXCLIENT PORT=2\r\nQUIT\r\n");
        var facts = dialogue.Summary.Facts;
        Assert.Equal("198.51.100.3:2 192.0.2.7:40001", $"{facts.Client} {facts.Via}");
        Assert.Equal((null, null, false), (facts.User, facts.Helo, facts.Extended));
    }

    [Fact]
    public void A_client_that_nobody_knows_is_not_taken_for_the_proxy()
    {
        var dialogue = new Dialogue(Xclient);
        dialogue.Send("XCLIENT ADDR=[UNAVAILABLE]\r\nQUIT\r\n");
        Assert.Equal("255.255.255.255:0", dialogue.Summary.Facts.Client.ToString());
    }

    [Fact]
    public void A_client_behind_a_proxy_may_not_speak_for_others_though_the_proxy_itself_may()
    {
        var behind = new Dialogue(Proxied with { Xclient = true });
        Assert.Equal("220 250 502 221", behind.Codes(Header + "EHLO evil.example\r\nXCLIENT ADDR=203.0.113.1 LOGIN=ada\r\nQUIT\r\n"));
        Assert.Equal(("198.51.100.3:40000", null), (behind.Summary.Facts.Client.ToString(), behind.Summary.Facts.User));

        var itself = new Dialogue(Proxied with { Xclient = true });
        Assert.Equal("220 220 221", itself.Codes("PROXY UNKNOWN\r\nXCLIENT ADDR=198.51.100.9\r\nQUIT\r\n"));
        Assert.Equal("198.51.100.9:0 192.0.2.7:40001", $"{itself.Summary.Facts.Client} {itself.Summary.Facts.Via}");
    }

    [Fact]
    public void A_client_that_may_not_stay_hears_so_in_place_of_the_greeting_and_no_more()
    {
        var proxied = new Dialogue(Proxied, Unwanted());
        proxied.Send(Header + "EHLO client.example\r\n");
        Assert.Equal("554 5.7.1 Not you\r\n", proxied.Hear());
        Assert.Equal(SessionEnd.Dismissed, proxied.End);

        var named = new Dialogue(Xclient, Unwanted());
        named.Send("XCLIENT ADDR=198.51.100.4\r\nXCLIENT ADDR=198.51.100.3\r\nEHLO client.example\r\n");
        Assert.Equal("220 220 554", Dialogue.CodesOf(named.Hear()));
        Assert.Equal((SessionEnd.Dismissed, 0), (named.End, named.Summary.Errors));
    }

    [Fact]
    public void Where_TLS_comes_first_it_hears_nothing_in_the_clear()
    {
        var dialogue = new Dialogue(Proxied with { Tls = new SimulatedTls().Server with { Implicit = true } }, Unwanted());
        dialogue.Send(Header);
        Assert.Equal("", dialogue.Hear());
        Assert.Equal(SessionEnd.Dismissed, dialogue.End);
    }

    [Fact]
    public void A_client_that_the_receiver_cannot_judge_is_asked_to_come_again()
    {
        var dialogue = new Dialogue(Proxied, new MailCatcher { Client = _ => throw new InvalidOperationException("the rules are gone") });
        dialogue.Send(Header + "EHLO client.example\r\n");
        Assert.Equal("451", Dialogue.CodesOf(dialogue.Hear()));
        Assert.Equal(SessionEnd.Dismissed, dialogue.End);
    }

    private static MailCatcher Unwanted() =>
        new() { Client = facts => facts.Client.Address.ToString() == "198.51.100.3" ? Tell.Smtp.Reply.Of(554, "5.7.1", "Not you") : null };
}
