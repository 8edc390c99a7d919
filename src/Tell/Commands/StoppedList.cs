using System.Text.Encodings.Web;
using System.Text.Json;
using Tell.Documents;
using Tell.Mta;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>QUEUE DEAD and QUEUE HELD: the list, for people, and for programs with a line of JSON for each document.</summary>
internal static class StoppedList
{
    private const int Page = 50, JsonPage = 1000;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Shows one page of it, and how to see the next.</summary>
    public static async Task<bool> ShowAsync(QueueDesk desk, QueueSelection what, CommandCall call)
    {
        var isJson = call.Arguments.Contains("--json", StringComparer.OrdinalIgnoreCase);
        string[] arguments = [.. call.Arguments.Where(word => !word.Equals("--json", StringComparison.OrdinalIgnoreCase))];
        var chosen = arguments;
        if (arguments is [var first, ..] && QueueWords.QueueOf(first) is { } queue)
            (what, chosen) = (what with { Queue = queue }, arguments[1..]);
        if (QueueWords.ReadList(call, chosen, what) is not { } words)
            return false;
        var page = await desk.ListAsync(words.Selection, words.After, isJson ? JsonPage : Page, call.Cancellation);
        var title = call.Command.Words.Split(' ')[^1].ToLowerInvariant();
        if (isJson)
        {
            foreach (var document in page.Documents)
                call.Answer.Line(JsonOf(document));
        }
        else
        {
            if (page.Documents.Count > 0)
                call.Answer.Line($"  {"UNID",-32}  {"Since",-20}  Queue");
            foreach (var document in page.Documents)
            {
                call.Answer.Line($"  {document.Id}  {QueueText.Time(QueueDesk.StoppedAt(document))}  {document.Queue!.Value.Title()}");
                call.Answer.Line(QueueText.WhoAndWhy(document) + Kind(document));
            }
        }
        var again = string.Join(' ', arguments.Where(word => !word.StartsWith("AFTER=", StringComparison.OrdinalIgnoreCase)).Select(word => word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word).Prepend(call.Command.Words));
        if (page.Next is { } next)
            call.Answer.Line(isJson ? JsonSerializer.Serialize(new { more = $"{again} AFTER={next} --json" }, Json) : $"There are more: {again} AFTER={next}");
        else if (!isJson)
            call.Answer.Line($"{QueueText.Documents(page.Documents.Count)}{(words.After is null ? "" : " more")} {title}.");
        return true;
    }

    // Seed 001: "There is an unfortunate collision of terminology": what releases it is said with each.
    private static string Kind(Document document) =>
        document.State != DocumentState.Held || LoopWords.Is(document.Reason) ? "" : QueueDesk.IsOfHoldQueue(document) ? " [hold queue: PROCESS_HELD]" : " [QUEUE RELEASE]";

    private static string JsonOf(Document document) => JsonSerializer.Serialize(
        new
        {
            unid = document.Id.ToString(),
            form = document.Form,
            queue = document.Queue!.Value.Title(),
            state = document.State.Title(),
            since = QueueDesk.StoppedAt(document).UtcDateTime,
            made = document.Created.UtcDateTime,
            destination = document.Destination,
            sender = document.Envelope?.Sender?.ToString() ?? "",
            recipients = (document.Envelope?.Recipients ?? []).Select(recipient => new
            {
                address = recipient.Address.ToString(),
                status = recipient.Status.ToString(),
                host = recipient.LastHost,
                reply = recipient.LastReply,
            }),
            reason = document.Reason,
            attempts = document.AttemptCount,
            octets = document.Content?.Size,
            release = QueueDesk.IsOfHoldQueue(document) ? "PROCESS_HELD" : "QUEUE RELEASE",
        },
        Json);
}
