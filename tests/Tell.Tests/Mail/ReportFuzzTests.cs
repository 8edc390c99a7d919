using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>Whatever peers said, a report is three parts, and the fields of the second are ours.</summary>
public sealed class ReportFuzzTests
{
    [Fact]
    public void No_text_breaks_the_structure()
    {
        using var texts = Fuzz.Texts(11, 20_000, "550 5.1.1 no--0__=A\r\n\r\nAction: delivered{subject}", 400).GetEnumerator();
        string Next() => texts.MoveNext() ? texts.Current : throw new InvalidOperationException("out of texts");
        var random = new Random(11);
        var languages = ReportWords.BuiltIn.Values.ToArray();
        for (var i = 0; i < 1000; i++)
        {
            var to = Mailbox.Parse(random.Next(4) == 0 ? "\u00e9@example.test" : "ada@example.test");
            RecipientReport[] recipients = [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => new RecipientReport(
                Mailbox.Parse(random.Next(2) == 0 ? "\u6f22@example.com" : "u@example.com"), (DeliveryAction)random.Next(5), new EnhancedStatus(5, random.Next(9), random.Next(12)))
            {
                OriginalRecipient = random.Next(2) == 0 ? $"utf-8;{Next()}" : Next(),
                Reason = Line.Clean(Next()),
                RemoteMta = Next(),
                Diagnostic = Next(),
                DiagnosticType = random.Next(3) == 0 ? Next() : "x-tell",
            })];
            var report = new ReportMessage
            {
                To = to,
                Date = DateTimeOffset.UnixEpoch,
                MessageId = MessageId.New("A", Domain.Parse("mx.example.test")),
                Boundary = Boundary.Of("A"),
                Status = new DeliveryStatus { ReportingMta = Domain.Parse("mx.example.test"), EnvelopeId = Next(), ReceivedFrom = Next(), ReceivedFromAddress = Next(), Recipients = [.. recipients] },
                OriginalSubject = Next(),
                Way = [Next(), Next()],
                IsTrace = random.Next(2) == 0,
                Words = [languages[random.Next(languages.Length)], languages[random.Next(languages.Length)]],
                Returned = ReturnContent.Headers,
                ReturnedUtf8 = random.Next(2) == 0,
            };
            byte[] octets = [.. report.Prefix(), .. "Subject: x\r\n"u8, .. report.Suffix()];
            var read = MimeTranscript.Of(octets);
            Assert.Equal(["1", "2", "3"], read.Entities.Where(entity => entity.Section.Length == 1).Select(entity => entity.Section).Distinct());
            Assert.InRange(octets.Length, 1, 64 * 1024);
            Assert.All(Encoding.UTF8.GetString(octets).Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, HeaderWriter.MaxLine));
            if (!report.NeedsSmtpUtf8)
                Assert.True(Ascii.IsValid(octets));
            Assert.DoesNotContain((byte)0, octets);
            AssertFields(Encoding.UTF8.GetString(octets), recipients);
        }
    }

    // RFC 3464 2.1: groups of fields, each once and in the order in which they are asked for; nothing else.
    private static void AssertFields(string report, RecipientReport[] recipients)
    {
        var status = report[report.IndexOf("delivery-status\r\n", report.IndexOf("\r\n\r\n", StringComparison.Ordinal), StringComparison.Ordinal)..];
        status = status[(status.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..status.IndexOf("\r\n--0__=A", StringComparison.Ordinal)];
        var groups = status.Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(recipients.Length + 1, groups.Length);
        Assert.All(groups[1..], (group, i) =>
        {
            string[] names = [.. HeaderBlock.Read(Encoding.UTF8.GetBytes(group + "\r\n\r\n").AsMemory()).Fields.Select(field => field.Name)];
            Assert.Equal(names.Distinct(), names);
            Assert.Equal(["Final-Recipient", "Action", "Status"], names.Where(name => name is "Final-Recipient" or "Action" or "Status"));
            Assert.Empty(names.Except(["Original-Recipient", "Final-Recipient", "Action", "Status", "Remote-MTA", "Diagnostic-Code", "Last-Attempt-Date", "Will-Retry-Until"]));
            Assert.Contains($"Action: {recipients[i].Action.ToString().ToLowerInvariant()}\r\n", group + "\r\n", StringComparison.Ordinal);
        });
    }

    [Fact]
    public void What_is_returned_is_known_for_what_it_is_however_it_comes()
    {
        foreach (var (text, eightBit, binary) in new[]
        {
            ("a\r\nb\r\n", false, false), ("", false, false), ("a\nb", false, true), ("a\rb", false, true), ("a\r", false, true), ("\n", false, true), ("\r\r\n", false, true), ("a\0\r\n", false, true), ("\u00e9\r\n", true, false),
        })
        {
            for (var size = 1; size < 6; size++)
            {
                var scan = new ReturnedScan();
                foreach (var piece in Encoding.Latin1.GetBytes(text).Chunk(size))
                    scan.Feed(piece);
                scan.Complete();
                Assert.Equal((text, eightBit, binary), (text, scan.IsEightBit, scan.IsBinary));
            }
        }
    }

    [Fact]
    public void A_returned_header_ends_where_it_ends_and_holds_lines_only()
    {
        Assert.Equal("A: 1\r\n b\r\nC: 2 x y\r\n", Encoding.ASCII.GetString(ReturnedHeader.Of("A: 1\n b\r\nC: 2\rx\0y\r\n\r\nbody\r\n"u8)));
        Assert.Equal("A: 1\r\n", Encoding.ASCII.GetString(ReturnedHeader.Of("A: 1"u8)));
        Assert.Empty(ReturnedHeader.Of("\r\nbody"u8));
        var one = ReturnedHeader.Of(Encoding.ASCII.GetBytes("X: " + string.Concat(Enumerable.Repeat("yyyyyyyyy\r\n ", 20_000))));
        Assert.InRange(one.Length, 60_000, ReturnedHeader.MaxOctets);
        foreach (var octets in Fuzz.Octets(5, 2000, "Ab: \r\n\r\n x", 200))
        {
            var header = Encoding.Latin1.GetString(ReturnedHeader.Of(octets));
            Assert.DoesNotContain("\r\n\r\n", header, StringComparison.Ordinal);
            Assert.True(header.Length == 0 || (header.EndsWith("\r\n", StringComparison.Ordinal) && !header.StartsWith("\r\n", StringComparison.Ordinal)));
        }
    }
}
