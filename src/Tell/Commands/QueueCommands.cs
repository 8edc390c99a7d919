using System.Globalization;
using Tell.Documents;
using Tell.Mta.Operations;
using Tell.Mta.Outbound;
using Tell.Mta.Routing;

namespace Tell.Commands;

/// <summary>QUEUE, SHOW DESTINATIONS and DELIVERNOW: what waits, for what, and making it due.</summary>
internal static class QueueCommands
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private const int Short = 20, Long = 1000, MostItems = 50, LongestItem = 200;

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
            Detail = "The queues are SMTPIBWQ, MAIL.BOX, SMTP.BOX and SMTPOBWQ. Times are UTC.\nA document in SMTP.BOX is Pending Transmission while its children in SMTPOBWQ are under way.",
            Handler = call => QueueAsync(host, call),
        },
        .. StoppedCommands.Rows(host),
        new()
        {
            Words = "SHOW DESTINATIONS",
            Group = "Queues",
            Summary = "Show the next hops in use: up or down, why, and when they are tried again.",
            Detail = "Mail for a host that is down stays Pending, without attempts of its own, until the host is tried again.",
            Handler = call => Task.FromResult(call.Arguments.Count > 0 ? call.Usage() : Destinations(host.Operations, call.Answer)),
        },
        new()
        {
            Words = "DELIVERNOW",
            Form = "[DESTINATION]",
            Group = "Queues",
            Summary = "Make everything that waits for a retry due now.",
            Detail = "DESTINATION is a domain as QUEUE shows it, or a next hop as SHOW DESTINATIONS does.\nThe answer counts documents that waited for their time; a next hop that is down is tried again too.",
            Handler = async call =>
            {
                if (call.Arguments.Count > 1)
                    return call.Usage();
                var destination = call.Arguments.FirstOrDefault()?.ToLowerInvariant();
                var down = Down(host.Operations).Select(hop => hop.Name).Where(name => destination is null || name.Equals(destination, StringComparison.OrdinalIgnoreCase)).ToList();
                var due = await host.Operations.DeliverNowAsync(destination, call.Cancellation);
                var tried = down.Count > 0 ? $" Tried again: {string.Join(", ", down)}." : "";
                call.Answer.Line($"{Count.Of(due, "document")} made due.{tried}");
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
            foreach (var hop in Down(queues))
                call.Answer.Line($"{hop.Name} is down{Again(hop)}: {hop.LastError}");
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
        Advise(document, call.Answer);
        return true;
    }

    private static async Task ListAsync(Operator queues, WorkQueue queue, int most, CommandCall call)
    {
        var documents = await queues.ViewAsync(new QueueView { Queue = queue, Limit = most }, call.Cancellation);
        var counts = queues.Counts().Where(count => count.Queue == queue && count.Documents > 0).ToList();
        var total = counts.Sum(count => count.Documents);
        call.Answer.Line(total == 0
            ? $"{queue.Title()}: empty"
            : $"{queue.Title()}: {string.Join(", ", counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Documents} {QueueText.Title(queue, count.State)}")))}");
        foreach (var document in documents)
        {
            var due = document.Due is { } time && (document.State == DocumentState.Failure || IsPutOff(document)) ? $", due {QueueText.Time(time)}" : "";
            call.Answer.Line($"  {document.Id}  {QueueText.Title(queue, document.State)}{due}  {document.Destination}".TrimEnd());
            call.Answer.Line(QueueText.WhoAndWhy(document));
        }
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
            (string[])["State", (document.Queue is { } queue ? QueueText.Title(queue, document.State) : document.State.Title()) + (document.Reason is { } reason ? $" ({reason})" : "")],
            (string[])["Made", QueueText.Time(document.Created)],
        };
        Add("Age from", document.Began is { } began ? QueueText.Time(began) : null);
        Add("Released", document.Releases > 0 ? Number(document.Releases) : null);
        Add("Warnings", document.Notices > 0 ? Number(document.Notices) : null);
        Add("Due", document.Due is { } due ? QueueText.Time(due) : null);
        Add("Destination", document.Destination);
        Add("Parent", document.Parent?.ToString());
        Add("Children", document.Children > 0 ? Number(document.Children) : null);
        Add("Size", document.Content?.Size.ToString("N0", CultureInfo.InvariantCulture));
        if (document.Envelope is { } envelope)
        {
            var way = envelope.Submission;
            Add("Came by", string.Join(' ', new[] { way.Protocol, way.Client, way.Helo, way.User }.Where(part => !string.IsNullOrEmpty(part))));
            Add("Envelope id", envelope.EnvelopeId);
        }
        Add("From", document.Envelope is null ? null : QueueText.Sender(document));
        foreach (var recipient in document.Envelope?.Recipients ?? [])
            Add("To", $"{recipient.Address}  {recipient.Status}{(recipient.LastReply is { } reply ? $"  {recipient.LastHost} {reply}" : "")}");
        foreach (var attempt in document.Attempts)
            Add("Attempt", string.Join(' ', new[] { QueueText.Time(attempt.Time), attempt.Host, attempt.Address, attempt.Phase + ":", attempt.Text }.Where(part => !string.IsNullOrEmpty(part))));
        foreach (var item in document.Items.Take(MostItems))
            Add("Item", $"{item.Name}: {Shown(item)}");
        if (document.Items.Length > MostItems)
            Add("Items", $"and {Number(document.Items.Length - MostItems)} more");
        answer.Table(rows);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                rows.Add((string[])[name, value]);
        }
    }

    private static string Shown(Item item)
    {
        var text = item.Content is { } content
            ? $"({Number(content.Size)} octets)"
            : string.Join(", ", [.. item.Texts, .. item.Numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)), .. item.Times.Select(QueueText.Time)]);
        return text.Length > LongestItem ? text[..LongestItem] + "..." : text;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    // What it waits for, and what lets it go on.
    private static void Advise(Document document, Answer answer)
    {
        if (document.State is DocumentState.Dead or DocumentState.Held)
            answer.Line(QueueDesk.IsOfHoldQueue(document)
                ? "It is of the hold queue: when its recipient is no longer on hold, PROCESS_HELD lets it go on."
                : $"QUEUE RELEASE {document.Id} sends it on, QUEUE EDIT changes sender and recipients, QUEUE RETURN gives it back, QUEUE DELETE deletes it.");
        else if (IsPutOff(document) && ReportLane.Is(document.Destination))
            answer.Line("It is a report and waits its turn: as many as SMTPMTA_ReportsPerRecipient (for one address) or SMTPMTA_ReportRate (in all) let leave have left. DELIVERNOW sends it at once.");
    }

    // What waits for its first attempt, and not because it has just come.
    private static bool IsPutOff(Document document) => document.State == DocumentState.Pending && document.Due > document.Created + Moment;

    private static bool Destinations(Operator operations, Answer answer)
    {
        var hops = operations.ShowDestinations();
        if (hops.Count == 0)
            answer.Line("No next hop is in use.");
        else
            answer.Table([["  Next hop", "State", "Sessions", "Last error"], .. hops.Select(hop => (string[])
            [
                "  " + hop.Name,
                hop.State + Again(hop),
                hop.Sessions.ToString(CultureInfo.InvariantCulture),
                hop.LastError ?? "",
            ])]);
        return true;
    }

    private static IEnumerable<DestinationStatus> Down(Operator operations) => operations.ShowDestinations().Where(hop => hop.State == DestinationState.Down);

    private static string Again(DestinationStatus hop) => hop is { State: DestinationState.Down, RetryAt: { } at } ? $", tried again at {QueueText.Time(at)}" : "";
}
