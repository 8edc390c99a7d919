using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tell.Commands;
using Tell.Hosting;
using Tell.Mta.Configuration;

namespace Tell.Tests.Commands;

/// <summary>What <c>tell mime</c> prints.</summary>
public sealed class MimeCommandTests
{
    private const string Message = """
        From: Ada Lovelace <ada@example.test>
        To: bob@example.test, Carol <carol@example.test>
        Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
        Date: Sun, 22 Nov 2026 11:00:00 +0100
        Message-ID: <1@example.test>
        Content-Type: multipart/mixed; boundary=bb

        --bb
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Hello =E2=9C=93=1B[31m

        --bb
        Content-Type: application/pdf; name="a=?utf-8?q?=E2=80=AE?=fdp.exe"
        Content-Disposition: attachment; filename="report.pdf"
        Content-Transfer-Encoding: base64

        UERG
        --bb
        Content-Type: message/rfc822

        Subject: inner

        inner text
        --bb--
        """;

    [Fact]
    public async Task Json_has_exactly_the_fields_that_programs_read()
    {
        var (done, text) = await MimeAsync(Message, "m.eml", "--json");
        Assert.True(done);
        var json = JsonDocument.Parse(text).RootElement;
        Assert.Equal(["subject", "from", "text", "html", "attachments", "parts", "problems", "to", "cc", "date", "messageId"], json.EnumerateObject().Select(property => property.Name));
        Assert.Equal("Gr\u00fc\u00dfe", json.GetProperty("subject").GetString());
        Assert.Equal("""{"address":"ada@example.test","name":"Ada Lovelace"}""", Compact(json.GetProperty("from")));
        Assert.Equal("Hello \u2713\u001b[31m\n", json.GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("html").ValueKind);
        const string inner = "Subject: inner\r\n\r\ninner text";
        Assert.Equal(
            $$"""[{"name":"report.pdf","type":"application/pdf","size":3,"sha256":"{{Hash("PDF")}}"},{"name":null,"type":"message/rfc822","size":28,"sha256":"{{Hash(inner)}}"}]""",
            Compact(json.GetProperty("attachments")));
        Assert.Equal(
            $$"""[{"type":"text/plain","size":16,"sha256":"{{Hash("Hello \u2713\u001b[31m\r\n")}}"},{"type":"application/pdf","size":3,"sha256":"{{Hash("PDF")}}"},{"type":"text/plain","size":10,"sha256":"{{Hash("inner text")}}"}]""",
            Compact(json.GetProperty("parts")));
        Assert.Equal("2026-11-22T11:00:00+01:00", json.GetProperty("date").GetString());
        Assert.Equal("<1@example.test>", json.GetProperty("messageId").GetString());
        Assert.Equal(2, json.GetProperty("to").GetArrayLength());
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public async Task People_see_header_parts_and_text_and_nothing_drives_their_terminal()
    {
        var (done, text) = await MimeAsync(Message.Replace("report.pdf", "\u202egpj.exe", StringComparison.Ordinal), "m.eml");
        Assert.True(done);
        Assert.StartsWith("From:        Ada Lovelace <ada@example.test>\nTo:          bob@example.test, Carol <carol@example.test>\n", text);
        Assert.Contains("Subject:     Gr\u00fc\u00dfe\n\nPart", text);
        Assert.Contains("\n  1      text/plain       16      text, utf-8, quoted-printable\n", text);
        Assert.Contains("\n  2      application/pdf  3       file, \"\\u202egpj.exe\", base64\n", text);
        Assert.Contains("\n    3.1  text/plain       10", text);
        Assert.EndsWith("\n\nHello \u2713\\x1b[31m", text);
    }

    [Fact]
    public async Task Problems_are_shown()
    {
        var (done, text) = await MimeAsync("Subject: x\nContent-Type: text/plain; charset=x-klingon\n\ntext\n", "m.eml");
        Assert.True(done);
        Assert.Contains("\nProblem: ", text);
        Assert.Contains("klingon", text);
    }

    [Fact]
    public async Task Files_inside_a_text_name_their_part()
    {
        var (_, text) = await MimeAsync("Subject: x\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n", "m.eml", "--json");
        var file = JsonDocument.Parse(text).RootElement.GetProperty("attachments")[0];
        Assert.Equal("cat.txt", file.GetProperty("name").GetString());
        Assert.Equal(Hash("Cat"), file.GetProperty("sha256").GetString());
        Assert.Equal("text/plain", file.GetProperty("foundIn").GetString());
    }

    [Theory]
    [InlineData]
    [InlineData("--json")]
    [InlineData("a.eml", "b.eml")]
    [InlineData("a.eml", "--xml")]
    [InlineData("a.eml", "--json", "--json")]
    public async Task A_wrong_call_says_how_it_is_used(params string[] arguments)
    {
        var (done, text) = await MimeAsync(Message, arguments);
        Assert.False(done);
        Assert.Equal("Usage: MIME FILE [--json]", text);
    }

    [Fact]
    public async Task Standard_input_is_a_hyphen()
    {
        var (done, text) = await MimeAsync(Message, "--json", "-");
        Assert.True(done);
        Assert.StartsWith("{", text);
    }

    private static async Task<(bool Done, string Text)> MimeAsync(string message, params string[] arguments)
    {
        var table = ConsoleCommands.Table(new NoHost(new ConfigurationFile("notes.ini")));
        var answer = new Answer();
        var done = await table.RunAsync(["mime", .. arguments], new Given(Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n"))), answer, CancellationToken.None);
        return (done, string.Join('\n', answer.Lines));
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed class Given(byte[] octets) : ICommandInput
    {
        public Task<byte[]> ReadAsync(string name, CancellationToken cancellation) => Task.FromResult(octets);
    }
}
