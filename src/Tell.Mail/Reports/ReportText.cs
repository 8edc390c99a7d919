using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// The part of a report that people read, in the words of the original (facts: lotus 7.1): a dashed line, then for each recipient the
/// reason and below it the address; then a dashed line before what is returned. What a host said stands below the address. Several languages
/// follow one another. Its size has a bound, whatever peers said.
/// </summary>
internal static class ReportText
{
    /// <summary>The recipients that are named; how many more there are is said.</summary>
    public const int MostNamed = 200;

    private const int MostSteps = 100, LongestStep = 300;

    /// <summary>The text, lines ended by LF.</summary>
    public static string Of(ReportMessage report)
    {
        var text = new StringBuilder();
        foreach (var words in report.Words)
        {
            if (text.Length > 0)
                text.Append('\n').Append('\n');
            Append(text, report, words);
        }
        return text.ToString();
    }

    /// <summary>What is told of the message itself.</summary>
    public static (string Name, string? Value)[] Message(ReportMessage report, ReportWords words) =>
    [
        ("subject", report.OriginalSubject), ("arrived", report.Status.Arrival is { } arrival ? words.Date(arrival) : null), ("host", report.Status.ReportingMta.ToString()),
    ];

    private static void Append(StringBuilder text, ReportMessage report, ReportWords words)
    {
        var message = Message(report, words);
        AppendLines(text, words.Fill("introduction." + ReportWords.NameOf(report.Kind), message));
        AppendGroup(text, report.Status, words, "failure", message, one => one.Action == DeliveryAction.Failed);
        AppendGroup(text, report.Status, words, "delay", message, one => one.Action == DeliveryAction.Delayed);
        AppendGroup(text, report.Status, words, "delivery", message, one => one.Action > DeliveryAction.Delayed);
        if (!report.Way.IsDefaultOrEmpty)
        {
            AppendHeading(text, words, "way");
            AppendLines(text.Append('\n'), report.Way.Take(MostSteps).Select(step => ReportWords.Shown(step[..Math.Min(step.Length, LongestStep)])));
        }
        if (report.WrittenReturn is { } returned)
        {
            AppendHeading(text, words, "returned");
            AppendLines(text.Append('\n'), words.Fill(returned == ReturnContent.Headers ? "closing.headers" : "closing.whole", message));
        }
    }

    private static void AppendGroup(StringBuilder text, DeliveryStatus status, ReportWords words, string name, (string, string?)[] message, Func<RecipientReport, bool> belongs)
    {
        var reports = status.Recipients.Where(belongs).ToImmutableArray();
        if (reports.IsEmpty)
            return;
        AppendHeading(text, words, name);
        foreach (var report in reports.Take(MostNamed))
            AppendRecipient(text, report, words, reports.Length > 1);
        if (reports.Length > MostNamed)
            AppendLines(text.Append('\n'), words.Fill("recipient.more", ("count", (reports.Length - MostNamed).ToString(CultureInfo.InvariantCulture))));
        if (words.Fill("closing." + name, message).ToArray() is { Length: > 0 } closing)
            AppendLines(text.Append('\n'), closing);
    }

    private static void AppendRecipient(StringBuilder text, RecipientReport report, ReportWords words, bool oneOfSeveral)
    {
        if (!words.Reason(report, out var reason) && !report.Reason.IsEmpty && report.Action <= DeliveryAction.Delayed)
            reason = ReportWords.Shown(report.Reason.Text);
        // Sisimai counts what stands between two addresses to the first of them, except for lines that begin with a hyphen.
        text.Append('\n').Append(oneOfSeveral ? "- " : "").Append(reason).Append('\n').Append(report.FinalRecipient).Append('\n');
        var said = report.Diagnostic is { Length: > 0 } diagnostic && diagnostic != reason ? diagnostic : null;
        var replied = said is not null && !string.IsNullOrEmpty(report.RemoteMta) && report.IsReply;
        if (replied)
            AppendLines(text, words.Fill("recipient.said", ("remote", report.RemoteMta), ("said", said)));
        // With the status, which says it to those who do not know our words; and, as that line is passed over, with the reason.
        var detail = replied ? null : said ?? Unsaid(report, reason);
        if (oneOfSeveral && detail != reason)
            detail = detail is null ? reason : $"{reason}: {detail}";
        if (report.Action <= DeliveryAction.Delayed && detail is not null)
            AppendLines(text, words.Fill("recipient.detail", ("said", $"{report.WrittenStatus} {detail}")));
        if (report is { Action: DeliveryAction.Delayed, WillRetryUntil: { } until })
            AppendLines(text, words.Fill("recipient.until", ("until", words.Date(until))));
    }

    private static string? Unsaid(RecipientReport report, string reason) => report.Reason.IsEmpty || report.Reason.Text == reason ? null : report.Reason.Text;

    private static void AppendHeading(StringBuilder text, ReportWords words, string name) => AppendLines(text.Append('\n'), words.Fill("heading." + name));

    private static void AppendLines(StringBuilder text, IEnumerable<string> lines)
    {
        foreach (var line in lines)
            text.Append(line).Append('\n');
    }
}
