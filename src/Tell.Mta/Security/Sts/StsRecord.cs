using System.Collections.Immutable;

namespace Tell.Mta.Security.Sts;

/// <summary>The TXT record that announces an MTA-STS policy (RFC 8461 3.1).</summary>
public static class StsRecord
{
    /// <summary>The id of the one record among the texts at "_mta-sts.DOMAIN"; null where there is none, or more than one: then there is no policy.</summary>
    public static string? Id(ImmutableArray<string> texts)
    {
        string? found = null;
        foreach (var text in texts)
        {
            if (!TagList.TryRead(text, "STSv1", out var tags))
                continue;
            if (found is not null)
                return null;
            found = tags.GetValueOrDefault("id", "");
        }
        return found is { Length: >= 1 and <= 32 } && found.All(char.IsAsciiLetterOrDigit) ? found : null;
    }
}
