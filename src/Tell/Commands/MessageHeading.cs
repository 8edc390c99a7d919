using Tell.Mail;

namespace Tell.Commands;

/// <summary>What stands above a message that is shown to a person: who wrote it to whom, when and about what.</summary>
internal static class MessageHeading
{
    /// <summary>The rows; what a message does not say has none.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(ReadMessage message, bool withId = false)
    {
        (string Name, string? Value)[] all =
        [
            ("From", message.From?.ToString()),
            ("To", string.Join(", ", message.To)),
            ("Cc", string.Join(", ", message.Cc)),
            ("Bcc", message.Header.Find("Bcc") is { } blind ? string.Join(", ", AddressList.Parse(blind.Text.Text, 1000)) : null),
            ("Date", message.Date is { } date ? InternetDate.Format(date) : null),
            ("Message-ID", withId ? message.MessageId.Value : null),
            ("Subject", message.Subject),
        ];
        return all.Where(row => !string.IsNullOrEmpty(row.Value)).Select(row => (string[])[row.Name + ":", row.Value!]);
    }
}
