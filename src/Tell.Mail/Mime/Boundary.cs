namespace Tell.Mail;

/// <summary>
/// What separates the parts of a multipart (RFC 2046 5.1.1). It comes from the id of the document, so that the same document always
/// gives the same octets, and its random half keeps peers from guessing it. One for each level: "0__=", "1__=" and so on before the id, so
/// that none begins with another, whatever a reader compares. The default value is no boundary.
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

    /// <summary>The boundary of a multipart inside this one; none where this is none.</summary>
    /// <exception cref="InvalidOperationException">It would be the eleventh level.</exception>
    public Boundary Inner() => _value switch
    {
        null => default,
        ['9', ..] => throw new InvalidOperationException("There are boundaries for ten levels."),
        _ => new Boundary((char)(_value[0] + 1) + _value[1..]),
    };

    /// <summary>What the boundaries of all levels end with.</summary>
    internal ReadOnlySpan<char> Stem => Value.AsSpan(IsNone ? 0 : 1);

    /// <summary>The boundary without hyphens around it.</summary>
    public override string ToString() => Value;
}
