using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>Python's email package, which shares no code and no author with us, must read what we write.</summary>
public sealed class PythonReadsOurMailTests
{
    private const string Reader = """
        import sys, json, email, email.policy
        m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
        def show(p):
            d = {'type': p.get_content_type(), 'defects': [type(x).__name__ for x in p.defects], 'file': p.get_filename(),
                 'charset': p.get_content_charset(), 'fields': [[k, str(v)] for k, v in p.items()],
                 'fieldDefects': [type(x).__name__ for k, v in p.items() for x in getattr(v, 'defects', [])]}
            if p.is_multipart():
                d['parts'] = [show(x) for x in p.iter_parts()] if p.get_content_maintype() == 'multipart' else [show(x) for x in p.get_payload()]
            else:
                d['octets'] = p.get_payload(decode=True).hex()
            for name in ('From', 'To', 'Cc', 'Sender'):
                if p[name] is not None and hasattr(p[name], 'addresses'):
                    d[name] = [[a.display_name, a.addr_spec] for a in p[name].addresses]
            return d
        print(json.dumps(show(m)))
        """;

    private static readonly DateTimeOffset Time = new(2026, 11, 22, 4, 19, 0, TimeSpan.FromHours(1));

    [PythonFact]
    public void A_memo_with_attachments_is_read_as_it_was_meant()
    {
        var random = new Random(41);
        var octets = new byte[200_001];
        random.NextBytes(octets);
        string[] names = ["engine.bin", "résumé \"final\".pdf", "漢字の名前" + new string('長', 60) + ".txt", new string('n', 150) + ".bin", "a;b=c.txt"];
        const string text = "Grüße\n\n.\nFrom here on\n   trailing   \n--\nAda 😀\n";
        var memo = Memo(text);
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessageWriter(memo, output, Boundary.Of("0193AB"));
        writer.WriteHead();
        foreach (var name in names)
        {
            writer.BeginAttachment(new Attachment(Line.From(name), "application/x-test"));
            for (var at = 0; at < octets.Length; at += 1000)
                writer.Write(octets.AsSpan(at, Math.Min(1000, octets.Length - at)));
            writer.EndAttachment();
        }
        writer.Finish();

        Assert.All(Encoding.UTF8.GetString(output.WrittenSpan).Split("\r\n"), line => Assert.InRange(line.Length, 0, HeaderWriter.PreferredLine));
        var read = Read(output.WrittenSpan.ToArray());
        AssertNoDefects(read);
        Assert.Equal("multipart/mixed", read.GetProperty("type").GetString());
        AssertHeader(read, memo);
        var parts = read.GetProperty("parts").EnumerateArray().ToList();
        Assert.Equal(text.ReplaceLineEndings("\r\n"), Encoding.UTF8.GetString(Octets(parts[0])));
        Assert.Equal(names, parts.Skip(1).Select(part => part.GetProperty("file").GetString()!));
        Assert.All(parts.Skip(1), part => Assert.Equal(octets, Octets(part)));
    }

    [PythonFact]
    public void Texts_of_every_kind_come_through()
    {
        string[] texts = ["plain\n", new string('x', 3000) + "\n", "漢字\n", "tab\t\nspace \n=3D\n", string.Concat(Enumerable.Repeat("ü", 400)) + "\n", "\n\n\n"];
        foreach (var text in texts)
        {
            var memo = Memo(text);
            var read = Read(MessageWriter.ToBytes(memo));
            AssertNoDefects(read);
            AssertHeader(read, memo);
            Assert.Equal(text.ReplaceLineEndings("\r\n"), Encoding.UTF8.GetString(Octets(read)));
        }
    }

