using System.Collections.Immutable;

namespace Tell.Mta.Security.TlsRpt;

/// <summary>The TXT record by which a domain asks for reports (RFC 8460 3).</summary>
public static class TlsRptRecord
{
    // A report goes to each of them: so many are enough.
    private const int Most = 5;

    /// <summary>
    /// Where reports go, by the one record among the texts at "_smtp._tls.DOMAIN": mailto and https addresses, at most five. Empty where there
    /// is no record, more than one, or one that names nothing usable.
    /// </summary>
    public static ImmutableArray<Uri> Addresses(ImmutableArray<string> texts)
    {
        string? rua = null;
        foreach (var text in texts)
        {
            if (!TagList.TryRead(text, "TLSRPTv1", out var tags))
                continue;
            if (rua is not null)
                return [];
            rua = tags.GetValueOrDefault("rua", "");
        }
        // RFC 8460 3: commas inside an address are encoded.
        return [.. (rua ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(address => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri : null)
            .OfType<Uri>()
            .Where(uri => uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeMailto)
            .Take(Most)];
    }
}
