using System.Globalization;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Inbound;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>QUEUE DEAD, HELD, READ, EDIT, RELEASE, DELETE, HOLD and RETURN: documents that have stopped, and what operators do with them.</summary>
internal static class StoppedCommands
{
    private const int Page = 50;
    private const long MostShown = 1 << 20;

    private static readonly Dictionary<string, QueueSelection> Stopped = new() { ["DEAD"] = QueueSelection.Dead, ["HELD"] = QueueSelection.Held };
    private static readonly Dictionary<string, QueueSelection> Waiting = new() { ["WAITING"] = QueueSelection.Waiting };
    private static readonly Dictionary<string, QueueSelection> All = new(Stopped.Concat(Waiting));
    private const string Choosing = "FROM= and TO= take an address, @domain, <> or a pattern with *; REASON= what the reason contains.";

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        new()
        {
            Words = "QUEUE DEAD",
            Form = "[NAME of a queue] [FROM=] [TO=] [REASON=] [AFTER=UNID]",
            Group = "Queues",
            Place = CommandPlace.Data,
            Summary = "List the dead documents, with what they died of.",
            Detail = $"A document dies where nobody can be told that it failed, or where it cannot be worked on. It stays until somebody acts:\nhousekeeping never removes it. QUEUE UNID shows all that is known, QUEUE READ the message.\n{Choosing}",
            Handler = call => ListAsync(host.Operations.Queues, QueueSelection.Dead, call),
        },
        new()
        {
            Words = "QUEUE HELD",
            Form = "[NAME of a queue] [FROM=] [TO=] [REASON=] [AFTER=UNID]",
            Group = "Queues",
            Place = CommandPlace.Data,
            Summary = "List the held documents, with why they are held.",
            Detail = $"Two things are called held. Mail that goes in circles, or that an operator holds, goes on with QUEUE RELEASE. Mail of the\nhold queue waits for a recipient who is on hold, and goes on with PROCESS_HELD.\n{Choosing}",
            Handler = call => ListAsync(host.Operations.Queues, QueueSelection.Held, call),
        },
        new()
        {
            Words = "QUEUE READ",
            Form = "UNID [--raw]",
            Group = "Queues",
            Place = CommandPlace.Data,
            Summary = "Show the message that a document is.",
            Detail = "As people see it; --raw as it is, header and all. Control characters are shown as \\xNN.",
            Handler = call => ReadAsync(host.Operations.Queues, call),
        },
        new()
        {
            Words = "QUEUE EDIT",
            Form = "UNID [FROM=ADDRESS|<>] [TO=OLD:NEW] [ADD=ADDRESS] [REMOVE=ADDRESS] ...",
            Group = "Queues",
            Place = CommandPlace.Data,
            Summary = "Change the sender or the recipients of a dead or held document.",
            Detail = "TO=, ADD= and REMOVE= may stand several times. The header of the message stays as it is. Where the recipients of a document\nof SMTPOBWQ have several domains then, each of the others gets a document of its own. QUEUE RELEASE sends it.",
            Handler = call => EditAsync(host.Operations.Queues, call),
        },
        new()
        {
            Words = "QUEUE RELEASE",
            Form = "UNID ...|DEAD|HELD [QUEUE=] [FROM=] [TO=] [REASON=]",
            Group = "Queues",
            Place = CommandPlace.Data,
            Summary = "Send dead and held documents on: they are due now, and their age begins anew.",
            Detail = $"A dead report that is released is sent again as the report that it is. Mail that went in circles goes on, and is not held for\nthat again before it has gone round once more.\n{Choosing}",
            Handler = call => ActAsync(call, Stopped, false, null, "released", words => host.Operations.Queues.ReleaseAsync(words.Selection, call.By, call.Cancellation)),
        },
        new()
        {
            Words = "QUEUE DELETE",
            Form = "UNID ...|DEAD|HELD [QUEUE=] [FROM=] [TO=] [REASON=] [--yes]",
            Group = "Queues",
            Place = CommandPlace.Data,
            Summary = "Delete dead and held documents.",
            Detail = $"Nobody is told. Without --yes many are only counted. Only what is dead or held: what can still be delivered or reported is not\nlost by a slip.\n{Choosing}",
            Handler = call => ActAsync(call, Stopped, false, host.Operations.Queues, "deleted", words => host.Operations.Queues.DeleteAsync(words.Selection, call.By, call.Cancellation)),
        },
        new()
        {
            Words = "QUEUE HOLD",
            Form = "UNID ...|WAITING [QUEUE=] [FROM=] [TO=] [REASON=TEXT] [--yes]",
            Group = "Queues",
            Place = CommandPlace.Data,
            Summary = "Hold waiting documents until QUEUE RELEASE.",
            Detail = "TEXT is your reason, for others to read. What is under way in this moment is left alone. Without --yes many are only counted.\nFROM= and TO= take an address, @domain, <> or a pattern with *.",
            Handler = call => ActAsync(call, Waiting, true, host.Operations.Queues, "held", words => host.Operations.Queues.HoldAsync(words.Selection, call.By, words.Given, call.Cancellation)),
        },
        new()
        {
            Words = "QUEUE RETURN",
            Form = "UNID ...|DEAD|HELD|WAITING [QUEUE=] [FROM=] [TO=] [REASON=TEXT] [--yes]",
            Group = "Queues",
            Place = CommandPlace.Data,
            Summary = "Give documents up and tell their senders why.",
            Detail = "TEXT is what the senders read. Reports, and what has no sender, cannot be returned: QUEUE DELETE. Without --yes many are only\ncounted. FROM= and TO= take an address, @domain, <> or a pattern with *.",
            Handler = call => ActAsync(call, All, true, host.Operations.Queues, "returned", words => host.Operations.Queues.ReturnAsync(words.Selection, call.By, words.Given, call.Cancellation)),
        },
    ];

    private static async Task<bool> ListAsync(QueueDesk desk, QueueSelection what, CommandCall call)
    {
        var arguments = call.Arguments;
        if (arguments is [var first, ..] && QueueWords.QueueOf(first) is { } queue)
            (what, arguments) = (what with { Queue = queue }, [.. arguments.Skip(1)]);
        const string Chosen = "*";
        var title = call.Command.Words.Split(' ')[^1].ToLowerInvariant();
        if (QueueWords.Read(call, [Chosen, .. arguments], new Dictionary<string, QueueSelection> { [Chosen] = what }, givesReason: false) is not { } words)
            return false;
        var page = await desk.ListAsync(words.Selection, words.After, Page, call.Cancellation);
        if (page.Documents.Count > 0)
            call.Answer.Table([["  UNID", "Since", "Queue", "Sender", "Recipients", "Reason"], .. page.Documents.Select(document => (string[])
            [
                "  " + document.Id,
                QueueText.Time(QueueDesk.StoppedAt(document)),
                document.Queue!.Value.Title(),
                QueueText.Sender(document),
                QueueText.Recipients(document),
                $"{document.Reason}{Kind(document)}",
            ])]);
        if (page.Next is { } next)
            call.Answer.Line($"There are more: {call.Command.Words}{(arguments.Count < call.Arguments.Count ? $" {call.Arguments[0]}" : "")} ... AFTER={next}");
        else
            call.Answer.Line($"{QueueText.Documents(page.Documents.Count)}{(words.After is null ? "" : " more")} {title}.");
        return true;
    }

    // Seed 001: "There is an unfortunate collision of terminology": what releases it is said with each.
    private static string Kind(Document document) =>
        document.State != DocumentState.Held || LoopWords.Is(document.Reason) ? "" : QueueDesk.IsOfHoldQueue(document) ? "  [hold queue: PROCESS_HELD]" : "  [QUEUE RELEASE]";

    private static async Task<bool> ReadAsync(QueueDesk desk, CommandCall call)
    {
        if (call.Arguments is not [var text, ..] || call.Arguments is not ([_] or [_, "--raw" or "--RAW"]))
            return call.Usage();
        if (!Unid.TryParse(text, out var id))
            return call.Refuse($"{text} is no UNID (32 hex digits).");
        if (call.Arguments.Count == 1)
        {
            var reader = new MimeReading.Reader();
            if (!await desk.ReadAsync(id, piece => Feed(reader, piece), call.Cancellation))
                return call.Refuse($"No document {id} is in a queue.");
            MailFileCommands.Show(reader.Finish(), call.Answer);
            return true;
        }
        using var octets = new MemoryStream();
        var size = 0L;
        if (!await desk.ReadAsync(id, Keep, call.Cancellation))
            return call.Refuse($"No document {id} is in a queue.");
        call.Answer.Text(Encoding.UTF8.GetString(octets.GetBuffer(), 0, (int)octets.Length));
        if (size > octets.Length)
            call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"... the first {octets.Length:N0} of {size:N0} octets."));
        return true;

        ValueTask Keep(ReadOnlyMemory<byte> piece)
        {
            size += piece.Length;
            octets.Write(piece.Span[..(int)Math.Min(piece.Length, MostShown - octets.Length)]);
            return ValueTask.CompletedTask;
        }

        static ValueTask Feed(MimeReading.Reader reader, ReadOnlyMemory<byte> piece)
        {
            reader.Take(piece);
            return ValueTask.CompletedTask;
        }
    }

    private static async Task<bool> EditAsync(QueueDesk desk, CommandCall call)
    {
        if (call.Arguments is not [var text, _, ..])
            return call.Usage();
        if (!Unid.TryParse(text, out var id))
            return call.Refuse($"{text} is no UNID (32 hex digits).");
        var edit = new EnvelopeEdit();
        foreach (var word in call.Arguments.Skip(1))
        {
            var at = word.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = at < 0 ? ("", "") : (word[..at].ToUpperInvariant(), word[(at + 1)..]);
            Mailbox? address = null;
            var pair = key == "TO" ? Pair(value) : null;
            if (key is "FROM" or "ADD" or "REMOVE" && !(key == "FROM" && value == "<>") && !Mailbox.TryParse(value, out address))
                return call.Refuse($"{word}: {value} is no address.");
            if (key == "TO" && pair is null)
                return call.Refuse($"{word}: TO= takes two addresses, OLD:NEW. ADD= adds one, REMOVE= removes one.");
            if (key is not ("FROM" or "TO" or "ADD" or "REMOVE"))
            {
                call.Refuse($"{word} is not understood.");
                return call.Usage();
            }
            edit = key switch
            {
                "FROM" => edit with { ChangesSender = true, Sender = address },
                "TO" => edit with { Replaced = edit.Replaced.Add(pair!.Value) },
                "ADD" => edit with { Added = edit.Added.Add(address!) },
                _ => edit with { Removed = edit.Removed.Add(address!) },
            };
        }
        if (await desk.EditAsync(id, edit, call.By, call.Cancellation) is { } problem)
            return call.Refuse(problem);
        call.Answer.Line($"{id} edited: {edit}. QUEUE RELEASE {id} sends it.");
        return true;
    }

    // A colon may stand in an address, within quotes or in a literal: the first that has an address on either side divides.
    private static (Mailbox, Mailbox)? Pair(string text)
    {
        for (var at = text.IndexOf(':', StringComparison.Ordinal); at >= 0; at = text.IndexOf(':', at + 1))
        {
            if (Mailbox.TryParse(text.AsSpan(0, at), out var old) && Mailbox.TryParse(text.AsSpan(at + 1), out var address))
                return (old, address);
        }
        return null;
    }

    // With a desk, many documents are only counted unless --yes was said.
    private static async Task<bool> ActAsync(
        CommandCall call, Dictionary<string, QueueSelection> wide, bool givesReason, QueueDesk? asks, string done, Func<QueueWords, Task<QueueWork>> act)
    {
        if (QueueWords.Read(call, call.Arguments, wide, givesReason) is not { } words)
            return false;
        if (asks is not null && words is { Selection.IsWide: true, Yes: false })
        {
            var meant = await asks.CountAsync(words.Selection, call.Cancellation);
            return call.Refuse(meant == 0 ? "No document fits." : $"{QueueText.Documents(meant)} would be {done}: say it again with --yes.");
        }
        return words.Answer(call, done, await act(words));
    }
}