    [PythonTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_report_is_read_as_it_was_meant(bool endsWithLineEnd)
    {
        var report = new ReportMessage
        {
            To = Mailbox.Parse("ada@example.test"),
            Date = Time,
            MessageId = MessageId.New("0193AC", Domain.Parse("mx.example.test")),
            Boundary = Boundary.Of("0193AC"),
            Status = new DeliveryStatus
            {
                ReportingMta = Domain.Parse("mx.example.test"),
                EnvelopeId = "QQ314159",
                Arrival = Time,
                Recipients =
                [
                    new RecipientReport(Mailbox.Parse("\"b c\"@x.test"), DeliveryAction.Failed, new EnhancedStatus(5, 1, 1))
                    {
                        OriginalRecipient = "rfc822;b@x.test", RemoteMta = "mx.x.test", LastAttempt = Time,
                        Diagnostic = "550 5.1.1 " + string.Join(' ', Enumerable.Repeat("no such user", 30)),
                    },
                    new RecipientReport(Mailbox.Parse("d@y.test"), DeliveryAction.Delayed, default) { WillRetryUntil = Time.AddDays(1), Reason = Line.From("Später") },
                ],
            },
            Returned = ReturnContent.Unspecified,
            ReturnedBody = BodyType.EightBitMime,
        };
        var body = "Grüße\r\n--0__=other\r\nEnd" + (endsWithLineEnd ? "\r\n" : "");
        var original = Encoding.UTF8.GetBytes("Subject: the original\r\nMime-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body);

        var read = Read([.. report.Prefix(), .. original, .. report.Suffix()]);
        AssertNoDefects(read);
        Assert.Equal("multipart/report", read.GetProperty("type").GetString());
        Assert.Equal("auto-replied", Field(read, "Auto-Submitted"));
        Assert.Equal(["Mail Delivery", "postmaster@mx.example.test"], read.GetProperty("From")[0].EnumerateArray().Select(x => x.GetString()!));
        var parts = read.GetProperty("parts").EnumerateArray().ToList();
        Assert.Equal(["text/plain", "message/delivery-status", "message/rfc822"], parts.Select(part => part.GetProperty("type").GetString()!));
        Assert.Contains("Später\r\nd@y.test", Encoding.UTF8.GetString(Octets(parts[0])), StringComparison.Ordinal);
        var groups = parts[1].GetProperty("parts").EnumerateArray().ToList();
        Assert.Equal(3, groups.Count);
        Assert.Equal("dns; mx.example.test", Field(groups[0], "Reporting-MTA"));
        Assert.Equal("rfc822; \"b c\"@x.test", Field(groups[1], "Final-Recipient"));
        Assert.Equal("smtp; " + report.Status.Recipients[0].Diagnostic, Field(groups[1], "Diagnostic-Code"));
        Assert.Equal("delayed", Field(groups[2], "Action"));
        var returned = parts[2].GetProperty("parts")[0];
        Assert.Equal("the original", Field(returned, "Subject"));
        Assert.Equal(body, Encoding.UTF8.GetString(Octets(returned)));
    }

    private static MemoMessage Memo(string text) => new()
    {
        From = new NamedMailbox(Mailbox.Parse("ada@example.test"), Line.From("Lovelace, Ada \"Countess\"")),
        Sender = Mailbox.Parse("office@example.test"),
        To = [.. Enumerable.Range(0, 20).Select(i => new NamedMailbox(Mailbox.Parse($"user{i}@example.test"), Line.From($"Jürgen {i} 漢字")))],
        Cc = [Mailbox.Parse("\"a b\"@example.test"), Mailbox.Parse("c@[192.0.2.1]")],
        Subject = Line.From(string.Join(' ', Enumerable.Repeat("Übergrößenträger 😀", 12))),
        Date = Time,
        MessageId = MessageId.New("0193AB", Domain.Parse("mx.example.test")),
        MoreFields = [("X-Note", Line.From("=?utf-8?Q?no?= encoded word"))],
        Text = text,
    };

    private static void AssertHeader(JsonElement read, MemoMessage memo)
    {
        Assert.Equal(memo.Subject.Text, Field(read, "Subject"));
        Assert.Equal("=?utf-8?Q?no?= encoded word", Field(read, "X-Note"));
        Assert.Equal(memo.To.Select(named => (named.Name.Text, named.Mailbox.ToString())), Addresses(read, "To"));
        Assert.Equal(memo.Cc.Select(named => (named.Name.Text, named.Mailbox.ToString())), Addresses(read, "Cc"));
        Assert.Equal([(memo.From.Name.Text, memo.From.Mailbox.ToString())], Addresses(read, "From"));
    }

    private static IEnumerable<(string, string)> Addresses(JsonElement part, string name) =>
        part.GetProperty(name).EnumerateArray().Select(pair => (pair[0].GetString()!, pair[1].GetString()!));

    private static string? Field(JsonElement part, string name) =>
        part.GetProperty("fields").EnumerateArray().Where(pair => pair[0].GetString() == name).Select(pair => pair[1].GetString()).SingleOrDefault();

    private static byte[] Octets(JsonElement part) => Convert.FromHexString(part.GetProperty("octets").GetString()!);

    private static void AssertNoDefects(JsonElement part)
    {
        Assert.Empty(part.GetProperty("defects").EnumerateArray());
        Assert.Empty(part.GetProperty("fieldDefects").EnumerateArray());
        if (part.TryGetProperty("parts", out var parts))
            Assert.All(parts.EnumerateArray(), AssertNoDefects);
    }

    private static JsonElement Read(byte[] message)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Reader);
        using var python = Process.Start(start)!;
        // It reads all its input before it writes a word.
        python.StandardInput.BaseStream.Write(message);
        python.StandardInput.Close();
        var answer = python.StandardOutput.ReadToEnd();
        var complaint = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, complaint);
        return JsonDocument.Parse(answer).RootElement;
    }

    /// <summary>Null where python3 answers; else why these tests are skipped.</summary>
    private static string? Missing()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", "-c pass") { RedirectStandardError = true })!;
            python.WaitForExit();
            return python.ExitCode == 0 ? null : "python3 does not run on this machine";
        }
        catch (Win32Exception)
        {
            return "python3 is not on this machine";
        }
    }

    private sealed class PythonFactAttribute : FactAttribute
    {
        public PythonFactAttribute() => Skip = Missing();
    }

    private sealed class PythonTheoryAttribute : TheoryAttribute
    {
        public PythonTheoryAttribute() => Skip = Missing();
    }
}
