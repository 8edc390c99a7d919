namespace Tell.Mail;

/// <summary>
/// What separates the parts of a multipart (RFC 2046 5.1.1). It comes from the id of the document, so that the same document always
/// gives the same octets, and its random half keeps peers from guessing it. The default value is no boundary.
/// </summary>
public readonly record struct Boundary
{
    private readonly string? _value;

    private Boundary(string value) => _value = value;

    /// <summary>The boundary without hyphens around it; "" where there is none.</summary>
    public string Value => _value ?? "";

    /// <summary>True where there is no boundary.</summary>
    public bool IsNone => _value is null;

    /// <summary>
    /// "0__=" (facts: lotus 6.3) and a UNID. The "_" cannot occur in base64.
    /// </summary>
    /// <exception cref="ArgumentException">The id is not 1 to 66 letters and digits.</exception>
    public static Boundary Of(string unid)
    {
        foreach (var c in unid)
        {
            if (!char.IsAsciiLetterOrDigit(c))
                throw new ArgumentException($"\"{Line.Clean(unid)}\" cannot be a boundary.", nameof(unid));
        }
        if (unid.Length is 0 or > 66)
            throw new ArgumentException("A boundary has 1 to 70 characters.", nameof(unid));
        return new Boundary("0__=" + unid);
    }

    /// <summary>The boundary without hyphens around it.</summary>
    public override string ToString() => Value;
}
