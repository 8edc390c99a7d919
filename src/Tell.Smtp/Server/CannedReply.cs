using Tell.Smtp.Wire;

namespace Tell.Smtp.Server;

/// <summary>A reply that is always the same, kept as the octets that go over the wire.</summary>
internal sealed class CannedReply(int code, string status, string text, bool blames = true)
{
    private readonly byte[] _octets = ReplyWriter.Encode(Reply.Of(code, status, text));

    /// <summary>The three digits.</summary>
    public int Code { get; } = code;

    /// <summary>True where 5yz counts as an error of the client.</summary>
    public bool Blames { get; } = blames;

    /// <summary>The octets, with the final CR LF.</summary>
    public ReadOnlySpan<byte> Octets => _octets;

    /// <summary>The first line, for the log.</summary>
    public string Text { get; } = $"{code} {status} {text}";
}
