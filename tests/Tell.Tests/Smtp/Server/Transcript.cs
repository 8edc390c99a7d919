using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Tell.Smtp.Server;
using Tell.Smtp.Tls;
using Tell.Tests.Smtp.Sasl;

namespace Tell.Tests.Smtp.Server;

/// <summary>
/// A conversation in a file: <c>C: </c> a line of the client, <c>C+ </c> octets of the client without CR LF, <c>S: </c> a line of the
/// server, <c>ehlo: </c> EHLO with that name, answered by the list that a session with the options of the file gives, <c>mail: </c> a
/// message that must have arrived in the end, with its content in <c>| </c> lines (<c>|+ </c> without CR LF), <c>end: </c> how the
/// session ends, <c>set: </c> an option, <c>tls: </c> the protocol under the session. <c>\r \n \0 \\ \xHH</c> stand for octets.
/// Without an end: the client closes.
/// </summary>
internal sealed class Transcript
{
    /// <summary>Client octets and server lines in turn.</summary>
    public List<(string Client, string Server)> Exchanges { get; } = [];

    public List<(string Envelope, string Content)> Mails { get; } = [];

    public ServerOptions Options { get; private set; } = Dialogue.Options;

    public TlsFacts? Tls { get; private set; }

    public SessionEnd End { get; private set; } = SessionEnd.Vanished;

    public string AllSent => string.Concat(Exchanges.Select(e => e.Client));

    public string AllSaid => string.Concat(Exchanges.Select(e => e.Server));

    /// <summary>A session that it can be played with. It is the first of January 2026, 0:00, all the time.</summary>
    public Dialogue Begin(MemoryConnection? connection = null) => new(Options, connection: connection, clock: new ManualClock(), tls: Tls);

    public static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Transcripts");

    public static Transcript Load(string name)
    {
        var transcript = new Transcript();
        foreach (var line in File.ReadLines(Path.Combine(Folder(), name + ".transcript"), Encoding.UTF8))
            transcript.Take(line);
        return transcript;
    }

    private void Take(string line)
    {
        if (line.Length == 0 || line[0] == '#')
            return;
        var space = line.IndexOf(' ');
        var mark = space < 0 ? line : line[..space];
        var raw = space < 0 ? "" : line[(space + 1)..];
        if (mark == "mail:")
        {
            Mails.Add((raw, ""));
            return;
        }
        var text = Unescape(raw);
        switch (mark)
        {
            case "C:":
                Client(text + "\r\n");
                break;
            case "C+":
                Client(text);
                break;
            case "ehlo:":
                Client($"EHLO {text}\r\n");
                Server(Offers());
                break;
            case "S:":
                Server(text + "\r\n");
                break;
            case "|":
                Mails[^1] = (Mails[^1].Envelope, Mails[^1].Content + text + "\r\n");
                break;
            case "|+":
                Mails[^1] = (Mails[^1].Envelope, Mails[^1].Content + text);
                break;
            case "end:":
                End = Enum.Parse<SessionEnd>(text);
                break;
            case "tls:":
                Tls = new TlsFacts(text, "TLS_AES_256_GCM_SHA384") { ServerEndPoint = "the hash of a certificate"u8.ToArray() };
                break;
            case "set:":
                Options = Set(Options, text);
                break;
            default:
                throw new FormatException($"What is \"{line}\"?");
        }
    }

    private void Client(string octets)
    {
        if (Exchanges.Count > 0 && Exchanges[^1].Server.Length == 0)
            Exchanges[^1] = (Exchanges[^1].Client + octets, "");
        else
            Exchanges.Add((octets, ""));
    }

    private void Server(string lines)
    {
        if (Exchanges.Count == 0)
            Exchanges.Add(("", ""));
        Exchanges[^1] = (Exchanges[^1].Client, Exchanges[^1].Server + lines);
    }

    // extensions.transcript spells it out.
    private string Offers()
    {
        var dialogue = Begin();
        dialogue.Hear();
        dialogue.Send("EHLO client.example\r\n");
        return dialogue.Hear();
    }

    private static ServerOptions Set(ServerOptions options, string text) => text.Split('=') switch
    {
        ["MaxRecipients", var n] => options with { MaxRecipients = int.Parse(n, CultureInfo.InvariantCulture) },
        ["MaxErrors", var n] => options with { MaxErrors = int.Parse(n, CultureInfo.InvariantCulture) },
        ["MaxMessageSize", var n] => options with { MaxMessageSize = int.Parse(n, CultureInfo.InvariantCulture) },
        ["Xclient", var b] => options with { Xclient = bool.Parse(b) },
        ["ProxyHeader", var b] => options with { ProxyHeader = bool.Parse(b) },
        ["AuthWithoutTls", var b] => options with { AuthWithoutTls = bool.Parse(b) },
        ["RequireAuthentication", var b] => options with { RequireAuthentication = bool.Parse(b) },
        ["Authenticator", "Known"] => options with { Authenticator = People.Known },
        ["Authenticator", "Broken"] => options with { Authenticator = new People { IsBroken = true } },
        ["MaxMessages", var n] => options with { MaxMessages = int.Parse(n, CultureInfo.InvariantCulture) },
        ["MaxHeaderSize", var n] => options with { MaxHeaderSize = int.Parse(n, CultureInfo.InvariantCulture) },
        ["FutureRelease", var n] => options with { FutureRelease = TimeSpan.Parse(n, CultureInfo.InvariantCulture) },
        ["Etrn", var n] => options with { Etrn = bool.Parse(n) },
        ["BareNewlines", var n] => options with { BareNewlines = Enum.Parse<BareNewlines>(n) },
        _ => throw new FormatException($"What is \"{text}\"?"),
    };

    // The octets as Latin-1 characters; text beyond ASCII in the file stands for its UTF-8.
    private static string Unescape(string text)
    {
        text = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
        var octets = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                octets.Append(text[i]);
                continue;
            }
            octets.Append(text[++i] switch
            {
                'r' => '\r',
                'n' => '\n',
                '0' => '\0',
                '\\' => '\\',
                'x' => (char)Convert.ToByte(text.Substring((i += 2) - 1, 2), 16),
                var c => throw new FormatException($"What is \"\\{c}\"?"),
            });
        }
        return octets.ToString();
    }
}
