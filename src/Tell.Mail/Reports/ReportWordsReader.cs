using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Tell.Mail;

/// <summary>Reads a file of words. Every name, section and placeholder has to be one that reports know: a slip is found when the file is read and not in a report.</summary>
public static class ReportWordsReader
{
    /// <summary>The longest file that is read, in characters.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>The most octets of a line and the most lines of a text, so that no file makes reports without bounds.</summary>
    private const int LongestLine = 500, MostLines = 50;

    private static readonly string[] Kinds = [.. Enum.GetValues<ReportKind>().Select(ReportWords.NameOf)];

    private static readonly string[] Actions = [.. Enum.GetValues<DeliveryAction>().Select(action => action.ToString().ToLowerInvariant())];

    private static readonly string[] OfMessage = ["subject", "arrived", "host"];

    private static readonly string[] OfReceipt = ["subject", "written", "opened", "recipient"];

    /// <summary>The words; null, and why, for a file that cannot be used.</summary>
    /// <param name="language">The language.</param>
    /// <param name="text">The file.</param>
    /// <param name="below">Where what it leaves out comes from; null for nowhere.</param>
    /// <param name="fault">What is wrong; null for nothing.</param>
    public static ReportWords? Read(string language, string text, ReportWords? below, out ReportWordsFault? fault)
    {
        var own = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        string? section = null;
        List<string>? lines = null;
        string[] placeholders = [];
        var number = 0;
        fault = null;
        foreach (var read in text.AsSpan(0, Math.Min(text.Length, MaxLength + 1)).EnumerateLines())
        {
            number++;
            var line = read.TrimEnd();
            if (number == 1)
                line = line.TrimStart('\uFEFF');
            if (line.IsEmpty || line[0] == ';')
                continue;
            fault = Take(line) is { } reason ? new ReportWordsFault(number, reason) : null;
            if (fault is not null)
                return null;
        }
        if (text.Length > MaxLength)
        {
            fault = new ReportWordsFault(number, $"the file is longer than {MaxLength:N0} characters");
            return null;
        }
        // An own language has its own date and charset, or none.
        var all = (below?.Texts ?? FrozenDictionary<string, ImmutableArray<string>>.Empty)
            .Where(pair => below!.Language == language || !pair.Key.StartsWith("language.", StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        foreach (var (name, value) in own)
            all[name] = [.. value];
        return new ReportWords(language, all.ToFrozenDictionary(StringComparer.Ordinal));

        string? Take(ReadOnlySpan<char> line)
        {
            if (line.Length > LongestLine)
                return $"a line has at most {LongestLine} characters";
            foreach (var c in line)
            {
                if (char.IsControl(c))
                    return "it holds a control character";
            }
            if (line[0] == '[')
            {
                (section, lines) = (line.Trim("[] ").ToString(), null);
                return line[^1] == ']' && section is "language" or "subject" or "introduction" or "heading" or "recipient" or "closing" or "reason"
                    ? null
                    : $"there is no section {line}: language, subject, introduction, heading, recipient, closing or reason";
            }
            if (line[0] == '|')
            {
                if (lines is null || section is not ("introduction" or "closing"))
                    return "a further line belongs to a text of [introduction] or [closing]";
                if (lines.Count == MostLines)
                    return $"a text has at most {MostLines} lines";
                var further = line[1..].Trim().ToString();
                lines.Add(further);
                return Placeholders(further, placeholders);
            }
            var sign = line.IndexOf('=');
            if (section is null || sign < 0)
                return section is null ? "a [section] comes first" : "neither \"name = text\" nor \"| text\"";
            var name = line[..sign].Trim().ToString();
            if (Allowed(section, name) is not { } allowed)
                return $"[{section}] has no text \"{name}\"";
            if (own.ContainsKey($"{section}.{name}"))
                return $"\"{name}\" stands here a second time";
            placeholders = allowed;
            var value = line[(sign + 1)..].Trim().ToString();
            own[$"{section}.{name}"] = lines = [value];
            return section == "language" ? Language(name, value) : Placeholders(value, allowed);
        }
    }

    private static string[]? Allowed(string section, string name) => section switch
    {
        "language" => name is "charset" or "date" ? [] : null,
        "subject" => Kinds.Contains(name) ? ["subject"] : null,
        "introduction" => name == "receipt" ? OfReceipt : Kinds.Contains(name) ? OfMessage : null,
        "heading" => name is "failure" or "delay" or "delivery" or "way" or "returned" ? [] : null,
        "recipient" => name switch { "said" => ["remote", "said"], "detail" => ["said"], "until" => ["until"], "more" => ["count"], _ => null },
        "closing" => name is "failure" or "delay" or "whole" or "headers" ? ["host"] : null,
        "reason" => Actions.Contains(name) || IsStatus(name) ? ["recipient", "domain"] : null,
        _ => null,
    };

    // RFC 3463 2: subject and detail; the class says how final it is, and not why.
    private static bool IsStatus(string name) => name.Split('.') is [var subject, var detail] && IsPart(subject) && (detail == "*" || IsPart(detail));

    private static bool IsPart(string part) => part.Length is > 0 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0');

    private static string? Language(string name, string value)
    {
        if (name == "charset")
            return value.Length == 0 || Mail.Charset.Find(value) is not null ? null : $"\"{value}\" is no charset that Tell knows";
        try
        {
            DateTimeOffset.UnixEpoch.ToString(value, CultureInfo.InvariantCulture);
            return value.Length <= 64 ? null : "a form of dates has at most 64 characters";
        }
        catch (FormatException)
        {
            return $"\"{value}\" is no form of dates, such as yyyy-MM-dd HH:mm zzz";
        }
    }

    private static string? Placeholders(string line, string[] allowed)
    {
        for (var i = line.IndexOf('{', StringComparison.Ordinal); i >= 0; i = i < line.Length ? line.IndexOf('{', i) : -1)
        {
            if (line.AsSpan(i).StartsWith("{{"))
            {
                i += 2;
                continue;
            }
            var end = line.IndexOf('}', i);
            if (end < 0)
                return "a { that no } closes; a brace is {{";
            var name = line[(i + 1)..end];
            if (!allowed.Contains(name))
                return $"{{{name}}} stands for nothing here{(allowed.Length == 0 ? "" : $": {string.Join(", ", allowed.Select(known => $"{{{known}}}"))}")}";
            i = end;
        }
        return null;
    }
}
