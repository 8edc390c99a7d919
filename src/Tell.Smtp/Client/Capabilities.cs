using System.Globalization;

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

    /// <summary>Bodies may come by BDAT (RFC 3030 2).</summary>
    public bool Chunking { get; private init; }

    /// <summary>Bodies may be of any octets, by BDAT (RFC 3030 3, which wants CHUNKING with it).</summary>
    public bool BinaryMime { get; private init; }

    /// <summary>RET, ENVID, NOTIFY and ORCPT are known (RFC 3461).</summary>
    public bool Dsn { get; private set; }

    /// <summary>The MAIL parameter MT-PRIORITY is known (RFC 6710).</summary>
    public bool MtPriority { get; private init; }

    /// <summary>The MAIL parameter BY is known (RFC 2852).</summary>
    public bool DeliverBy { get; private init; }

    /// <summary>The shortest time in seconds that the peer takes for a message that is returned when it has passed; 0 where it does not say (RFC 2852 3).</summary>
    public long DeliverByMinimum { get; private init; }

    /// <summary>The MAIL parameter REQUIRETLS is known (RFC 8689). It counts only where it was offered over TLS.</summary>
    public bool RequireTls { get; private init; }

    /// <summary>How much the peer takes in one session (RFC 9422).</summary>
    public PeerLimits Limits { get; private init; }

    /// <summary>What the peer offers with XLOOP, by which it knows itself; null where it offers none.</summary>
    public string? LoopToken { get; private init; }

    /// <summary>Replies carry enhanced status codes (RFC 2034).</summary>
    public bool EnhancedStatusCodes { get; private init; }

    /// <summary>The keywords offered, in the peer's spelling.</summary>
    public IReadOnlyCollection<string> Keywords => _offered.Keys;

    /// <summary>The same without DSN: the peer offers it, and refuses its parameters.</summary>
    public Capabilities WithoutDsn()
    {
        var without = (Capabilities)MemberwiseClone();
        without.Dsn = false;
        return without;
    }

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
        var chunking = lines.Offers("CHUNKING", out _);
        var deliverBy = lines.Offers("DELIVERBY", out var minimum);
        var read = new Capabilities
        {
            Pipelining = lines.Offers("PIPELINING", out _),
            Size = size,
            MaxSize = Number(limit) is > 0 and var octets ? octets : null,
            EightBitMime = lines.Offers("8BITMIME", out _),
            SmtpUtf8 = lines.Offers("SMTPUTF8", out _),
            Chunking = chunking,
            BinaryMime = chunking && lines.Offers("BINARYMIME", out _),
            Dsn = lines.Offers("DSN", out _),
            MtPriority = lines.Offers("MT-PRIORITY", out _),
            DeliverBy = deliverBy,
            DeliverByMinimum = Number(minimum),
            RequireTls = lines.Offers("REQUIRETLS", out _),
            Limits = lines.Offers("LIMITS", out var limits) ? PeerLimits.Parse(limits) : default,
            LoopToken = lines.Offers("XLOOP", out var token) && token.Length > 0 ? token : null,
            EnhancedStatusCodes = lines.Offers("ENHANCEDSTATUSCODES", out _),
        };
        foreach (var (keyword, parameters) in lines._offered)
            read._offered.Add(keyword, parameters);
        return read;
    }

    private static long Number(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
