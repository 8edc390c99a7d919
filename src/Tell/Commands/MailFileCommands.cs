using System.Globalization;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>MAIL: what is in a user's mail file.</summary>
internal static class MailFileCommands
{
    private const int Most = 10_000;
    private const long MostShown = 8 << 20;

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        new()
        {
            Words = "MAIL",
            Form = "[USER [LIST|READ N [--raw]|EXPORT EML|MBOX|MAILDIR PATH [N]|DELETE N|RECEIPT N [--confirm]]]",
            Group = "Mail",
            Place = CommandPlace.Data,
            Summary = "List the mail files, the messages in one; read, export or delete a message; send its return receipt.",
            Detail = "READ shows a message as people see it; --raw as it is, header and all. EXPORT writes all messages, or message N, for other\nprograms: EML a folder of files (for N a file), MBOX a file, MAILDIR a Maildir. Nothing that exists is written over; a Maildir gets\nwhat it does not have yet. A relative PATH is meant from where the command is typed; the server's user writes there.\nRECEIPT tells the sender that the message was opened, where the sender asked for it: once, and only to whom the message came from unless\n--confirm is said.",
            Located = arguments => arguments.Count > 3 && arguments[1].Equals("EXPORT", StringComparison.OrdinalIgnoreCase)
                ? [.. arguments.Take(3), Path.GetFullPath(arguments[3]), .. arguments.Skip(4)]
                : arguments,
            Handler = call => MailAsync(host.Operations.Mail, call),
        },
    ];

    private static async Task<bool> MailAsync(MailDesk desk, CommandCall call)
    {
        if (call.Arguments is [])
        {
            var users = desk.Users();
            foreach (var user in users)
                call.Answer.Line("  " + user);
            call.Answer.Line(Count.Of(users.Count, "mail file"));
            return true;
        }
        var name = call.Arguments[0];
        if (await desk.ListAsync(name, Most, call.Cancellation) is not { } memos)
            return call.Refuse($"{name} has no mail file.");
        // Paths keep their case.
        var words = call.Arguments.Skip(1).Select((word, i) => i == 2 && call.Arguments[1].Equals("EXPORT", StringComparison.OrdinalIgnoreCase) ? word : word.ToUpperInvariant()).ToArray();
        switch (words)
        {
            case [] or ["LIST"]:
                call.Answer.Table([.. memos.Select((memo, i) => (string[])
                [
                    (i + 1).ToString(CultureInfo.InvariantCulture).PadLeft(5),
                    memo.Created.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
                    Size(memo).ToString("N0", CultureInfo.InvariantCulture).PadLeft(9),
                    memo[ItemNames.From]?.Text ?? memo[ItemNames.Originator]?.Text ?? "",
                    memo[ItemNames.Subject]?.Text ?? "",
                ])]);
                call.Answer.Line(Count.Of(memos.Count, "message"));
                return true;
            case ["READ", var number, .. var how] when how is [] or ["--raw"] or ["--RAW"] && Choose(call, memos, number) is { } memo:
                if (how.Length == 0)
                {
                    var reader = new MimeReading.Reader();
                    if (!await desk.ReadAsync(name, memo.Id, piece => TakeAsync(reader, piece), call.Cancellation))
                        return call.Refuse("It is gone already.");
                    Show(reader.Finish(), call.Answer);
                    return true;
                }
                using (var octets = new MemoryStream())
                {
                    await desk.ReadAsync(name, memo.Id, piece => TakeAsync(octets, piece), call.Cancellation);
                    call.Answer.Text(Encoding.UTF8.GetString(octets.GetBuffer(), 0, (int)octets.Length));
                    if (octets.Length > MostShown)
                        call.Answer.Line($"The message is longer than {MostShown >> 20} MiB: EXPORT writes all of it.");
                }
                return true;
            case ["EXPORT", var format, var path, .. var which] when which.Length < 2 && Enum.TryParse<MailExportFormat>(format, ignoreCase: true, out var written) && !char.IsAsciiDigit(format[0]):
                var only = which is [var n] ? Choose(call, memos, n) : null;
                if (which.Length == 1 && only is null)
                    return false;
                var count = await desk.ExportAsync(name, written, Path.GetFullPath(path), only?.Id, call.Cancellation);
                call.Answer.Line($"{Count.Of(count ?? 0, "message")} written to {Path.GetFullPath(path)}");
                return true;
            case ["DELETE", var number] when Choose(call, memos, number) is { } memo:
                if (!await desk.DeleteAsync(name, memo.Id, call.Cancellation))
                    return call.Refuse("It is gone already.");
                call.Answer.Line($"Deleted: {memo[ItemNames.Subject]?.Text}");
                return true;
            case ["RECEIPT", var number, .. var word] when word is [] or ["--CONFIRM"] && Choose(call, memos, number) is { } memo:
                var receipt = await desk.ReceiptAsync(name, memo.Id, word.Length > 0, call.Cancellation);
                if (receipt.Refusal is { } refusal)
                    return call.Refuse(refusal);
                call.Answer.Line($"{receipt.To} will be told that it was opened.");
                return true;
            case ["READ" or "DELETE" or "RECEIPT", _, ..] when call.Answer.Lines.Count > 0:
                return false;
            default:
                return call.Usage();
        }
    }

    private static Document? Choose(CommandCall call, IReadOnlyList<Document> memos, string number)
    {
        if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= 1 && n <= memos.Count)
            return memos[n - 1];
        call.Refuse($"There is no message {number}: the file has {memos.Count}.");
        return null;
    }

    private static ValueTask TakeAsync(MemoryStream octets, ReadOnlyMemory<byte> piece)
    {
        if (octets.Length <= MostShown)
            octets.Write(piece.Span);
        return ValueTask.CompletedTask;
    }

    private static long Size(Document memo) =>
        memo.Content?.Size ?? memo.Items.Sum(item => item.Content?.Size ?? (item.Name == ItemNames.Body ? Encoding.UTF8.GetByteCount(item.Text) : 0));

    private static ValueTask TakeAsync(MimeReading.Reader reader, ReadOnlyMemory<byte> piece)
    {
        reader.Take(piece);
        return ValueTask.CompletedTask;
    }

    /// <summary>Shows a message as people see it.</summary>
    internal static void Show(MimeReading reading, Answer answer)
    {
        var message = reading.Message;
        answer.Table([.. MessageHeading.Rows(message), .. reading.Files.Select(file => (string[])["File:",
            string.Create(CultureInfo.InvariantCulture, $"{file.Part.Name ?? "without a name"} ({file.Part.ContentType.Essence}, {file.Part.Size:N0} octets)")])]);
        if (reading.ProblemCount > 0)
            answer.Line($"{Count.Of(reading.ProblemCount, "problem")} in how it is written; the first: {reading.Problems[0]}");
        answer.Line();
        answer.Text(message.Body ?? HtmlText.ToPlain(message.Html ?? ""));
    }
}
