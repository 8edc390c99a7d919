namespace Tell.Mail;

/// <summary>A piece of HTML.</summary>
internal readonly ref struct HtmlToken(HtmlTokenKind kind, ReadOnlySpan<char> text, ReadOnlySpan<char> attributes)
{
    /// <summary>What it is.</summary>
    public HtmlTokenKind Kind { get; } = kind;

    /// <summary>The text as it stands, or the tag's name in lower case.</summary>
    public ReadOnlySpan<char> Text { get; } = text;

    /// <summary>The value of an attribute, entities read; null where there is none. At most the first hundred are looked at.</summary>
    public string? this[string name]
    {
        get
        {
            var rest = Attributes;
            for (var i = 0; i < 100; i++)
            {
                rest = rest.TrimStart(" \t\r\n\f/");
                if (rest.IsEmpty)
                    return null;
                var end = rest[1..].IndexOfAny("=/ \t\r\n\f") is var found and >= 0 ? found + 1 : rest.Length;
                var key = rest[..end];
                rest = rest[end..].TrimStart(" \t\r\n\f");
                ReadOnlySpan<char> value = [];
                if (rest is ['=', ..])
                {
                    rest = rest[1..].TrimStart(" \t\r\n\f");
                    var quote = rest is ['"' or '\'', ..] ? rest[0] : '\0';
                    rest = quote == '\0' ? rest : rest[1..];
                    end = quote == '\0' ? rest.IndexOfAny(" \t\r\n\f") : rest.IndexOf(quote);
                    value = end < 0 ? rest : rest[..end];
                    rest = end < 0 ? [] : rest[(quote == '\0' ? end : end + 1)..];
                }
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return HtmlEntities.Read(value);
            }
            return null;
        }
    }

    private ReadOnlySpan<char> Attributes { get; } = attributes;
}
