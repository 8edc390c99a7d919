using System.Text;
using Tell.Mta.Security.Sts;
using Tell.Mta.Security.TlsRpt;

namespace Tell.Tests.Security;

public sealed class StsPolicyTests
{
    // RFC 8461 3.2, its own example.
    private const string Example = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmx: backupmx.example.com\r\nmax_age: 604800\r\n";

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void The_example_of_RFC_8461_is_read_with_either_line_end(string end)
    {
        var (policy, _) = Read(Example.Replace("\r\n", end, StringComparison.Ordinal));
        Assert.Equal((StsMode.Enforce, TimeSpan.FromDays(7)), (policy!.Mode, policy.MaxAge));
        Assert.Equal(["mail.example.com", "*.example.net", "backupmx.example.com"], policy.MxPatterns.AsEnumerable());
        Assert.Equal(Example.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Order(), policy.Lines().Order());
    }

    [Theory]
    [InlineData("version: STSv1\nmode: testing\nmx: a.test\nmax_age: 0", StsMode.Testing)]
    [InlineData("max_age: 31557600\nmx:a.test\nmode:testing\nversion:STSv1", StsMode.Testing)]
    [InlineData("version: STSv1\nmode: none\nmax_age: 1", StsMode.None)]
    [InlineData("version: STSv1\nmode: enforce\nmode: none\nmax_age: 1\nmax_age: 2\nmx: a.test\nlater: words: \u00e4", StsMode.Enforce)]
    [InlineData("\n\nversion: STSv1\n\nmode: enforce  \nmx:\ta.test\t\nmax_age: 1\n\n", StsMode.Enforce)]
    public void What_RFC_8461_allows_is_read(string text, StsMode mode)
    {
        var (policy, problem) = Read(text);
        Assert.True(policy is not null, problem);
        Assert.Equal(mode, policy.Mode);
        Assert.Equal(TimeSpan.FromSeconds(text.Contains("31557600", StringComparison.Ordinal) ? 31557600 : text.Contains("max_age: 0", StringComparison.Ordinal) ? 0 : 1), policy.MaxAge);
    }

    [Theory]
    [InlineData("", "no version STSv1")]
    [InlineData("version: STSv2\nmode: enforce\nmx: a.test\nmax_age: 1", "no version STSv1")]
    [InlineData("mode: enforce\nmx: a.test\nmax_age: 1", "no version STSv1")]
    [InlineData("version: STSv1\nmode: Enforce\nmx: a.test\nmax_age: 1", "no mode that is enforce, testing or none")]
    [InlineData("version: STSv1\nmx: a.test\nmax_age: 1", "no mode that is enforce, testing or none")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.test", "no max_age of at most 31557600")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.test\nmax_age: 31557601", "no max_age of at most 31557600")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.test\nmax_age: -1", "no max_age of at most 31557600")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.test\nmax_age: 1e3", "no max_age of at most 31557600")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 1", "no mx")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a..test\nmax_age: 1", "an mx is not a host name or \"*.\" and one")]
    [InlineData("version: STSv1\nmode: enforce\nmx: *.*.test\nmax_age: 1", "an mx is not a host name or \"*.\" and one")]
    [InlineData("version: STSv1\nmode: enforce\nmx: [192.0.2.1]\nmax_age: 1", "an mx is not a host name or \"*.\" and one")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.test\rmode: none\nmax_age: 1", "an mx is not a host name or \"*.\" and one")]
    [InlineData("<html><body>Not found</body></html>", "a line is not \"key: value\"")]
    public void What_is_no_policy_is_refused_and_why(string text, string problem) => Assert.Equal((null, problem), Read(text));

    [Theory]
    [InlineData("mail.example.com", true)]
    [InlineData("MAIL.Example.com", true)]
    [InlineData("mx1.example.net", true)]
    [InlineData("example.net", false)]
    [InlineData("a.b.example.net", false)]
    [InlineData("xexample.net", false)]
    [InlineData("mail.example.com.evil.test", false)]
    public void A_star_stands_for_one_label(string host, bool covered) => Assert.Equal(covered, Read(Example).Policy!.Covers(host));

    [Fact]
    public void Any_octets_are_read_without_an_exception()
    {
        var random = new Random(8461);
        var seed = Encoding.ASCII.GetBytes(Example);
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var octets = seed.ToArray();
            for (var damage = random.Next(0, 5); damage > 0; damage--)
                octets[random.Next(octets.Length)] = (byte)random.Next(256);
            if (StsPolicy.Read(octets.AsSpan(0, random.Next(octets.Length + 1))).Policy is { } policy)
            {
                read++;
                Assert.All(policy.MxPatterns, pattern => Assert.DoesNotContain(pattern, c => c is < '!' or > '~'));
            }
        }
        Assert.InRange(read, 1, 19_999);
    }

    [Theory]
    [InlineData("v=STSv1; id=20160831085700Z;", "20160831085700Z")]
    [InlineData("v=STSv1;id=1", "1")]
    [InlineData("v=STSv1 ; x=y; id=1; id=2", "1")]
    [InlineData("v=STSv1", null)]
    [InlineData("v=STSv1; id=", null)]
    [InlineData("v=STSv1; id=a-b", null)]
    [InlineData("v=STSv1; id=123456789012345678901234567890123", null)]
    [InlineData("v=STSv2; id=1", null)]
    [InlineData("V=STSv1; id=1", null)]
    [InlineData("id=1; v=STSv1", null)]
    [InlineData("v=STSv1; id=1|v=STSv1; id=2", null)]
    [InlineData("v=spf1 -all|v=STSv1; id=2", "2")]
    [InlineData("", null)]
    public void The_record_announces_a_policy(string texts, string? id) => Assert.Equal(id, StsRecord.Id([.. texts.Split('|')]));

    [Theory]
    [InlineData("v=TLSRPTv1;rua=mailto:reports@example.com", "mailto:reports@example.com")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com, https://reporting.example.com/v1/tlsrpt;", "mailto:a@example.com https://reporting.example.com/v1/tlsrpt")]
    [InlineData("v=TLSRPTv1; rua=http://plain.test/,ftp://x.test/,nonsense", "")]
    [InlineData("v=TLSRPTv1", "")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@b.test|v=TLSRPTv1; rua=mailto:c@d.test", "")]
    [InlineData("v=TLSRPTv2; rua=mailto:a@b.test", "")]
    public void The_record_says_where_reports_go(string texts, string addresses) =>
        Assert.Equal(addresses, string.Join(' ', TlsRptRecord.Addresses([.. texts.Split('|')]).Select(address => address.OriginalString)));

    private static (StsPolicy? Policy, string Problem) Read(string text) => StsPolicy.Read(Encoding.UTF8.GetBytes(text));
}
