using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>The promise of the room, kept by a machine: no parser throws, and none is slower than linear.</summary>
public sealed class HostileTextTests
{
    public static TheoryData<string, string> Parsers => new()
    {
        { "Domain", "a.-_xn[]IPv6:0" },
        { "Mailbox", "a.@\"\\x" },
        { "NamedMailbox", "a <@>\"\\,=?" },
        { "EnhancedStatus", "245.0 " },
        { "MessageId", "<a@b> " },
        { "InternetDate", "Mon, 1 Jan 2026 00:00:00 +0()\\" },
        { "EncodedWord", "=?utf-8?QqBb_=C3" },
        { "EncodedWord", "=?\"\\ q?a?=" },
        { "AddressList", "a <@>\"\\,;:().[]" },
        { "AddressList", "a@x \"<>,(=?utf-8?q?=" },
        { "HtmlText", "<a href='\">/!-x&;pre" },
        { "HtmlText", "<!--></title li>=\"" },
        { "FlowedText", "> -\n\ra" },
        { "UuText", "begin 644x\nM`#" },
        { "Charset", "utf-816x:*isocw" },
        { "Xtext", "+0A=a" },
        { "OriginalRecipient", "utf-8;\\x{0}+" },
        { "Line", "a\r\n\0" },
    };

    [Theory]
    [MemberData(nameof(Parsers))]
    public void No_text_makes_a_parser_throw(string parser, string alphabet)
    {
        foreach (var text in Fuzz.Texts(seed: 51, count: 20_000, alphabet, maxLength: 50))
            Parse(parser, text);
    }

    [Theory]
    [MemberData(nameof(Parsers))]
    public void No_repetition_makes_a_parser_slow(string parser, string alphabet)
    {
        string[] pieces = [.. alphabet.Select(c => c.ToString()).Distinct(), alphabet, .. Fuzz.Texts(seed: 52, count: 10, alphabet, maxLength: 6)];
        foreach (var piece in pieces.Where(piece => piece.Length > 0))
        {
            Assert.True(
                Fuzz.IsLinear(size =>
                {
                    var text = string.Concat(Enumerable.Repeat(piece, size / piece.Length));
                    return () => Parse(parser, text);
                }),
                $"{parser} is slow on repeated \"{piece}\"");
        }
    }

    private static void Parse(string parser, string text)
    {
        _ = parser switch
        {
            "Domain" => Domain.TryParse(text, out _) | Domain.TryParse($"[{text}]", out _),
            "Mailbox" => Mailbox.TryParse(text, out _) | Mailbox.TryParse(Encoding.UTF8.GetBytes(text), out _),
            "NamedMailbox" => NamedMailbox.TryParse(text, out _) | NamedMailbox.TryParse($"{text} <a@x>", out _),
            "EnhancedStatus" => EnhancedStatus.TryParse(text, out _),
            "MessageId" => MessageId.TryParse(text, out _),
            "InternetDate" => InternetDate.TryParse(text, out _),
            "EncodedWord" => EncodedWord.Decode(text).IsEmpty | EncodedWord.Decode(text, insideQuotes: false).IsEmpty,
            "HtmlText" => HtmlText.ToPlain(text).Length + HtmlText.FromPlain(text).Length > 0,
            "FlowedText" => FlowedText.Unwrap(text, deleteSpace: true).Length > 0,
            "UuText" => UuText.Extract(text).Files.IsEmpty,
            "Charset" => Charset.Find(text) is null | Charset.Decode(Encoding.UTF8.GetBytes(text), text).Text.Length > 0,
            "AddressList" => AddressList.Parse(text).IsEmpty,
            "Xtext" => Xtext.TryDecode(text, out _) | Xtext.TryDecodeUtf8Address(text, out _),
            "OriginalRecipient" => OriginalRecipient.TryParse(text, out _),
            _ => Line.Clean(text).IsEmpty,
        };
    }
}
