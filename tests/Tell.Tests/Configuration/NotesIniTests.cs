using Tell.Smtp.Server;
using System.Net;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Routing;

namespace Tell.Tests.Configuration;

public sealed class NotesIniTests
{
    private static readonly string Below = Path.GetFullPath("/srv/tell");

    private static NotesIniReading Read(string text) => NotesIni.Read(text, "notes.ini", Below);

    private static string Problems(string text) => string.Join('\n', Read(text).Problems);

    [Fact]
    public void An_empty_file_gives_the_defaults()
    {
        var settings = Read("").Settings!;
        Assert.Equal(Path.Combine(Below, "data"), settings.Directory);
        Assert.Equal("127.0.0.1:2525", Assert.Single(settings.Listen).ToString());
        Assert.Equal(52428800, settings.MaxMessageSize);
        Assert.Equal([5, 15, 30, 60, 120, 240], settings.RetryIntervals.Select(wait => wait.TotalMinutes));
        Assert.Equal(TimeSpan.FromDays(5), settings.ExpireAfter);
        Assert.Contains('.', settings.HostName);
        Assert.True(settings.Housekeeping);
        Assert.Equal(LoggingLevel.Normal, settings.LogLevel);
    }

    [Fact]
    public void Nothing_is_open_that_the_file_does_not_open()
    {
        var settings = Read("").Settings!;
        Assert.Empty(settings.RelayClients);
        Assert.Empty(settings.RelayDomains);
        Assert.All(settings.Listen, endpoint => Assert.True(IPAddress.IsLoopback(endpoint.Address)));
    }

    [Fact]
    public void Values_of_every_kind_are_read()
    {
        var settings = Read("""
            [Notes]
            ; a comment
            # another
            Directory = spool/one
            smtpmta_hostname=MX.Example.Test
            SMTPMTA_Listen=0.0.0.0:25, [::1]:2525
            SMTPMTA_LocalDomains=example.test,Example.ORG
            SMTPMTA_RelayClients=127.0.0.0/8,192.0.2.7/24,2001:db8::/32,198.51.100.1
            SMTPMTA_RelayHost=[2001:db8::1]
            SMTPMTA_Routes=a.test=127.0.0.1:1, b.test=host.test
            SMTPMTA_DnsServers=127.0.0.1:5353, 192.0.2.53, ::1
            SMTPMTA_RetryIntervals=PT1S, pt2m
            SMTPMTA_MaxMessageSize=10M
            SMTPMTA_Housekeeping=no
            SMTPMTA_LogLevel=Verbose
            SMTPMTA_LocalRecipients=listed
            SMTPMTA_BareNewlines=refuse
            """).Settings!;
        Assert.Equal(Path.Combine(Below, "spool", "one"), settings.Directory);
        Assert.Equal("mx.example.test", settings.HostName);
        Assert.Equal(["0.0.0.0:25", "[::1]:2525"], settings.Listen.Select(endpoint => endpoint.ToString()));
        Assert.Contains(Domain.Parse("EXAMPLE.org"), settings.LocalDomains);
        Assert.Equal(["127.0.0.0/8", "192.0.2.0/24", "2001:db8::/32", "198.51.100.1/32"], settings.RelayClients.Select(network => network.ToString()));
        Assert.Equal(new HostPort("2001:db8::1", 25), settings.RelayHost);
        Assert.Equal(FixedHop.FromHostPort(new HostPort("host.test", 25)), settings.Routes[Domain.Parse("b.test")]);
        Assert.Equal(["127.0.0.1:5353", "192.0.2.53:53", "[::1]:53"], settings.DnsServers.Select(endpoint => endpoint.ToString()));
        Assert.Equal([1, 120], settings.RetryIntervals.Select(wait => wait.TotalSeconds));
        Assert.Equal(10 * 1024 * 1024, settings.MaxMessageSize);
        Assert.False(settings.Housekeeping);
        Assert.Equal(LoggingLevel.Verbose, settings.LogLevel);
        Assert.Equal(LocalRecipients.Listed, settings.LocalRecipients);
        Assert.Equal(BareNewlines.Refuse, settings.BareNewlines);
    }

