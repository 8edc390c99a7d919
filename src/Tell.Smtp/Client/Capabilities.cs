namespace Tell.Smtp.Client;

/// <summary>What a peer offers in its reply to EHLO (RFC 5321 4.1.1.1). After HELO nothing is offered.</summary>
public sealed class Capabilities
{
    private readonly Dictionary<string, string> _offered = new(StringComparer.OrdinalIgnoreCase);

    private Capabilities()
    {
    }

    /// <summary>Nothing is offered.</summary>
    public static Capabilities None { get; } = new();

    /// <summary>Commands may be sent in groups (RFC 2920).</summary>
    public bool Pipelining { get; private init; }

    /// <summary>The MAIL parameter SIZE is known (RFC 1870).</summary>
    public bool Size { get; private init; }

    /// <summary>The largest message in octets that the peer takes; null where it does not say (no number, or 0).</summary>
    public long? MaxSize { get; private init; }

    /// <summary>Bodies may hold octets above 127 (RFC 6152).</summary>
    public bool EightBitMime { get; private init; }

    /// <summary>Addresses and headers may be UTF-8 (RFC 6531).</summary>
    public bool SmtpUtf8 { get; private init; }

    /// <summary>Replies carry enhanced status codes (RFC 2034).</summary>
    public bool EnhancedStatusCodes { get; private init; }

    /// <summary>The keywords offered, in the peer's spelling.</summary>
    public IReadOnlyCollection<string> Keywords => _offered.Keys;

    /// <summary>True where a keyword is offered, in any spelling of case; its parameters, one space between them, "" for none.</summary>
    public bool Offers(string keyword, out string parameters)
    {
        var offered = _offered.TryGetValue(keyword, out var found);
        parameters = found ?? "";
        return offered;
    }

    /// <summary>Reads the reply to EHLO: the first line is the peer's name, each further line a keyword with parameters. Of a keyword said twice the last counts.</summary>
    public static Capabilities Of(Reply ehlo)
    {
        var lines = new Capabilities();
        foreach (var line in ehlo.Lines.AsSpan()[1..])
        {
            var words = line.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
                lines._offered[words[0]] = string.Join(' ', words[1..]);
        }
        var size = lines.Offers("SIZE", out var limit);
        var read = new Capabilities
        {
            Pipelining = lines.Offers("PIPELINING", out _),
            Size = size,
            MaxSize = size && long.TryParse(limit, System.Globalization.NumberStyles.None, null, out var octets) && octets > 0 ? octets : null,
            EightBitMime = lines.Offers("8BITMIME", out _),
            SmtpUtf8 = lines.Offers("SMTPUTF8", out _),
            EnhancedStatusCodes = lines.Offers("ENHANCEDSTATUSCODES", out _),
        };
        foreach (var (keyword, parameters) in lines._offered)
            read._offered.Add(keyword, parameters);
        return read;
    }
}
