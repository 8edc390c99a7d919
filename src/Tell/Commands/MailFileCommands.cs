using System.Globalization;
using System.Text;
using Tell.Documents;
using Tell.Mta;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>MAIL: what is in a user's mail file.</summary>
internal static class MailFileCommands
{
    private const int Most = 10_000;

    /// <summary>The rows.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        new()
        {
            Words = "MAIL",
            Form = "[USER [LIST|READ N]]",
            Group = "Mail",
            Place = CommandPlace.Data,
            Summary = "List the mail files, the messages in one, or read a message.",
            Detail = "READ shows the message as it was filed, header and all.",
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
        switch (call.Arguments.Skip(1).Select(word => word.ToUpperInvariant()).ToArray())
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
            case ["READ", var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n):
                if (n < 1 || n > memos.Count)
                    return call.Refuse(string.Create(CultureInfo.InvariantCulture, $"There is no message {n}: the file has {memos.Count}."));
                using (var octets = new MemoryStream())
                {
                    var found = await desk.ReadAsync(name, memos[n - 1].Id, piece => octets.WriteAsync(piece, call.Cancellation), call.Cancellation);
                    if (found)
                        call.Answer.Text(Encoding.UTF8.GetString(octets.GetBuffer(), 0, (int)octets.Length));
                    else
                        Show(memos[n - 1], call.Answer);
                }
                return true;
            default:
                return call.Usage();
        }
    }

    private static long Size(Document memo) =>
        memo.Content?.Size ?? memo.Items.Sum(item => item.Content?.Size ?? (item.Name == ItemNames.Body ? Encoding.UTF8.GetByteCount(item.Text) : 0));

    // A Memo that never was an Internet message has items and no octets.
    private static void Show(Document memo, Answer answer)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var name in new[] { ItemNames.From, ItemNames.SendTo, ItemNames.CopyTo, ItemNames.PostedDate, ItemNames.Subject })
        {
            if (memo[name] is { } item)
                rows.Add([name + ":", string.Join(", ", item.Kind == ItemKind.Time ? item.Times.Select(time => time.ToString("u", CultureInfo.InvariantCulture)) : item.Texts)]);
        }
        rows.AddRange(memo.Items.Where(item => item.Kind == ItemKind.Attachment).Select(item => (string[])["File:", item.Text]));
        answer.Table(rows);
        answer.Line();
        answer.Text(memo[ItemNames.Body]?.Text ?? "");
    }
}
