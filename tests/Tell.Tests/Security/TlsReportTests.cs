using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Security;
using Tell.Mta.Security.TlsRpt;
using Tell.Tests.Tools;

namespace Tell.Tests.Security;

public sealed class TlsReportTests
{
    private static readonly DateOnly Day = new(2016, 4, 1);

    private static readonly TlsPolicy Sts = new(TlsPolicyType.Sts, "company-y.example")
    {
        Strings = ["version: STSv1", "mode: testing", "mx: *.mail.company-y.example", "max_age: 86400"],
        MxPatterns = ["*.mail.company-y.example"],
    };

    // RFC 8460, appendix B, without what a session cannot know.
    [Fact]
    public void The_report_has_the_shape_of_the_example_in_RFC_8460()
    {
        var tally = new TlsTally(Day, Sts);
        tally.Succeeded(5326);
        tally.Failed(new TlsFailureDetail("certificate-expired", "2001:db8:abcd:12::1", "mx1.mail.company-y.example", "", ""), 100);
        tally.Failed(new TlsFailureDetail("starttls-not-supported", "2001:db8:abcd:13::1", "mx2.mail.company-y.example", "203.0.113.56", ""), 200);
        tally.Failed(new TlsFailureDetail("validation-failure", "198.51.100.62", "mx-backup.mail.company-y.example", "203.0.113.58", "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED"), 3);
        var report = new TlsReport("Company-X", "sts-reporting@company-x.example", "5065427c", Day, "company-y.example", [tally]);
        const string Expected = """
            {"organization-name":"Company-X","date-range":{"start-datetime":"2016-04-01T00:00:00Z","end-datetime":"2016-04-01T23:59:59Z"},
            "contact-info":"sts-reporting@company-x.example","report-id":"5065427c","policies":[{
            "policy":{"policy-type":"sts","policy-string":["version: STSv1","mode: testing","mx: *.mail.company-y.example","max_age: 86400"],"policy-domain":"company-y.example","mx-host":["*.mail.company-y.example"]},
            "summary":{"total-successful-session-count":5326,"total-failure-session-count":303},
            "failure-details":[
            {"result-type":"starttls-not-supported","sending-mta-ip":"2001:db8:abcd:13::1","receiving-mx-hostname":"mx2.mail.company-y.example","receiving-ip":"203.0.113.56","failed-session-count":200},
            {"result-type":"certificate-expired","sending-mta-ip":"2001:db8:abcd:12::1","receiving-mx-hostname":"mx1.mail.company-y.example","failed-session-count":100},
            {"result-type":"validation-failure","sending-mta-ip":"198.51.100.62","receiving-mx-hostname":"mx-backup.mail.company-y.example","receiving-ip":"203.0.113.58","failed-session-count":3,"failure-reason-code":"X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED"}]}]}
            """;
        Assert.Equal(Expected.ReplaceLineEndings(""), Encoding.UTF8.GetString(report.ToJson()));
        Assert.Equal("Company-X!company-y.example!1459468800!1459555199!5065427c.json.gz", report.FileName);
    }

