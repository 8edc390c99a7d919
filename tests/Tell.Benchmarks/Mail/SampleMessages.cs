using System.Buffers;
using System.Globalization;
using System.Text;
using Tell.Mail;

namespace Tell.Benchmarks.Mail;

/// <summary>Messages as they pass through a server, the same at each run.</summary>
public static class SampleMessages
{
    private const string Words =
        "the engine might compose elaborate and scientific pieces of music of any degree of complexity or extent Grüße from München café naïve résumé again we may say most aptly that it weaves algebraical patterns";

    /// <summary>About 4 KB: 15 fields of some 1.5 KB, and a text in quoted-printable with some accents.</summary>
    public static byte[] Small(int seed = 1)
    {
        var message = new ArrayBufferWriter<byte>();
        Header(message);
        Ascii(message, "Content-Type: text/plain; charset=\"utf-8\"; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        QuotedPrintable.Write(Encoding.UTF8.GetBytes(Text(new Random(seed), 2350)), message);
        return message.WrittenSpan.ToArray();
    }

    /// <summary>About 200 KB: a text and its HTML as multipart/alternative, and an attachment in base64.</summary>
    public static byte[] Large(int seed = 1)
    {
        var random = new Random(seed);
        var message = new ArrayBufferWriter<byte>();
        Header(message);
        Ascii(message, "Content-Type: multipart/mixed; boundary=\"----=_Part_1087_332.1\"\r\n\r\nThis is a message in MIME format.\r\n\r\n------=_Part_1087_332.1\r\n"
            + "Content-Type: multipart/alternative; boundary=\"----=_Part_1088_332.2\"\r\n\r\n------=_Part_1088_332.2\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        QuotedPrintable.Write(Encoding.UTF8.GetBytes(Text(random, 5000)), message);
        Ascii(message, "\r\n------=_Part_1088_332.2\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        QuotedPrintable.Write(Encoding.UTF8.GetBytes("<html><body style=\"margin: 0\"><p>" + Text(random, 15_000) + "</p></body></html>\r\n"), message);
        Ascii(message, "\r\n------=_Part_1088_332.2--\r\n\r\n------=_Part_1087_332.1\r\nContent-Type: application/pdf; name=\"report.pdf\"\r\n"
            + "Content-Disposition: attachment; filename*=utf-8''r%C3%A9port.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        var attachment = new byte[130_000];
        random.NextBytes(attachment);
        var lines = new Base64Lines(message);
        lines.Write(attachment);
        lines.Finish();
        Ascii(message, "\r\n------=_Part_1087_332.1--\r\n");
        return message.WrittenSpan.ToArray();
    }

    private static void Header(ArrayBufferWriter<byte> message)
    {
        for (var hop = 3; hop > 0; hop--)
        {
            Ascii(message, string.Create(CultureInfo.InvariantCulture,
                $"Received: from mail{hop}.example.net (mail{hop}.example.net [192.0.2.{hop}])\r\n\tby mx{hop}.example.org (Postfix) with ESMTPS id 4XyZ{hop}7qB{hop}z9Q\r\n\tfor <grace@example.org>; Sun, 22 Nov 2026 10:0{hop}:37 +0000 (UTC)\r\n"));
        }
        Ascii(message,
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=s2026;\r\n\th=from:to:subject:date:message-id:mime-version:content-type;\r\n"
            + "\tbh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n\tb=" + string.Join("\r\n\t ", Enumerable.Repeat(new string('Q', 70), 4)) + "==\r\n"
            + "From: =?utf-8?Q?Ada_L=C3=B6velace?= <ada@example.net>\r\nTo: Grace Hopper <grace@example.org>\r\nCc: \"Babbage, Charles\" <charles@example.org>\r\n"
            + "Subject: =?utf-8?B?R3LDvMOfZSBhdXMgTcO8bmNoZW4=?= and the Bernoulli numbers\r\nDate: Sun, 22 Nov 2026 10:01:37 +0000\r\n"
            + "Message-ID: <CAJ7vQ1843.1087@mail.example.net>\r\nIn-Reply-To: <1842.7@example.org>\r\nReferences: <1841.1@example.org> <1842.7@example.org>\r\n"
            + "X-Mailer: Analytical 1.0\r\nMIME-Version: 1.0\r\n");
    }

    private static string Text(Random random, int length)
    {
        var words = Words.Split(' ');
        var text = new StringBuilder();
        var column = 0;
        while (text.Length < length)
        {
            var word = words[random.Next(words.Length)];
            text.Append(word);
            column += word.Length + 1;
            text.Append(column > 68 ? "\r\n" : " ");
            column = column > 68 ? 0 : column;
        }
        return text.ToString();
    }

    private static void Ascii(ArrayBufferWriter<byte> message, string text) => message.Write(Encoding.ASCII.GetBytes(text));
}
