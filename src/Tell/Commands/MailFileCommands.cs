using System.Globalization;
using System.Text;
using Tell.Documents;

namespace Tell.Commands;

/// <summary>MAIL: what is in a user's mail file.</summary>
internal static class MailFileCommands
{
    private const string Folder = "mail/";
    private const int Most = 100_000;

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
            Handler = call => MailAsync(host.Operations.Data, call),
        },
    ];

    private static async Task<bool> MailAsync(IDataDirectory data, CommandCall call)
    {
        var files = data.List(Folder);
        if (call.Arguments is [])
        {
            foreach (var file in files)
                call.Answer.Line("  " + file[Folder.Length..]);
            call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"{files.Count} mail files"));
            return true;
        }
        var name = files.FirstOrDefault(file => file[Folder.Length..].Equals(call.Arguments[0], StringComparison.OrdinalIgnoreCase));
        if (name is null)
            return call.Refuse($"{call.Arguments[0]} has no mail file.");
        var database = await data.OpenAsync(name, call.Cancellation);
        var memos = await database.ViewAsync(null, null, Most, call.Cancellation);
        switch (call.Arguments.Skip(1).Select(word => word.ToUpperInvariant()).ToArray())
        {
            case [] or ["LIST"]:
                call.Answer.Table([.. memos.Select((memo, i) => (string[])
                [
                    (i + 1).ToString(CultureInfo.InvariantCulture).PadLeft(5),
                    memo.Created.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                    (memo.Content?.Size ?? 0).ToString("N0", CultureInfo.InvariantCulture).PadLeft(9),
                    memo.Envelope?.Sender?.ToString() ?? "<>",
                    memo["Subject"]?.Text ?? "",
                ])]);
                call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"{memos.Count} messages"));
                return true;
            case ["READ", var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n):
                if (n < 1 || n > memos.Count)
                    return call.Refuse(string.Create(CultureInfo.InvariantCulture, $"There is no message {n}: the file has {memos.Count}."));
                call.Answer.Text(await ReadAsync(database, memos[n - 1], call.Cancellation));
                return true;
            default:
                return call.Usage();
        }
    }

    private static async Task<string> ReadAsync(IDatabase database, Document memo, CancellationToken cancellation)
    {
        if (memo.Content is not { } content)
            return memo["Body"]?.Text ?? "";
        using var octets = new MemoryStream();
        await foreach (var piece in database.ReadContentAsync(content, cancellation))
            octets.Write(piece.Span);
        return Encoding.UTF8.GetString(octets.GetBuffer(), 0, (int)octets.Length);
    }
}
