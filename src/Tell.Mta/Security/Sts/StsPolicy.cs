using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Tell.Mail;

namespace Tell.Mta.Security.Sts;

/// <summary>An MTA-STS policy (RFC 8461 3.2).</summary>
/// <param name="Mode">How it is meant.</param>
/// <param name="MxPatterns">Host names and patterns such as "*.example.test", lower case; at least one but for mode none.</param>
/// <param name="MaxAge">How long it may be kept; at most a year.</param>
public sealed record StsPolicy(StsMode Mode, ImmutableArray<string> MxPatterns, TimeSpan MaxAge)
{
    // RFC 8461 3.2: the maximum; and more patterns than anybody has exchangers are no policy.
    private const int LongestAge = 31_557_600, MostPatterns = 1000;

    /// <summary>True where a mail exchanger is one of the policy (RFC 8461 4.1): "*" stands for exactly one label, the leftmost.</summary>
    public bool Covers(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        foreach (var pattern in MxPatterns)
        {
            if (pattern.Equals(host, StringComparison.OrdinalIgnoreCase))
                return true;
            if (pattern.StartsWith("*.", StringComparison.Ordinal) && dot > 0 && pattern.AsSpan(1).Equals(host.AsSpan(dot), StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>
    /// Reads a policy: lines "key: value" that end with LF or CRLF; keys not known here are passed over, and of a key other than mx only the
    /// first counts. Null, and why, where it is none.
    /// </summary>
    public static (StsPolicy? Policy, string Problem) Read(ReadOnlySpan<byte> octets)
    {
        string? version = null, mode = null, age = null;
        var patterns = ImmutableArray.CreateBuilder<string>();
        foreach (var line in Encoding.UTF8.GetString(octets).Split('\n'))
        {
            var text = (line.EndsWith('\r') ? line[..^1] : line).Trim(' ', '\t');
            if (text.Length == 0)
                continue;
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1)
                return (null, "a line is not \"key: value\"");
            var value = text[(colon + 1)..].Trim(' ', '\t');
            switch (text[..colon].TrimEnd(' ', '\t'))
            {
                case "version":
                    version ??= value;
                    break;
                case "mode":
                    mode ??= value;
                    break;
                case "max_age":
                    age ??= value;
                    break;
                case "mx":
                    if (!IsPattern(value) || patterns.Count == MostPatterns)
                        return (null, "an mx is not a host name or \"*.\" and one");
                    patterns.Add(value.ToLowerInvariant());
                    break;
            }
        }
        if (version != "STSv1")
            return (null, "no version STSv1");
        if (Mode(mode) is not { } meant)
            return (null, "no mode that is enforce, testing or none");
        if (age is not { Length: <= 10 } || !long.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > LongestAge)
            return (null, "no max_age of at most 31557600");
        if (patterns.Count == 0 && meant != StsMode.None)
            return (null, "no mx");
        return (new StsPolicy(meant, patterns.ToImmutable(), TimeSpan.FromSeconds(seconds)), "");

        static StsMode? Mode(string? word) => word switch
        {
            "enforce" => StsMode.Enforce,
            "testing" => StsMode.Testing,
            "none" => StsMode.None,
            _ => null,
        };
    }

    /// <summary>The lines of the policy, in the order of RFC 8461: what reports show.</summary>
    public ImmutableArray<string> Lines() =>
    [
        "version: STSv1",
        $"mode: {Mode.ToString().ToLowerInvariant()}",
        .. MxPatterns.Select(pattern => $"mx: {pattern}"),
        string.Create(CultureInfo.InvariantCulture, $"max_age: {(long)MaxAge.TotalSeconds}"),
    ];

    private static bool IsPattern(string text)
    {
        var name = text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text;
        return Domain.TryParse(name, out var domain) && !domain.IsLiteral && Ascii.IsValid(name);
    }
}