    [ToolFact("python3")]
    public async Task Python_reads_the_message_and_the_report_in_it()
    {
        var tally = new TlsTally(Day, new TlsPolicy(TlsPolicyType.Tlsa, "company-y.example") { Strings = ["3 1 1 00FF"] });
        tally.Succeeded(7);
        tally.Failed(new TlsFailureDetail("tlsa-invalid", "198.51.100.62", "mx.company-y.example", "203.0.113.58", ""));
        var report = new TlsReport("mail.sender.example", "postmaster@mail.sender.example", "20160401.company-y.example@mail.sender.example", Day, "company-y.example", [tally]);
        var message = new TlsReportMessage
        {
            From = Mailbox.Parse("postmaster@mail.sender.example"),
            To = Mailbox.Parse("tlsrpt@company-y.example"),
            Date = new DateTimeOffset(2016, 4, 2, 1, 2, 3, TimeSpan.Zero),
            MessageId = MessageId.New("A1", Domain.Parse("mail.sender.example")),
            Boundary = Boundary.Of("A1"),
            Domain = report.Domain,
            Submitter = report.Submitter,
            ReportId = report.Id,
            FileName = report.FileName,
            Report = report.ToGzip(),
        };
        using var folder = new TempDirectory();
        var file = folder.Write("message.eml", message.ToBytes());
        var answer = await ChildProcess.RunAsync(Tool.PathOf("python3"), ["-c", """
            import email, email.policy, gzip, json, sys
            m = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
            assert m.get_content_type() == 'multipart/report' and m.get_param('report-type') == 'tlsrpt', m['Content-Type']
            text, packed = m.iter_parts()
            assert packed.get_content_type() == 'application/tlsrpt+gzip', packed['Content-Type']
            r = json.loads(gzip.decompress(packed.get_content()))
            p = r['policies'][0]
            print(m['Subject']); print(m['TLS-Report-Domain'], m['TLS-Report-Submitter'], m['TLS-Required'], packed.get_filename())
            print(p['policy']['policy-type'], p['policy']['policy-string'], p['summary']['total-successful-session-count'], p['failure-details'][0]['result-type'])
            print(m.defects, [part.defects for part in m.iter_parts()])
            """, file], folder.Path);
        var said = answer.Succeeded().Output;
        Assert.Equal("""
            Report Domain: company-y.example Submitter: mail.sender.example Report-ID: <20160401.company-y.example@mail.sender.example>
            company-y.example mail.sender.example No mail.sender.example!company-y.example!1459468800!1459555199!20160401.company-y.example@mail.sender.example.json.gz
            tlsa ['3 1 1 00FF'] 7 tlsa-invalid
            [] [[], []]

            """.ReplaceLineEndings("\n"), said);
    }

    [Fact]
    public void The_report_is_packed_as_gzip()
    {
        var report = new TlsReport("a", "b", "c", Day, "d", []);
        using var unpacked = new GZipStream(new MemoryStream(report.ToGzip()), CompressionMode.Decompress);
        Assert.Equal("d", report.Domain);
        Assert.Equal(0, JsonDocument.Parse(unpacked).RootElement.GetProperty("policies").GetArrayLength());
    }

    [Fact]
    public void A_tally_outlives_its_document_and_what_was_counted_meanwhile_is_added()
    {
        var book = new TlsReportBook();
        Add(book, null);
        Add(book, new TlsFailure("certificate-expired", "it is old"));
        var documents = book.Changed(() => new Unid(1, 1));
        Assert.Empty(book.Changed(() => new Unid(2, 2)));

        var later = new TlsReportBook();
        Add(later, new TlsFailure("certificate-expired", "it is old"));
        later.Restore(TlsTallyDocument.Read(Assert.Single(documents))!);
        var tally = Assert.Single(later.Of(Day, "company-y.example"));
        Assert.Equal((1, 2, new Unid(1, 1)), (tally.Successes, tally.Failures, tally.Id));
        Assert.Equal(Sts.Strings.AsEnumerable(), tally.Policy.Strings);
        Assert.Equal((new TlsFailureDetail("certificate-expired", "192.0.2.1", "mx.company-y.example", "192.0.2.9", ""), 2), (Assert.Single(tally.Details).Key, Assert.Single(tally.Details).Value));
        Assert.Single(later.Changed(() => new Unid(2, 2)));
    }

    [Fact]
    public void Memory_is_bounded_and_the_sums_stay_true()
    {
        var tally = new TlsTally(Day, Sts);
        for (var i = 0; i < 1000; i++)
            tally.Failed(new TlsFailureDetail("validation-failure", "", $"mx{i}.test", "", ""));
        Assert.Equal((1000, TlsTally.MostDetails), (tally.Failures, tally.Details.Count));
        var book = new TlsReportBook();
        for (var i = 0; i < TlsReportBook.MostTallies + 100; i++)
            book.Add(Day, new TlsPolicy(TlsPolicyType.None, $"d{i}.test"), null, "", null, null);
        Assert.Equal(TlsReportBook.MostTallies, book.Before(Day.AddDays(1)).Count);
        Assert.Empty(book.Before(Day));
    }

    private static void Add(TlsReportBook book, TlsFailure? failure) =>
        book.Add(Day, Sts, failure, "mx.company-y.example", IPAddress.Parse("192.0.2.9"), IPAddress.Parse("192.0.2.1"));
}
