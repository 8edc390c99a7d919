using System.Globalization;

namespace Tell.Mail;

/// <summary>Languages as people name them in a header (RFC 3282, RFC 5646).</summary>
public static class LanguageTags
{
    private const int LongestField = 1000, Most = 20;

    /// <summary>True for what has the shape of a language tag, at most 35 characters (RFC 5646 4.4.1).</summary>
    public static bool IsTag(ReadOnlySpan<char> tag)
    {
        if (tag.Length is 0 or > 35)
            return false;
        foreach (var range in tag.Split('-'))
        {
            var part = tag[range];
            if (part.Length is 0 or > 8)
                return false;
            foreach (var c in part)
            {
                if (!char.IsAsciiLetterOrDigit(c))
                    return false;
            }
        }
        return true;
    }

    /// <summary>
    /// The tags of an Accept-Language or Content-Language field, the most wanted first; those of equal weight in their order, those of weight 0, "*" and what is none left
    /// out. Comments are skipped (RFC 3282 2). At most 20 of the first 1,000 characters, whatever was sent.
    /// </summary>
    public static IReadOnlyList<string> Parse(string field)
    {
        var text = WithoutComments(field.AsSpan(0, Math.Min(field.Length, LongestField)));
        var found = new List<(string Tag, double Weight)>();
        foreach (var one in text.Split(','))
        {
            var parts = one.Split(';');
            var tag = parts[0].Trim();
            if (found.Count == Most || !IsTag(tag))
                continue;
            var weight = 1.0;
            foreach (var parameter in parts.Skip(1))
            {
                var pair = parameter.Split('=', 2);
                if (pair[0].Trim().Equals("q", StringComparison.OrdinalIgnoreCase))
                    weight = pair.Length == 2 && double.TryParse(pair[1].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var q) && q is >= 0 and <= 1 ? q : 0;
            }
            if (weight > 0)
                found.Add((tag, weight));
        }
        return [.. found.OrderByDescending(language => language.Weight).Select(language => language.Tag)];
    }

    /// <summary>What to look for, in this order (RFC 4647 3.4): "zh-Hant-TW", "zh-Hant", "zh".</summary>
    public static IEnumerable<string> Lookup(string tag)
    {
        for (var end = tag.Length; end > 0; end = tag.LastIndexOf('-', end - 1))
            yield return tag[..end];
    }

    private static string WithoutComments(ReadOnlySpan<char> text)
    {
        var kept = new System.Text.StringBuilder(text.Length);
        var depth = 0;
        foreach (var c in text)
        {
            if (c == '(')
                depth++;
            else if (c == ')')
                depth = Math.Max(0, depth - 1);
            else if (depth == 0)
                kept.Append(c);
        }
        return kept.ToString();
    }
}
