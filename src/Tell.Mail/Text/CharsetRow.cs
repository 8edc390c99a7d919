using System.Text;

namespace Tell.Mail;

/// <summary>A charset.</summary>
internal sealed class CharsetRow(string name, int page)
{
    // No best fit ("A" for "Ā"), and what cannot be read shows.
    private static readonly EncoderFallback Encoders = new EncoderReplacementFallback("?");
    private static readonly DecoderFallback Decoders = new DecoderReplacementFallback("\ufffd");

    private Encoding? _encoding;

    /// <summary>Its usual name in mail, lower case.</summary>
    public string Name => name;

    /// <summary>What its octets tell.</summary>
    public CharsetKind Kind { get; } = KindOf(name);

    /// <summary>It reads and writes; what it cannot is U+FFFD or "?", never an approximation. Opened when it is first needed.</summary>
    public Encoding Encoding => _encoding ??= Open(name, page);

    /// <summary>True where an octet means what the escapes before it say.</summary>
    public bool IsStateful => Name.StartsWith("iso-2022-", StringComparison.Ordinal) || Name is "hz-gb-2312" or "utf-7";

    /// <summary>True where mail may be written in it: US-ASCII stays as it is and every reader knows it.</summary>
    public bool IsWritten { get; init; }

    private static Encoding Open(string name, int page) => name switch
    {
        "us-ascii" => Encoding.GetEncoding(page, Encoders, Decoders),
        "utf-8" => Encoding.UTF8,
        "iso-8859-1" => Encoding.Latin1,
        "utf-7" => new Utf7Encoding(),
        "iso-8859-10" => TableEncoding.OfPart(name, IsoParts.Part10),
        "iso-8859-14" => TableEncoding.OfPart(name, IsoParts.Part14),
        "iso-8859-16" => TableEncoding.OfPart(name, IsoParts.Part16),
        _ when page is 1200 or 1201 => new UnicodeEncoding(page == 1201, byteOrderMark: false),
        _ when page is 12000 or 12001 => new UTF32Encoding(page == 12001, byteOrderMark: false),
        _ => OfPage(page),
    };

    private static Encoding OfPage(int page)
    {
        if (CodePagesEncodingProvider.Instance.GetEncoding(page) is not { } known)
            return Encoding.Latin1;
        var encoding = (Encoding)known.Clone();
        encoding.EncoderFallback = Encoders;
        encoding.DecoderFallback = known.IsSingleByte ? Decoders : new KnownReading(known);
        return encoding.IsSingleByte ? TableEncoding.WithoutGaps(encoding) : encoding;
    }

    private static CharsetKind KindOf(string name) => name switch
    {
        "us-ascii" => CharsetKind.Ascii,
        "utf-8" => CharsetKind.Utf8,
        "iso-8859-1" => CharsetKind.Latin1,
        _ when name.StartsWith("utf-16", StringComparison.Ordinal) || name.StartsWith("utf-32", StringComparison.Ordinal) => CharsetKind.Wide,
        _ => CharsetKind.Other,
    };
}
