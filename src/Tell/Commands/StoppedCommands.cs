using System.Globalization;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>QUEUE DEAD, HELD, READ, EDIT, RELEASE, DELETE, HOLD and RETURN: documents that have stopped, and what operators do with them.</summary>
internal sealed class StoppedCommands(ICommandHost host)
{
    private const long MostShown = 1 << 20;

    private const string List = "[NAME of a queue] [FROM=] [TO=] [REASON=] [AFTER=UNID] [--json]",
        Choosing = "FROM= and TO= take an address, @domain, <> or a pattern with *",
        ChoosingAll = Choosing + "; REASON= what the reason contains.",
        Counted = "Without --yes many are only counted.";

    private static readonly Dictionary<string, QueueSelection> Stopped = new() { ["DEAD"] = QueueSelection.Dead, ["HELD"] = QueueSelection.Held };
    private static readonly Dictionary<string, QueueSelection> Waiting = new() { ["WAITING"] = QueueSelection.Waiting };
    private static readonly Dictionary<string, QueueSelection> All = new(Stopped.Concat(Waiting));

    private QueueDesk Desk => host.Operations.Queues;

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host)
    {
        var commands = new StoppedCommands(host);
        return
        [
            Row("DEAD", List, "List the dead documents, with what they died of.",
                "A document dies where nobody can be told that it failed, or where it cannot be worked on. It stays until somebody acts:\nhousekeeping never removes it. QUEUE UNID shows all that is known, QUEUE READ the message. --json has a line for each document.\n" + ChoosingAll,
                call => StoppedList.ShowAsync(commands.Desk, QueueSelection.Dead, call)),
            Row("HELD", List, "List the held documents, with why they are held.",
                "Two things are called held. Mail that goes in circles, or that an operator holds, goes on with QUEUE RELEASE. Mail of the\nhold queue waits for a recipient who is on hold, and goes on with PROCESS_HELD. --json has a line for each document.\n" + ChoosingAll,
                call => StoppedList.ShowAsync(commands.Desk, QueueSelection.Held, call)),
            Row("READ", "UNID [--raw]", "Show the message that a document is.",
                "As people see it; --raw as it is, header and all. Control characters are shown as \\xNN.",
                commands.ReadAsync),
            Row("EDIT", "UNID [FROM=ADDRESS|<>] [TO=OLD:NEW] [ADD=ADDRESS] [REMOVE=ADDRESS] ...", "Change the sender or the recipients of a dead or held document.",
                "TO=, ADD= and REMOVE= may stand several times. The header of the message stays as it is. Where the recipients of a document\nof SMTPOBWQ have several domains then, each of the others gets a document of its own. QUEUE RELEASE sends it.",
                commands.EditAsync),
            Row("RELEASE", "UNID ...|DEAD|HELD [QUEUE=] [FROM=] [TO=] [REASON=]", "Send dead and held documents on: they are due now, and their age begins anew.",
                "A dead report that is released is sent again as the report that it is. Mail that went in circles goes on, and is not held for\nthat again before it has gone round once more.\n" + ChoosingAll,
                call => ActAsync(call, Stopped, false, null, "released", words => commands.Desk.ReleaseAsync(words.Selection, call.By, call.Cancellation))),
            Row("DELETE", "UNID ...|DEAD|HELD [QUEUE=] [FROM=] [TO=] [REASON=] [--yes]", "Delete dead and held documents.",
                $"Nobody is told. {Counted} Only what is dead or held: what can still be delivered or reported is not\nlost by a slip.\n{ChoosingAll}",
                call => ActAsync(call, Stopped, false, commands.Desk, "deleted", words => commands.Desk.DeleteAsync(words.Selection, call.By, call.Cancellation))),
            Row("HOLD", "UNID ...|WAITING [QUEUE=] [FROM=] [TO=] [REASON=TEXT] [--yes]", "Hold waiting documents until QUEUE RELEASE.",
                $"TEXT is your reason, for others to read. What is under way in this moment is left alone. {Counted}\n{Choosing}.",
                call => ActAsync(call, Waiting, true, commands.Desk, "held", words => commands.Desk.HoldAsync(words.Selection, call.By, words.Given, call.Cancellation))),
            Row("RETURN", "UNID ...|DEAD|HELD|WAITING [QUEUE=] [FROM=] [TO=] [REASON=TEXT] [--yes]", "Give documents up and tell their senders why.",
                $"TEXT is what the senders read. Reports, and what has no sender, cannot be returned: QUEUE DELETE. {Counted}\n{Choosing}.",
                call => ActAsync(call, All, true, commands.Desk, "returned", words => commands.Desk.ReturnAsync(words.Selection, call.By, words.Given, call.Cancellation))),
        ];
    }

    private static Command Row(string verb, string form, string summary, string detail, Func<CommandCall, Task<bool>> handler) => new()
    {
        Words = $"QUEUE {verb}",
        Form = form,
        Group = "Queues",
        Place = CommandPlace.Data,
        Summary = summary,
        Detail = detail,
        Handler = handler,
    };

    private async Task<bool> ReadAsync(CommandCall call)
    {
        if (call.Arguments is not [var text, ..] || call.Arguments is not ([_] or [_, "--raw" or "--RAW"]))
            return call.Usage();
        if (!Unid.TryParse(text, out var id))
            return call.Refuse($"{text} is no UNID (32 hex digits).");
        if (call.Arguments.Count == 1)
        {
            var reader = new MimeReading.Reader();
            if (!await Desk.ReadAsync(id, piece => Feed(reader, piece), call.Cancellation))
                return call.Refuse($"No document {id} is in a queue.");
            MailFileCommands.Show(reader.Finish(), call.Answer);
            return true;
        }
        using var octets = new MemoryStream();
        var size = 0L;
        if (!await Desk.ReadAsync(id, Keep, call.Cancellation))
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

    private async Task<bool> EditAsync(CommandCall call)
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
        if (await Desk.EditAsync(id, edit, call.By, call.Cancellation) is { } problem)
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