    [Fact]
    public void Every_error_is_reported_with_file_line_and_reason_and_there_are_no_settings()
    {
        var reading = Read("SMTPMTA_HostName=mx.test\nSMTPMTA_Listen=foo\n\nSMTPMTA_ExpireAfter=5 days\nthis is no setting\n");
        Assert.Null(reading.Settings);
        Assert.Equal(
            """
            notes.ini:2: SMTPMTA_Listen: "foo" is not address:port
            notes.ini:4: SMTPMTA_ExpireAfter: "5 days" is not an ISO 8601 duration such as PT5M (five minutes) or P5D (five days)
            notes.ini:5: "this is no setting" is not key=value
            """.ReplaceLineEndings("\n"),
            string.Join('\n', reading.Problems));
    }

    [Theory]
    [InlineData("SMTPMTA_OutboundCharset=klingon")]
    [InlineData("SMTPMTA_OutboundCharset=UTF-16")]
    [InlineData("SMTPMTA_OutboundLineLength=201")]
    [InlineData("SMTPMTA_Listen=2525")]
    [InlineData("SMTPMTA_Listen=127.0.0.1")]
    [InlineData("SMTPMTA_Listen=127.0.0.1:65536")]
    [InlineData("SMTPMTA_Listen=1:25")]
    [InlineData("SMTPMTA_Listen=::1:25")]
    [InlineData("SMTPMTA_Listen=[127.0.0.1]:25")]
    [InlineData("SMTPMTA_Listen=localhost:25")]
    [InlineData("SMTPMTA_RelayHost=host:0")]
    [InlineData("SMTPMTA_RelayHost=host:")]
    [InlineData("SMTPMTA_RelayHost=a b:25")]
    [InlineData("SMTPMTA_RelayHost=[::1]25")]
    [InlineData("SMTPMTA_RelayClients=127.0.0.0/33")]
    [InlineData("SMTPMTA_RelayClients=everybody")]
    [InlineData("SMTPMTA_Routes=a.test")]
    [InlineData("SMTPMTA_LocalDomains=[127.0.0.1]")]
    [InlineData("SMTPMTA_HostName=two words")]
    [InlineData("SMTPMTA_HostName=-x-")]
    [InlineData("SMTPMTA_RetryIntervals=")]
    [InlineData("SMTPMTA_RetryIntervals=PT0S")]
    [InlineData("SMTPMTA_ExpireAfter=P1M")]
    [InlineData("SMTPMTA_ExpireAfter=-P1D")]
    [InlineData("SMTPMTA_MaxMessageSize=0")]
    [InlineData("SMTPMTA_MaxMessageSize=9999999999999999G")]
    [InlineData("SMTPMTA_MaxMessageSize=G")]
    [InlineData("SMTPMTA_MaxRecipients=99")]
    [InlineData("SMTPMTA_MaxErrors=-1")]
    [InlineData("SMTPMTA_HousekeepingHour=24")]
    [InlineData("SMTPMTA_Housekeeping=maybe")]
    [InlineData("SMTPMTA_LogLevel=1")]
    [InlineData("Directory=")]
    [InlineData("=value")]
    public void A_bad_value_is_refused(string line)
    {
        var reading = Read("\n" + line);
        Assert.Null(reading.Settings);
        Assert.Equal(2, Assert.Single(reading.Problems).Line);
    }

