using System.Globalization;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Conversion;
using Tell.Tests.Conversion;

namespace Tell.Tests.Mail;

/// <summary>
/// No octets make the reading of a message throw, hang, or depend on the pieces that they come in. TELL_FUZZ_EXECUTIONS says how many messages (4,000 where it does
/// not).
/// </summary>
public sealed class MessageFuzzTests
{
    private static readonly string[] Lines =
    [
        "", "", "", "text", "--a", "--a--", "--b", "--b--", "--aa", "Content-Type: multipart/mixed; boundary=a", "Content-Type: multipart/alternative; boundary=b", "Content-Type: multipart/related; boundary=aa; start=\"<r>\"",
        "Content-Type: multipart/digest; boundary=a", "Content-Type: message/rfc822", "Content-Type: message/rfc822", "Content-Type: message/global", "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes",
        "Content-Type: text/html; charset=iso-2022-jp", "Content-Type: application/ms-tnef; name=winmail.dat", "Content-Type: image/png; name*0*=utf-8''%C3; name*1*=%A4", "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: quoted-printable", "Content-Transfer-Encoding: x-uuencode", "Content-Disposition: attachment; filename=\"=?utf-8?q?=C3=A4?=\"", "Content-ID: <r>", "Content-Disposition: inline",
        "Subject: =?utf-8?b?w6Q=?= =?x?q?y?=", "From: A <a@b>, c@d;", "To: x: a@b, \"c;", "Date: Sun, 22 Nov 2026 10:00:00 +0100", "Body: forged", "$ItemizeError: forged", "begin 644 f", "#0V%T", "`", "end", "R3LDvMOfZQ==", "=C3=A4=", "> quoted ",
        " folded", "\u001b$B\u001b(B", "\u00ff\u00fe", "\0",
    ];

    private static int Executions =>
        int.TryParse(Environment.GetEnvironmentVariable("TELL_FUZZ_EXECUTIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 4_000;

    [Fact]
    public void Nearly_right_messages_are_read_alike_whatever_their_pieces()
    {
        var random = new Random(81);
        for (var i = 0; i < Executions; i++)
        {
            var message = Message(random);
            var limits = i % 3 == 0 ? new MimeLimits { Depth = random.Next(6), Entities = random.Next(12), HeaderOctets = random.Next(200), Problems = random.Next(4) } : null;
            var mostText = i % 5 == 0 ? random.Next(60) : MessageReader.DefaultMostText;
            var whole = MessageReaderTests.Reading.Of([message], limits, mostText);
            Assert.True(whole.Parts.Where(part => part.Source is null).All(part => part.Depth <= 80));
            var cut = MessageReaderTests.Reading.Of(MessageReaderTests.Cut(message, random, 1 + random.Next(40)), limits, mostText);
            Assert.Equal(whole.Whole(), cut.Whole());
        }
    }

    [Fact]
    public async Task Nearly_right_messages_become_items()
    {
        var random = new Random(82);
        for (var i = 0; i < Executions / 4; i++)
        {
            var message = Message(random);
            var store = new KeptContents();
            var items = await store.ItemizeAsync(MessageReaderTests.Cut(message, random, 50));
            Assert.Contains(items, item => item.Name == "Body");
            var names = items.Where(item => item.Name is not ("Body" or "$FILE")).Select(item => item.Name).ToList();
            Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.All(items.Where(item => item.Name is "Body" or "$ItemizeError" && item.Kind != ItemKind.RichText), item => Assert.DoesNotContain("forged", item.Texts));
            Assert.All(items.Where(item => item.Content is not null), item => Assert.Equal(item.Content!.Size, store.Read(item.Content).Length));
            Assert.All(Itemizer.Header(message), item => Assert.NotEqual("Body", item.Name));
        }
    }

    private static byte[] Message(Random random)
    {
        var message = new MemoryStream();
        for (var line = random.Next(40); line > 0; line--)
        {
            message.Write(Encoding.Latin1.GetBytes(Lines[random.Next(Lines.Length)]));
            message.Write(random.Next(12) switch { 0 => "\n"u8, 1 => "\r"u8, 2 => ""u8, _ => "\r\n"u8 });
        }
        var octets = message.ToArray();
        for (var change = random.Next(3) == 0 ? random.Next(4) : 0; change > 0 && octets.Length > 0; change--)
            octets[random.Next(octets.Length)] = (byte)random.Next(256);
        return octets;
    }
}
