using System.Buffers;
using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>A message made 7bit reads as it did, and changes only where it must.</summary>
public sealed class SevenBitWriterTests
{
    private const string Mixed = """
        MIME-Version: 1.0
        Subject: all kinds
        Content-Type: multipart/mixed; boundary=b
        Content-Transfer-Encoding: 8bit

        pr?amble
        stays
        --b
        Content-Type: text/plain; charset=iso-8859-1
        Content-Transfer-Encoding: 8bit

        caf? --b
        -- 
        ? la carte
        --b
        Content-Type: text/plain

        as it is 
        --b
        Content-Type: application/x-data; name=d
        Content-Transfer-Encoding: binary
        X-Kept:   as  it
          was

        ??????????????????????????????????
        --b
        Content-Type: message/rfc822
        Content-Transfer-Encoding: 8bit

        Subject: enclosed

        ????
        --b--
        ?
        """;

    [Fact]
    public void Only_what_is_not_7bit_is_encoded() => Assert.Equal("""
        MIME-Version: 1.0
        Subject: all kinds
        Content-Type: multipart/mixed; boundary=b
        Content-Transfer-Encoding: 7bit

        stays
        --b
        Content-Type: text/plain; charset=iso-8859-1
        Content-Transfer-Encoding: quoted-printable

        caf=E9 --b
        =2D-=20
        =E9 la carte
        --b
        Content-Type: text/plain

        as it is 
        --b
        Content-Type: application/x-data; name=d
        Content-Transfer-Encoding: base64
        X-Kept:   as  it
          was

        6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6Q==

        --b
        Content-Type: message/rfc822
        Content-Transfer-Encoding: 7bit

        Subject: enclosed
        MIME-Version: 1.0
        Content-Type: text/plain; charset=unknown-8bit
        Content-Transfer-Encoding: base64

        6enp6Q==

        --b--

        """.ReplaceLineEndings("\r\n"), Encoding.ASCII.GetString(Converted(Of(Mixed))));

    [Theory]
    [InlineData("Subject: x\n\nplain\n", null)]
    [InlineData("Subject: ?\n\nplain\n", "it has a header that is not 7bit")]
    [InlineData("Content-Type: multipart/signed; boundary=b\n\n--b\n\n?\n--b\n\n--b--\n", "it is signed or encrypted")]
    [InlineData("Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nSubject: a\n\n?\n--b--\n", "it is signed or encrypted")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/signed; boundary=c\n\n--c\n\nseven\n--c--\n--b\n\n?\n--b--\n", null)]
    [InlineData("Content-Type: multipart/mixed\n\n?\n", "it has a multipart/mixed that cannot be read")]
    [InlineData("Content-Type: message/partial\n\n?\n", "it has a message/partial that cannot be read")]
    [InlineData("Content-Transfer-Encoding: x-new\n\n?\n", "it has a part in a transfer encoding that is not known")]
    [InlineData("From ada Sat Jan  1 00:00:00 2000\nSubject: x\n\n?\n", "it has a header that is damaged")]
    [InlineData("Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: binary\n\n?\n", null)]
    public void What_cannot_be_converted_says_why(string message, string? obstacle) => Assert.Equal(obstacle, PlanOf(Of(message)).Obstacle);

    [Theory]
    [InlineData("\n?")]
    [InlineData("\n?\n")]
    [InlineData("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nw6k=?w6k=")]
    [InlineData("MIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\na=?b=\n  x=0Ac  \n")]
    [InlineData("MIME-Version: 1.0\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n#86)C\n?\n`\nend\n")]
    [InlineData("no field\n?\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: quoted-printable\n\n?\n ")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: quoted-printable\n\n?\n \n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nContent-Transfer-Encoding: quoted-printable\n\n?\n ")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Transfer-Encoding: quoted-printable\n\n?\n =\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Transfer-Encoding: quoted-printable\n\n?\n \n--b--\n")]
    [InlineData("Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nContent-Transfer-Encoding: quoted-printable\n\n?\n ")]
    public void What_is_encoded_is_read_as_before(string message)
    {
        AssertSame(Of(message), Converted(Of(message)));
    }

