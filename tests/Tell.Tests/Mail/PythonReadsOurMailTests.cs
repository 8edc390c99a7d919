using System.Buffers;
using System.Text;
using System.Text.Json;
using Tell.Mail;
using static Tell.Tests.Mail.PythonEmail;

namespace Tell.Tests.Mail;

/// <summary>Python's email package, which shares no code and no author with us, must read what we write.</summary>
public sealed class PythonReadsOurMailTests
{
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
        var writer = new MessageWriter(memo, output, Boundary.Of("0193AB"), [.. names.Select(name => new Attachment(Line.From(name), "application/x-test"))]);
        writer.WriteHead();
        foreach (var name in names)
        {
            writer.BeginAttachment();
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

    [PythonTheory]
    [InlineData(null)]
    [InlineData("ISO-2022-JP")]
    [InlineData("Shift_JIS")]
    [InlineData("KOI8-R")]
    [InlineData("windows-1251")]
    [InlineData("ISO-8859-15")]
    [InlineData("Big5")]
    [InlineData("GB2312")]
    [InlineData("EUC-KR")]
    public void Text_and_header_of_every_charset_come_through(string? charset)
    {
        string[] texts = ["plain", "naïve café", "50 €", "Привет, мир", "こんにちは、世界。カタカナ漢字", "你好，世界", "안녕하세요", "שלום", "Привет 漢字 naïve 😀"];
        var memos = texts.Select(text => Memo(text + "\n") with
        {
            Charset = charset,
            Subject = Line.From(string.Concat(Enumerable.Repeat(text, 12))),
            From = new NamedMailbox(Mailbox.Parse("ada@example.test"), Line.From(text)),
        }).ToArray();
        var read = Read([.. memos.Select(memo => MessageWriter.ToBytes(memo))]);
        for (var i = 0; i < memos.Length; i++)
        {
            AssertNoDefects(read[i]);
            AssertHeader(read[i], memos[i]);
            Assert.Equal(texts[i] + "\r\n", Text(read[i]));
        }
    }

    [PythonFact]
    public void Whatever_a_memo_holds_it_is_read_as_that()
    {
        var random = new Random(97);
        var texts = Fuzz.Texts(seed: 98, count: 4000, alphabet: "ab c\n\n.=>-_FromЖж漢字éß😀 ", maxLength: 300).Select(Clean).GetEnumerator();
        string Next() => texts.MoveNext() ? texts.Current : throw new InvalidOperationException("There are too few texts.");
        Line NextLine(int most) => Line.Clean(Next() is var text && text.Length > most ? Clean(text[..most]) : text);
        string?[] charsets = [null, "KOI8-R", "ISO-2022-JP", "ISO-8859-1"];
        var (memos, written, files) = (new List<MemoMessage>(), new List<byte[]>(), new List<(Attachment Said, byte[] Octets)[]>());
        for (var i = 0; i < 300; i++)
        {
            var memo = Memo(Next()) with
            {
                Subject = NextLine(200),
                Html = random.Next(2) == 0 ? null : "<p>" + Next(),
                Charset = charsets[random.Next(charsets.Length)],
                References = [.. Enumerable.Range(0, random.Next(30)).Select(n => MessageId.New($"{n}", Domain.Parse("x.test")))],
                MoreFields = [],
            };
            var attached = Enumerable.Range(0, random.Next(5)).Select(_ =>
            {
                var octets = new byte[random.Next(500)];
                random.NextBytes(octets);
                var id = memo.Html is not null && random.Next(3) == 0 ? $"{random.Next()}@x" : null;
                return (Said: Attachment.Of(NextLine(100).Text, random.Next(2) == 0 ? "image/png" : null, id), Octets: octets);
            }).OrderBy(file => !file.Said.IsInline).ToArray();
            var output = new ArrayBufferWriter<byte>();
            var writer = new MessageWriter(memo, output, Boundary.Of($"{i:X}D93AB"), [.. attached.Select(file => file.Said)]);
            writer.WriteHead();
            foreach (var (_, octets) in attached)
            {
                writer.BeginAttachment();
                writer.Write(octets);
                writer.EndAttachment();
            }
            writer.Finish();
            memos.Add(memo);
            files.Add(attached);
            written.Add(output.WrittenSpan.ToArray());
        }

        var read = Read(written);
        for (var i = 0; i < memos.Count; i++)
        {
            AssertNoDefects(read[i]);
            AssertSafe(written[i]);
            Assert.Equal(memos[i].Subject.Text, Field(read[i], "Subject") ?? "");
            var leaves = Leaves(read[i]).ToList();
            Assert.Equal(Canonical(memos[i].Text!), Text(leaves[0]));
            if (memos[i].Html is { } html)
                Assert.Equal(Canonical(html), Text(leaves[1]));
            var attached = leaves.Skip(memos[i].Html is null ? 1 : 2).ToList();
            Assert.Equal(files[i].Select(file => AsPythonHasIt(file.Said.FileName.Text)), attached.Select(part => part.GetProperty("file").GetString()!));
            Assert.Equal(files[i].Select(file => file.Said.ContentType), attached.Select(part => Type(part)!));
            Assert.All(attached.Zip(files[i]), pair => Assert.Equal(pair.Second.Octets, Octets(pair.First)));
        }
    }

    [PythonFact]
    public void An_attached_message_is_read_as_a_message()
    {
        var inner = "From: eve@example.test\r\nSubject: inner\r\n\r\n--not a boundary\r\nbody \r\n"u8.ToArray();
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessageWriter(Memo("x\n"), output, Boundary.Of("1"), [Attachment.Of("inner.eml", null) with { IsSevenBit = true }]);
        writer.WriteHead();
        writer.BeginAttachment();
        writer.Write(inner);
        writer.EndAttachment();
        writer.Finish();
        var read = Read(output.WrittenSpan.ToArray());
        AssertNoDefects(read);
        var message = Parts(Parts(read)[1])[0];
        Assert.Equal("inner", Field(message, "Subject"));
        Assert.Equal("--not a boundary\r\nbody \r\n", Text(message));
    }

    // Lone surrogates are no text; a line end is one of ours; and what Python strips from values of fields it strips from ours.
    private static string Clean(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\u0085", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal).Replace("\u2028", "", StringComparison.Ordinal).Trim();

    // Python takes quotes and angle brackets from around a name even where RFC 2231 coded them, which says that they belong to it.
    private static string AsPythonHasIt(string name) => name is ['"', _, .., '"'] or ['<', _, .., '>'] ? name[1..^1] : name;

    private static string Canonical(string text)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\n", "\r\n", StringComparison.Ordinal);
        return lines.Length == 0 || lines.EndsWith("\r\n", StringComparison.Ordinal) ? lines : lines + "\r\n";
    }

    private static IEnumerable<JsonElement> Leaves(JsonElement part) => Type(part)!.StartsWith("multipart/", StringComparison.Ordinal) ? Parts(part).SelectMany(Leaves) : [part];

    // What no relay has a reason to change: a signature over it holds.
    private static void AssertSafe(byte[] message)
    {
        Assert.True(Ascii.IsValid(message));
        var inBody = false;
        foreach (var line in Encoding.ASCII.GetString(message).Split("\r\n"))
        {
            inBody |= line.Length == 0;
            Assert.InRange(line.Length, 0, 998);
            Assert.DoesNotContain(line, c => c is '\r' or '\n' or '\0');
            Assert.False(line.EndsWith(' ') || line.EndsWith('\t'), line);
            Assert.False(inBody && line.StartsWith("From ", StringComparison.Ordinal), line);
        }
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
}
