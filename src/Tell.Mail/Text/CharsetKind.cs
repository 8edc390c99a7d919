namespace Tell.Mail;

/// <summary>What can be told of a charset from its octets.</summary>
internal enum CharsetKind
{
    /// <summary>US-ASCII: seven bits.</summary>
    Ascii,

    /// <summary>UTF-8: valid or not.</summary>
    Utf8,

    /// <summary>ISO-8859-1, which is often windows-1252.</summary>
    Latin1,

    /// <summary>UTF-16 and UTF-32.</summary>
    Wide,

    /// <summary>Any other.</summary>
    Other,
}
