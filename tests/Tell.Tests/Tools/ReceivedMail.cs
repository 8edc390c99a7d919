using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Tell.Tests.Tools;

/// <summary>One message as a server saw it.</summary>
/// <param name="Sender">The reverse path without its brackets; empty for a report.</param>
/// <param name="Recipients">The accepted forward paths without their brackets.</param>
/// <param name="Content">The octets after DATA, dot-stuffing and final dot removed, CR LF kept.</param>
/// <param name="At">When it was accepted: a timestamp of TimeProvider.System.</param>
public sealed partial record ReceivedMail(string Sender, IReadOnlyList<string> Recipients, byte[] Content, long At)
{
    /// <summary>The content as text, one character per octet.</summary>
    public string Text => Encoding.Latin1.GetString(Content);

    /// <summary>The value of the Message-ID field, by which a test knows its messages; empty where there is none.</summary>
    public string MessageId { get; } = FindMessageId(Content);

    /// <summary>The id that the last relay gave it in its Received field; empty where there is none. Two ids for one message: it was taken in twice.</summary>
    public string TraceId { get; } = TraceIdPattern().Match(TraceHeaders.Split(Content).Trace).Groups[1].Value;

    /// <summary>The SHA-256 of the message without the trace fields before it, in hex: what must equal the sender's.</summary>
    public string Digest { get; } = DigestOf(TraceHeaders.Split(Content).Original);

    /// <summary>The SHA-256 of a message in hex.</summary>
    public static string DigestOf(byte[] content) => Convert.ToHexString(SHA256.HashData(content));

    /// <summary>A short form for the message of a failing test.</summary>
    public override string ToString() => $"{MessageId} from <{Sender}> to {string.Join(", ", Recipients)}, {Content.Length} octets: {Text[..Math.Min(300, Text.Length)]}";

    private static string FindMessageId(byte[] content)
    {
        var end = content.AsSpan().IndexOf("\r\n\r\n"u8);
        var header = Encoding.Latin1.GetString(content, 0, end < 0 ? content.Length : end);
        var line = header.Split("\r\n").FirstOrDefault(field => field.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase));
        return line?["Message-ID:".Length..].Trim() ?? "";
    }

    [GeneratedRegex(@"\sid ([0-9A-Za-z]+)")]
    private static partial Regex TraceIdPattern();
}
