using System.Text;

namespace Tell.Mail;

/// <summary>
/// The part of a report that people read, in the words of the original (facts: lotus 7.1): a dashed line, then for each recipient the
/// reason and below it the address; then a dashed line before what is returned. What a host said stands below the address.
/// </summary>
internal static class ReportText
{
    /// <summary>The text, lines ended by LF.</summary>
    public static string Of(DeliveryStatus status, ReturnContent? returned)
    {
        var text = new StringBuilder();
        AppendGroup(text, status, "Failure Reasons ", report => report.Action == DeliveryAction.Failed);
        AppendGroup(text, status, "Delay Reasons ", report => report.Action == DeliveryAction.Delayed);
        AppendGroup(text, status, "Delivered", report => report.Action > DeliveryAction.Delayed);
        if (returned is not null)
        {
            text.Append("\n------- Returned Message --------\n\n");
            text.Append(returned == ReturnContent.Headers ? "Only the header of the message is returned.\n" : "The message is returned as it came.\n");
        }
        return text.ToString();
    }

    private static void AppendGroup(StringBuilder text, DeliveryStatus status, string title, Func<RecipientReport, bool> belongs)
    {
        var reports = status.Recipients.Where(belongs).ToList();
        if (reports.Count == 0)
            return;
        text.Append("\n------- ").Append(title).Append(" --------\n");
        foreach (var report in reports)
        {
            var reason = report.Reason.IsEmpty ? StatusWords.For(report.WrittenStatus, report.FinalRecipient) : report.Reason;
            text.Append('\n').Append(Shown(reason)).Append('\n').Append(report.FinalRecipient).Append('\n');
            AppendDiagnostic(text, report, reason);
            if (report is { Action: DeliveryAction.Delayed, WillRetryUntil: { } until })
                text.Append("It will be tried until ").Append(InternetDate.Format(until)).Append(".\n");
        }
    }

    private static void AppendDiagnostic(StringBuilder text, RecipientReport report, Line reason)
    {
        if (string.IsNullOrEmpty(report.Diagnostic) || report.Diagnostic == reason.Text)
            return;
        if (!string.IsNullOrEmpty(report.RemoteMta))
            text.Append(Shown(Line.Clean(report.RemoteMta))).Append(" said: ");
        text.Append(Shown(Line.Clean(report.Diagnostic))).Append('\n');
    }

    // A terminal would obey what a peer hid in its reply.
    private static string Shown(Line line)
    {
        var text = line.Text[..Math.Min(line.Text.Length, 900)];
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
    }
}
