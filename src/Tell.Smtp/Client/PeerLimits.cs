using System.Globalization;

namespace Tell.Smtp.Client;

/// <summary>What a peer takes in one session (LIMITS, RFC 9422 4). Null where it does not say.</summary>
public readonly record struct PeerLimits
{
    /// <summary>MAILMAX: how many MAIL commands, refused ones included.</summary>
    public int? Messages { get; private init; }

    /// <summary>RCPTMAX: how many RCPT commands in one transaction, refused ones included.</summary>
    public int? Recipients { get; private init; }

    /// <summary>RCPTDOMAINMAX: how many different domains of recipients in one session.</summary>
    public int? Domains { get; private init; }

    /// <summary>Reads "MAILMAX=100 RCPTMAX=50". A limit that is not known, or whose value is no number of 1 to 6 digits, is none.</summary>
    public static PeerLimits Parse(string parameters)
    {
        var limits = default(PeerLimits);
        foreach (var limit in parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = limit.IndexOf('=', StringComparison.Ordinal);
            // RFC 9422 4: the value starts with 1 to 9.
            if (equals < 0 || limit.Length - equals - 1 is 0 or > 6 || limit[equals + 1] == '0'
                || !int.TryParse(limit.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                continue;
            limits = limit[..equals].ToUpperInvariant() switch
            {
                "MAILMAX" => limits with { Messages = value },
                "RCPTMAX" => limits with { Recipients = value },
                "RCPTDOMAINMAX" => limits with { Domains = value },
                _ => limits,
            };
        }
        return limits;
    }
}
