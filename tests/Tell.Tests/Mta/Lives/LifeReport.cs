using System.Globalization;
using System.Text.RegularExpressions;

namespace Tell.Tests.Mta.Lives;

/// <summary>What a report says, read from its text: about which message, and what of whom.</summary>
/// <param name="Id">Its Message-ID: two copies of one report are one report.</param>
/// <param name="Token">The message.</param>
/// <param name="Host">Which MTA made it.</param>
/// <param name="Date">When, to the second.</param>
/// <param name="Recipients">Final recipient, action, and whom its sender wrote to where the report says so.</param>
/// <param name="OnReport">True where what it returns is a report.</param>
internal sealed partial record LifeReport(string Id, string Token, string Host, DateTimeOffset Date, IReadOnlyList<(string Recipient, string Action, string? Original)> Recipients, bool OnReport)
{
    /// <summary>True for a Trace Report.</summary>
    public bool IsTrace { get; init; }

    /// <summary>The report that a text is; null where it is none.</summary>
    public static LifeReport? Of(string text)
    {
        if (!text.Contains("report-type=", StringComparison.OrdinalIgnoreCase) || !text.Contains("message/delivery-status", StringComparison.OrdinalIgnoreCase))
            return null;
        var recipients = Blank().Split(text).Where(block => Final().IsMatch(block)).Select(block => (
            Final().Match(block).Groups[1].Value,
            Action().Match(block).Groups[1].Value.ToLowerInvariant(),
            Original().Match(block) is { Success: true } original ? original.Groups[1].Value : null)).ToList();
        return new LifeReport(MessageId().Match(text).Value, LifeMail.TokenOf(text), Reporter().Match(text).Groups[1].Value, DateTimeOffset.Parse(Dated().Match(text).Groups[1].Value, CultureInfo.InvariantCulture), recipients, ReportType().Count(text) > 1);
    }

    [GeneratedRegex(@"^Final-Recipient: *rfc822; *(\S+?)\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Final();

    [GeneratedRegex(@"^Original-Recipient: *rfc822; *(\S+?)\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Original();

    [GeneratedRegex(@"\r?\n\r?\n")]
    private static partial Regex Blank();

    [GeneratedRegex(@"^Action: *(\w+)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Action();

    [GeneratedRegex(@"^Message-ID:.*", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex MessageId();

    [GeneratedRegex(@"^Reporting-MTA: *dns; *(\S+?)\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Reporter();

    [GeneratedRegex(@"^Date: *(.+?)( \(\w+\))?\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Dated();

    [GeneratedRegex(@"report-type=", RegexOptions.IgnoreCase)]
    private static partial Regex ReportType();
}