    [Fact]
    public void A_slip_in_a_key_is_a_warning_that_names_the_nearest_one()
    {
        Assert.Equal("notes.ini:1: warning: SMTPMTA_Lisen is no setting: ignored; did you mean SMTPMTA_Listen?", Problems("SMTPMTA_Lisen=x"));
        Assert.Equal("notes.ini:1: warning: RelayHost is no setting: ignored; did you mean SMTPMTA_RelayHost?", Problems("RelayHost=x"));
        Assert.Equal("notes.ini:1: warning: SMTPMTA_Bogus is no setting: ignored", Problems("SMTPMTA_Bogus=x"));
        Assert.Equal("notes.ini:1: warning: ServerTasks is no setting: ignored", Problems("ServerTasks=x"));
        Assert.NotNull(Read("SMTPMTA_Lisen=x").Settings);
    }

    [Fact]
    public void The_last_of_two_equal_keys_counts_and_is_reported()
    {
        var reading = Read("SMTPMTA_MaxErrors=1\nsmtpmta_maxerrors=2");
        Assert.Equal(2, reading.Settings!.MaxErrors);
        Assert.Equal("notes.ini:2: warning: SMTPMTA_MaxErrors stands in line 1 too: this one counts", Problems("SMTPMTA_MaxErrors=1\nsmtpmta_maxerrors=2"));
    }

    [Fact]
    public void A_choice_that_comes_with_a_later_release_says_so()
    {
        Assert.Equal("notes.ini:1: SMTPMTA_TransferLog: \"sun\" comes with a later release; this one knows json", Problems("SMTPMTA_TransferLog=sun"));
    }

    // What inet_aton makes of them is never what was meant: 192.168/16 would be 192.0.0.0/16.
    [Theory]
    [InlineData("SMTPMTA_RelayClients=192.168/16", "SMTPMTA_RelayClients: \"192.168/16\" is not a network such as 192.0.2.0/24")]
    [InlineData("SMTPMTA_RelayClients=10", "SMTPMTA_RelayClients: \"10\" is not a network such as 192.0.2.0/24")]
    [InlineData("SMTPMTA_PortAccess=10/8=refuse", "SMTPMTA_PortAccess: \"10/8=refuse\" is not a rule such as 192.0.2.0/24=refuse or 0.0.0.0/0=limit:20")]
    [InlineData("SMTPMTA_SourceAddresses=192.0.2", "SMTPMTA_SourceAddresses: \"192.0.2\" is not an IP address")]
    [InlineData("SMTPMTA_DnsServers=53", "SMTPMTA_DnsServers: \"53\" is not address:port")]
    public void An_address_of_less_than_four_numbers_is_a_slip_of_the_pen(string text, string problem) =>
        Assert.Equal("notes.ini:1: " + problem, Problems(text));

    [Fact]
    public void A_network_that_lets_everybody_relay_is_a_warning() =>
        Assert.Contains("open relay", Problems("SMTPMTA_RelayClients=0.0.0.0/0"));

    [Fact]
    public void Line_ends_and_a_byte_order_mark_do_not_count()
    {
        Assert.Equal("mx.test", Read("\uFEFFSMTPMTA_HostName=mx.test\r\n").Settings!.HostName);
        Assert.Equal(3, Assert.Single(Read("\r\n\r\nSMTPMTA_Listen=x").Problems).Line);
    }

    [Theory]
    [InlineData("SMTPMTA_XclientFrom=::/0", "1: warning: SMTPMTA_XclientFrom: ::/0 lets everybody pass for anybody: no limit and no rule of access holds")]
    [InlineData("SMTPMTA_ProxyFrom=0.0.0.0/0", "1: warning: SMTPMTA_ProxyFrom: 0.0.0.0/0 lets everybody pass for anybody: no limit and no rule of access holds")]
    [InlineData("SMTPMTA_SubmissionTlsListen=[::1]:465", "1: SMTPMTA_SubmissionTlsListen: TLS needs a certificate: SMTPMTA_TlsCertificate is empty")]
    [InlineData("SMTPMTA_SubmissionListen=[::1]:587", "1: warning: SMTPMTA_SubmissionListen: nobody can authenticate here: SMTPMTA_TlsCertificate is empty, and SMTPMTA_AuthWithoutTls is off")]
    [InlineData("SMTPMTA_TlsKey=a.pem,b.pem\nSMTPMTA_TlsCertificate=c.pem", "1: SMTPMTA_TlsKey: 2 keys for 1 certificate: one for each, or none where they stand in the same files")]
    [InlineData("SMTPMTA_Listen=127.0.0.1:25\nSMTPMTA_SubmissionListen=127.0.0.1:25\nSMTPMTA_AuthWithoutTls=on", "1: SMTPMTA_Listen: 127.0.0.1:25 is asked for twice; a listener has one purpose")]
    public void Settings_that_do_not_go_together_are_told_apart_by_their_line(string text, string problem) =>
        Assert.Equal("notes.ini:" + problem, Problems(text));

