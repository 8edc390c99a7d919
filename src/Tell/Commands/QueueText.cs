using System.Globalization;
using Tell.Documents;

namespace Tell.Commands;

/// <summary>How documents of the work queues are shown.</summary>
internal static class QueueText
{
    /// <summary>The state. Facts lotus 1.1: a converted parent is Pending Transmission until its last child is done; nothing of it has succeeded yet.</summary>
    public static string Title(WorkQueue queue, DocumentState state) =>
        (queue, state) is (WorkQueue.SmtpBox, DocumentState.Success) ? "Pending Transmission" : state.Title();

    /// <summary>The sender; "&lt;&gt;" for none.</summary>
    public static string Sender(Document document) => document.Envelope?.Sender?.ToString() ?? "<>";

    /// <summary>The first recipient, and how many there are besides.</summary>
    public static string Recipients(Document document)
    {
        var recipients = document.Envelope?.Recipients ?? [];
        return recipients.Length switch
        {
            0 => "",
            1 => recipients[0].Address.ToString(),
            _ => string.Create(CultureInfo.InvariantCulture, $"{recipients[0].Address} and {recipients.Length - 1} more"),
        };
    }

    /// <summary>A line below the UNID: from whom to whom, and why it waits or has stopped: "ada@a.test -> bob@b.test: 451 4.7.1 Later".</summary>
    public static string WhoAndWhy(Document document) => $"      {Sender(document)} -> {Recipients(document)}{(document.Reason is { } reason ? $": {reason}" : "")}";

    /// <summary>A time in UTC, to the second.</summary>
    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A number with its noun.</summary>
    public static string Documents(long documents) => string.Create(CultureInfo.InvariantCulture, $"{documents} {(documents == 1 ? "document" : "documents")}");
}
