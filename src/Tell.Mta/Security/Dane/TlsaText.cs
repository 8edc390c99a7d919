using System.Globalization;
using Tell.Smtp.Tls;

namespace Tell.Mta.Security.Dane;

/// <summary>TLSA records as zone files and reports show them.</summary>
internal static class TlsaText
{
    /// <summary>"3 1 1 8D02..." (RFC 6698 2.2).</summary>
    public static string Of(TlsaRecord record) =>
        string.Create(CultureInfo.InvariantCulture, $"{record.Usage} {record.Selector} {record.Matching} {Convert.ToHexString(record.Data.Span)}");
}
