namespace Tell.Mta.Security;

/// <summary>Reads "v=STSv1; id=2026;" and its like: the records of RFC 8461 3.1 and RFC 8460 3, which share their form.</summary>
internal static class TagList
{
    // A TXT record has at most 65,535 octets; nobody's has more than a few fields.
    private const int MostFields = 100;

    /// <summary>The fields of a record that begins with exactly this version; false for another, or one that is no list of fields. Of a key the first counts.</summary>
    public static bool TryRead(string text, string version, out Dictionary<string, string> tags)
    {
        tags = new(StringComparer.Ordinal);
        var fields = text.Split(';', MostFields + 1);
        if (fields.Length > MostFields || fields[0].TrimEnd(' ', '\t') != $"v={version}")
            return false;
        foreach (var field in fields.Skip(1))
        {
            var trimmed = field.Trim(' ', '\t');
            if (trimmed.Length == 0)
                continue;
            var equals = trimmed.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                return false;
            tags.TryAdd(trimmed[..equals].TrimEnd(' ', '\t'), trimmed[(equals + 1)..].TrimStart(' ', '\t'));
        }
        return true;
    }
}
