using System.Text;

namespace Tell.Tests.Tools;

/// <summary>The five messages that every real mail program sends: plain, 8-bit, awkward dots, an attachment, and 200 KB.</summary>
/// <param name="Name">A word that is the subject too.</param>
/// <param name="Content">The whole message with CR LF line ends.</param>
public sealed record SampleMail(string Name, byte[] Content)
{
    private const string Utf8Type = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n";

    /// <summary>What is attached: 3,000 octets of every value.</summary>
    public static byte[] Octets { get; } = MakeOctets();

    /// <summary>The five, the same at each run.</summary>
    public static IReadOnlyList<SampleMail> All { get; } =
    [
        Make("ascii", "", "Dear Ada,\n\nthe engine runs.\n\nCharles\n"),
        Make("utf8", Utf8Type, "Grüße aus Köln: ¿qué tal? Ελλάδα, 日本語, 🙂\n"),
        Make("dots", "", ".\n..\n...\n.hidden\n \n. \n\n\nFrom here on: a tab\tand trailing space \n.\n"),
        Make("attachment", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=_cut\"\n", Attachment()),
        Make("large", "", string.Concat(Enumerable.Range(0, 3_200).Select(line => $"{line:D6} the quick brown fox jumps over the lazy dog; 200 KB\n"))),
    ];

    /// <summary>The body alone, with LF line ends: for programs that write the header themselves.</summary>
    public byte[] Body
    {
        get
        {
            var text = Encoding.Latin1.GetString(Content).Replace("\r\n", "\n", StringComparison.Ordinal);
            return Encoding.Latin1.GetBytes(text[(text.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]);
        }
    }

    /// <summary>The address that this message goes to.</summary>
    public string Recipient => $"{Name}@far.example.test";

    private static SampleMail Make(string name, string header, string body)
    {
        var text = $"From: Charles <charles@near.example.test>\nTo: {name}@far.example.test\nSubject: {name}\n"
            + $"Date: Mon, 10 Jul 1843 09:00:00 +0000\nMessage-ID: <{name}.sample@near.example.test>\n{header}\n{body}";
        return new SampleMail(name, Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal)));
    }

    private static byte[] MakeOctets()
    {
        var octets = new byte[3_000];
        new Random(1).NextBytes(octets);
        return octets;
    }

    private static string Attachment()
    {
        var base64 = Convert.ToBase64String(Octets, Base64FormattingOptions.InsertLineBreaks).Replace("\r\n", "\n", StringComparison.Ordinal);
        return "--=_cut\nContent-Type: text/plain\n\nSee the file.\n"
            + $"--=_cut\nContent-Type: application/octet-stream; name=\"a.bin\"\nContent-Disposition: attachment; filename=\"a.bin\"\nContent-Transfer-Encoding: base64\n\n{base64}\n--=_cut--\n";
    }
}
