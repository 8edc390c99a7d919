using System.Globalization;
using Tell.Documents;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>QUEUE and DELIVERNOW: looking at waiting documents, and making them due.</summary>
internal static class QueueCommands
{
    private const int Short = 20, Long = 1000;

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        new()
        {
            Words = "QUEUE",
            Form = "[NAME of a queue|UNID]",
            Group = "Queues",
            Place = CommandPlace.Data,
            Summary = "Show the work queues, one queue, or one document with its attempts.",
            Detail = "The queues are SMTPIBWQ, MAIL.BOX, SMTP.BOX and SMTPOBWQ.",
            Handler = call => QueueAsync(host, call),
        },
        new()
        {
            Words = "QUEUE DELETE",
            Form = "UNID",
            Group = "Queues",
            Place = CommandPlace.Data,
            Summary = "Delete a dead document.",
            Detail = "Only dead documents: what can still be delivered or reported is not lost by a slip.",
            Handler = async call =>
            {
                if (call.Arguments is not [var text] || !Unid.TryParse(text, out var id))
                    return call.Usage();
                if (!await host.Operations.DeleteDeadAsync(id, call.Cancellation))
                    return call.Refuse($"There is no dead document {id}.");
                call.Answer.Line($"{id} deleted.");
                return true;
            },
        },
        new()
        {
            Words = "DELIVERNOW",
            Form = "[DESTINATION]",
            Group = "Queues",
            Summary = "Make everything that waits for a retry due now.",
            Handler = async call =>
            {
                if (call.Arguments.Count > 1)
                    return call.Usage();
                var due = await host.Operations.DeliverNowAsync(call.Arguments.FirstOrDefault()?.ToLowerInvariant(), call.Cancellation);
                call.Answer.Line($"{Count.Of(due, "document")} made due.");
                return true;
            },
        },
    ];

    private static async Task<bool> QueueAsync(ICommandHost host, CommandCall call)
    {
        var queues = host.Operations;
        if (call.Arguments is [])
        {
            foreach (var queue in WorkQueues.All)
                await ListAsync(queues, queue, Short, call);
            return true;
        }
        if (call.Arguments is not [var name])
            return call.Usage();
        foreach (var queue in WorkQueues.All)
        {
            if (queue.Title().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                await ListAsync(queues, queue, Long, call);
                return true;
            }
        }
        if (!Unid.TryParse(name, out var id))
            return call.Refuse($"{name} is neither a queue nor a UNID (32 hex digits).");
        if (await queues.GetAsync(id, call.Cancellation) is not { } document)
            return call.Refuse($"No document {id} is in a queue.");
        Show(document, call.Answer);
        return true;
    }

    private static async Task ListAsync(Operator queues, WorkQueue queue, int most, CommandCall call)
    {
        var documents = await queues.ViewAsync(new QueueView { Queue = queue, Limit = most }, call.Cancellation);
        var counts = queues.Counts().Where(count => count.Queue == queue && count.Documents > 0).ToList();
        var total = counts.Sum(count => count.Documents);
        call.Answer.Line(total == 0
            ? $"{queue.Title()}: empty"
            : $"{queue.Title()}: {string.Join(", ", counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Documents} {count.State.Title()}")))}");
        call.Answer.Table([.. documents.Select(document => (string[])
        [
            $"  {document.Id}",
            document.State.Title(),
            document.State is DocumentState.Pending or DocumentState.Failure && document.Due is { } due ? "due " + Time(due) : "",
            document.Destination,
            $"{Sender(document)} -> {Recipients(document)}",
        ])]);
        if (total > documents.Count)
            call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"  ... and {total - documents.Count} more"));
    }

    private static void Show(Document document, Answer answer)
    {
        var rows = new List<IReadOnlyList<string>>
        {
            (string[])["Document", document.Id.ToString()],
            (string[])["Form", document.Form],
            (string[])["Queue", document.Queue?.Title() ?? ""],
            (string[])["State", document.State.Title() + (document.Reason is { } reason ? $" ({reason})" : "")],
            (string[])["Made", Time(document.Created)],
        };
        Add("Due", document.Due is { } due ? Time(due) : null);
        Add("Destination", document.Destination);
        Add("Parent", document.Parent?.ToString());
        Add("Children", document.Children > 0 ? document.Children.ToString(CultureInfo.InvariantCulture) : null);
        Add("Size", document.Content?.Size.ToString("N0", CultureInfo.InvariantCulture));
        Add("From", document.Envelope is null ? null : Sender(document));
        foreach (var recipient in document.Envelope?.Recipients ?? [])
            Add("To", $"{recipient.Address}  {recipient.Status}{(recipient.LastReply is { } reply ? $"  {recipient.LastHost} {reply}" : "")}");
        foreach (var attempt in document.Attempts)
            Add("Attempt", string.Join(' ', new[] { Time(attempt.Time), attempt.Host, attempt.Address, attempt.Phase + ":", attempt.Text }.Where(part => !string.IsNullOrEmpty(part))));
        answer.Table(rows);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                rows.Add((string[])[name, value]);
        }
    }

    private static string Sender(Document document) => document.Envelope?.Sender?.ToString() ?? "<>";

    private static string Recipients(Document document)
    {
        var recipients = document.Envelope?.Recipients ?? [];
        return recipients.Length switch
        {
            0 => "",
            1 => recipients[0].Address.ToString(),
            _ => string.Create(CultureInfo.InvariantCulture, $"{recipients[0].Address} and {recipients.Length - 1} more"),
        };
    }

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