    [Theory]
    [InlineData("SMTPMTA_SubmissionListen=[::1]:587\nSMTPMTA_AuthWithoutTls=on")]
    [InlineData("SMTPMTA_SubmissionListen=[::1]:587\nSMTPMTA_SubmissionTlsListen=[::1]:465\nSMTPMTA_TlsCertificate=c.pem")]
    [InlineData("SMTPMTA_TlsCertificate=c.pem,d.pem\nSMTPMTA_TlsKey=e.pem,f.pem")]
    [InlineData("SMTPMTA_Listen=127.0.0.1:0,127.0.0.1:0")]
    public void Settings_that_go_together_are_no_problem(string text) => Assert.Equal("", Problems(text));

    [Fact]
    public void A_file_that_is_not_there_is_a_problem_and_no_exception()
    {
        var reading = NotesIni.ReadFile(Path.Combine(Path.GetTempPath(), "no", "such", "notes.ini"));
        Assert.Null(reading.Settings);
        Assert.EndsWith("notes.ini: there is no such file", Assert.Single(reading.Problems).ToString());
        Assert.Null(NotesIni.ReadFile(Path.GetTempPath()).Settings);
    }

    [Fact]
    public void A_control_character_of_the_file_does_not_reach_the_report() =>
        Assert.DoesNotContain('\0', Problems("SMTPMTA_Listen=a\0b"));

    [Fact]
    public void Setting_a_value_keeps_comments_order_and_line_ends()
    {
        var text = "; head\r\nSMTPMTA_MaxErrors=1\r\nsmtpmta_maxerrors=2\r\n; tail\r\n";
        Assert.Equal("; head\r\nSMTPMTA_MaxErrors=1\r\nSMTPMTA_MaxErrors=3\r\n; tail\r\n", NotesIni.Set(text, "SMTPMTA_MaxErrors", "3"));
        Assert.Equal(text + "SMTPMTA_MaxHops=9\r\n", NotesIni.Set(text, "SMTPMTA_MaxHops", "9"));
        Assert.Equal("; head\r\nSMTPMTA_MaxErrors=1\r\n;smtpmta_maxerrors=2\r\n; tail\r\n", NotesIni.Set(text, "SMTPMTA_MaxErrors", null));
        Assert.Equal("SMTPMTA_MaxHops=9\n", NotesIni.Set("", "SMTPMTA_MaxHops", "9"));
        Assert.Equal("a=1\nSMTPMTA_MaxHops=9\n", NotesIni.Set("a=1", "SMTPMTA_MaxHops", "9"));
        Assert.Equal(text, NotesIni.Set(text, "SMTPMTA_MaxHops", null));
    }

    [Fact]
    public void A_value_cannot_bring_a_second_line()
    {
        Assert.Throws<ArgumentException>(() => NotesIni.Set("", "SMTPMTA_MaxHops", "9\nSMTPMTA_RelayClients=0.0.0.0/0"));
        Assert.Throws<ArgumentException>(() => NotesIni.Set("", "; comment", "9"));
        Assert.Throws<ArgumentException>(() => NotesIni.Set("", "A=B", "9"));
    }
}