    [Fact]
    public void Lines_of_any_length_and_content_like_a_boundary_survive()
    {
        foreach (var count in new[] { 75, 76, 997, 998, 999, 8191, 8192, 8193, 20_000 })
        {
            foreach (var end in new[] { "--b", "\r", "\r\n--c\r\n\r\n.\r\nFrom here", "=\n", "\0" })
            {
                var message = Of("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n?" + new string('x', count)).Concat(Of(end, bare: true)).Concat(Of("\n--b--\n")).ToArray();
                var converted = Converted(message);
                AssertSame(message, converted);
                foreach (var size in new[] { 1, 7, 4096 })
                    Assert.Equal(converted, Converted(message, size));
            }
        }
    }

    [Fact]
    public void Whatever_a_message_is_like_it_reads_the_same()
    {
        var fuzz = new MimeFuzz(seed: 171);
        var random = new Random(172);
        var (converted, changed) = (0, 0);
        var count = int.TryParse(Environment.GetEnvironmentVariable("TELL_FUZZ_EXECUTIONS"), out var wanted) ? wanted : 20_000;
        for (var i = 0; i < count; i++)
        {
            // Where all line ends are CRLF more can be converted; in the other half some headers lose theirs.
            var message = i % 2 == 0 ? fuzz.Next() : Of(Encoding.Latin1.GetString(fuzz.Next()).ReplaceLineEndings("\n").Replace("\u00c3\u00a9", "", StringComparison.Ordinal));
            var plan = PlanOf(message);
            if (plan.Obstacle is not null)
                continue;
            var written = Converted(message, random.Next(1, message.Length + 2));
            converted++;
            changed += plan.Steps.Any(step => step > SevenBitStep.Declared) ? 1 : 0;
            AssertSame(message, written);
            Assert.Equal(written, Converted(message));
        }
        Assert.InRange(converted, count / 4, count);
        Assert.InRange(changed, count / 20, count);
    }

    [Fact]
    public void Messages_enclosed_in_parts_read_the_same_whatever_they_are_like()
    {
        var fuzz = new MimeFuzz(seed: 174);
        var random = new Random(175);
        var (converted, count) = (0, int.TryParse(Environment.GetEnvironmentVariable("TELL_FUZZ_EXECUTIONS"), out var wanted) ? wanted : 5_000);
        for (var i = 0; i < count; i++)
        {
            var message = Encoding.Latin1.GetString(fuzz.Next()).ReplaceLineEndings("\n").Replace("\u00c3\u00a9", "", StringComparison.Ordinal);
            for (var depth = random.Next(1, 4); depth > 0; depth--)
            {
                var end = random.Next(3) switch { 0 => "", 1 => $"\n--o{depth}--\n", _ => $"\n--o{depth}\n\n?\n" };
                message = random.Next(4) == 0
                    ? $"Content-Type: message/rfc822\n\n{message}"
                    : $"Content-Type: multipart/mixed; boundary=o{depth}\n\n--o{depth}\nContent-Type: message/rfc822\n\n{message}{end}";
            }
            var octets = Of(message);
            if (PlanOf(octets).Obstacle is not null)
                continue;
            converted++;
            AssertSame(octets, Converted(octets, random.Next(1, octets.Length + 2)));
        }
        Assert.InRange(converted, count / 4, count);
    }

    [Fact]
    public void Of_a_message_that_is_read_raw_no_octet_is_lost()
    {
        var fuzz = new MimeFuzz(seed: 173);
        for (var i = 0; i < 5000; i++)
        {
            var message = fuzz.Next();
            var (raw, whole) = (new MemoryStream(), true);
            var reader = new MimeReader(MimeLimits.Default, (octets, _) => raw.Write(octets.Span));
            foreach (var piece in MimeTranscript.Pieces(message, i % 3 == 0 ? 5 : message.Length + 1))
            {
                reader.Feed(piece);
                Drain();
            }
            reader.Complete();
            Drain();
            if (whole)
                Assert.Equal(Encoding.Latin1.GetString(message), Encoding.Latin1.GetString(raw.ToArray()));

            void Drain()
            {
                while (reader.Read())
                {
                    whole &= reader.HeaderIsWhole;
                    if (reader.Token == MimeToken.Begin)
                        raw.Write(reader.RawHeader.Span);
                    else if (reader.Token == MimeToken.Content)
                        raw.Write(reader.Octets.Span);
                }
            }
        }
    }

