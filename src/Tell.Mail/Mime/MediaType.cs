using System.Buffers;
using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>A media type with its parameters (RFC 2045 5, RFC 2231). Type, subtype and parameter names are lower case; values are decoded.</summary>
public sealed class MediaType
{
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly string[] Usual = ["text", "plain", "html", "multipart", "alternative", "mixed", "related", "application", "image", "message"];

    private MediaType(string type, string subtype, ImmutableArray<(string Name, string Value)> parameters) => (Type, Subtype, Parameters) = (type, subtype, parameters);

    /// <summary>What an entity is that says nothing: text/plain (RFC 2045 5.2).</summary>
    public static MediaType Plain { get; } = new("text", "plain", []);

    /// <summary>What an entity of a digest is that says nothing: message/rfc822 (RFC 2046 5.1.5).</summary>
    public static MediaType Message { get; } = new("message", "rfc822", []);

    /// <summary>"text" of text/plain.</summary>
    public string Type { get; }

    /// <summary>"plain" of text/plain.</summary>
    public string Subtype { get; }

    /// <summary>The parameters, in order; of one that comes twice the first.</summary>
    public ImmutableArray<(string Name, string Value)> Parameters { get; }

    /// <summary>"text/plain".</summary>
    public string Essence => $"{Type}/{Subtype}";

    /// <summary>The value of a parameter, named in lower case; null where there is none.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (known, value) in Parameters)
            {
                if (known == name)
                    return value;
            }
            return null;
        }
    }

    /// <summary>True for this type and subtype, given in lower case.</summary>
    public bool Is(string type, string subtype) => Type == type && Subtype == subtype;

    /// <summary>Reads the value of a Content-Type field, tolerantly; false where no type/subtype can be made out.</summary>
    public static bool TryParse(string text, out MediaType type)
    {
        type = Plain;
        var rest = FieldParameters.SkipComments(text);
        if (!TryWord(ref rest, out var major) || rest is not ['/', ..])
            return false;
        rest = FieldParameters.SkipComments(rest[1..]);
        if (!TryWord(ref rest, out var minor) || rest is ['/', ..])
            return false;
        // "text/html, charset=utf-8" and the like: whatever is between them.
        if (rest is not ([] or [';', ..]) && rest.IndexOf(';') is >= 0 and var end && !rest[..end].Contains('='))
            rest = rest[end..];
        type = new MediaType(major, minor, FieldParameters.Read(rest));
        return true;
    }

    // RFC 2045 5.1, token; the white space and comments after it go with it.
    private static bool TryWord(ref ReadOnlySpan<char> text, out string word)
    {
        var end = text.IndexOfAnyExcept(Token);
        var found = end < 0 ? text : text[..end];
        word = Known(found);
        text = FieldParameters.SkipComments(text[found.Length..]);
        return found.Length > 0;
    }

    // The words that nearly every message has, without an allocation.
    private static string Known(ReadOnlySpan<char> word)
    {
        foreach (var known in Usual)
        {
            if (word.Equals(known, StringComparison.OrdinalIgnoreCase))
                return known;
        }
        return word.ToString().ToLowerInvariant();
    }

    /// <summary>"text/plain".</summary>
    public override string ToString() => Essence;
}