    [Fact]
    public void Memory_does_not_grow_with_the_message()
    {
        var piece = new byte[64 * 1024];
        Array.Fill(piece, (byte)0xe9);
        var plan = new SevenBitPlan();
        plan.Feed(Of("Content-Type: text/plain; charset=iso-8859-1\n\n"));
        for (var i = 0; i < 100; i++)
            plan.Feed(piece);
        plan.Complete();
        var output = new ArrayBufferWriter<byte>();
        var writer = new SevenBitWriter(plan, output);
        writer.Feed(Of("Content-Type: text/plain; charset=iso-8859-1\n\n"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            writer.Feed(piece);
            output.ResetWrittenCount();
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [PythonFact]
    public void Python_reads_the_same()
    {
        var message = Of(Mixed.Replace("Subject: enclosed\n", "Subject: enclosed\nMIME-Version: 1.0\nContent-Type: text/plain; charset=koi8-r\n", StringComparison.Ordinal));
        var read = PythonEmail.Read([message, Converted(message)]);
        Same(read[0], read[1]);
        PythonEmail.AssertNoDefects(read[1]);

        static void Same(System.Text.Json.JsonElement before, System.Text.Json.JsonElement after)
        {
            foreach (var property in new[] { "type", "file", "charset", "octets", "text" })
                Assert.Equal(before.TryGetProperty(property, out var was) ? was.GetRawText() : null, after.TryGetProperty(property, out var got) ? got.GetRawText() : null);
            var (parts, same) = (PythonEmail.Parts(before), PythonEmail.Parts(after));
            Assert.Equal(parts.Count, same.Count);
            for (var i = 0; i < parts.Count; i++)
                Same(parts[i], same[i]);
        }
    }

    // "?" stands for e acute of ISO 8859-1.
    private static byte[] Of(string text, bool bare = false) => Encoding.Latin1.GetBytes((bare ? text : text.ReplaceLineEndings("\r\n")).Replace('?', '\u00e9'));

    private static SevenBitPlan PlanOf(byte[] message, int size = int.MaxValue)
    {
        var plan = new SevenBitPlan();
        foreach (var piece in MimeTranscript.Pieces(message, Math.Min(size, message.Length + 1)))
            plan.Feed(piece);
        plan.Complete();
        return plan;
    }

    private static byte[] Converted(byte[] message, int size = int.MaxValue)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new SevenBitWriter(PlanOf(message, size), output);
        foreach (var piece in MimeTranscript.Pieces(message, Math.Min(size, message.Length + 1)))
            writer.Feed(piece);
        writer.Complete();
        return output.WrittenSpan.ToArray();
    }

    private static void AssertSame(byte[] before, byte[] after)
    {
        Assert.True(Ascii.IsValid(after) && !after.Contains((byte)0), Encoding.Latin1.GetString(after));
        Assert.All(Encoding.ASCII.GetString(after).Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
        AssertReadsSame(before, after);
    }

    private static void AssertReadsSame(byte[] before, byte[] after)
    {
        var (was, got) = (MimeTranscript.Of(before), MimeTranscript.Of(after));
        var evidence = $"{Encoding.Latin1.GetString(before)}\n=====\n{Encoding.Latin1.GetString(after)}";
        Assert.True(was.Entities.Select(Told).SequenceEqual(got.Entities.Select(Told)), evidence);
        foreach (var entity in was.Entities.Where(entity => !entity.IsMultipart))
        {
            var (whole, same) = (was.Contents[entity.Section], got.Contents[entity.Section]);
            if (!whole.AsSpan().SequenceEqual(same) && entity.ContentType.Is("message", "rfc822"))
                AssertReadsSame(whole, same);
            else
                Assert.True(whole.AsSpan().SequenceEqual(same), $"{entity.Section}: {Encoding.Latin1.GetString(whole)} became {Encoding.Latin1.GetString(same)} in {evidence}");
        }
    }

    private static string Told(MimeEntity entity) => $"{entity.Section} {entity.ContentType} {entity.FileName} {entity.Disposition} {entity.ContentId} {entity.Header.Find("Subject")?.Text.Text}";
}
