using System.Text;
using Microsoft.AspNetCore.StaticFiles;
using Tell.Mail;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>SEND: a memo by hand.</summary>
internal static class SendCommand
{
    private const string Words = "SEND";

    /// <summary>The row.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        new()
        {
            Words = Words,
            Form = "--from A --to B[,C] [--cc D] [--bcc E] [--subject S] [--attach FILE] < body",
            Group = "Mail",
            Place = CommandPlace.Data,
            Summary = "Put a memo into SMTP.BOX; the text comes from standard input.",
            Detail = "--to, --cc, --bcc and --attach may be given more than once. The answer is the memo's UNID, by which QUEUE shows it.",
            Inputs = arguments => ["-", .. Files(arguments)],
            Handler = call => SendAsync(host, call),
        },
    ];

    private static IEnumerable<string> Files(IReadOnlyList<string> arguments) =>
        arguments.Zip(arguments.Skip(1)).Where(pair => pair.First == "--attach").Select(pair => pair.Second);

    private static async Task<bool> SendAsync(ICommandHost host, CommandCall call)
    {
        Mailbox? from = null;
        List<Mailbox> to = [], cc = [], bcc = [];
        List<string> files = [];
        var subject = "";
        for (var i = 0; i < call.Arguments.Count; i += 2)
        {
            var option = call.Arguments[i];
            if (i + 1 == call.Arguments.Count)
                return option.StartsWith("--", StringComparison.Ordinal) ? call.Refuse($"{option} needs a value.") : call.Usage();
            var value = call.Arguments[i + 1];
            string? problem = null;
            switch (option.ToLowerInvariant())
            {
                case "--from":
                    problem = Mailbox.TryParse(value, out from!) ? null : NoMailbox(value);
                    break;
                case "--to":
                    problem = Add(to, value);
                    break;
                case "--cc":
                    problem = Add(cc, value);
                    break;
                case "--bcc":
                    problem = Add(bcc, value);
                    break;
                case "--subject":
                    subject = value;
                    break;
                case "--attach":
                    files.Add(value);
                    break;
                default:
                    return call.Usage();
            }
            if (problem is not null)
                return call.Refuse(problem);
        }
        if (from is null || to.Count + cc.Count + bcc.Count == 0)
            return call.Refuse(from is null ? "--from is missing." : "There is no recipient: --to, --cc or --bcc.");
        var types = new FileExtensionContentTypeProvider();
        var attachments = new List<DraftFile>();
        foreach (var file in files)
        {
            var type = types.TryGetContentType(file, out var known) ? known : "application/octet-stream";
            attachments.Add(new(Path.GetFileName(file), type, await call.Input.ReadAsync(file, call.Cancellation)));
        }
        var body = Encoding.UTF8.GetString(await call.Input.ReadAsync("-", call.Cancellation));
        var id = await host.Operations.SubmitAsync(new MemoDraft
        {
            From = from,
            SendTo = [.. to],
            CopyTo = [.. cc],
            BlindCopyTo = [.. bcc],
            Subject = Line.Clean(subject),
            Body = body,
            Files = [.. attachments],
            Protocol = "CONSOLE",
        }, call.Cancellation);
        call.Answer.Line(id.ToString());
        return true;
    }

    private static string? Add(List<Mailbox> list, string value)
    {
        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Mailbox.TryParse(part, out var mailbox))
                return NoMailbox(part);
            list.Add(mailbox);
        }
        return null;
    }

    private static string NoMailbox(string text) => $"\"{text}\" is not a mailbox: expected name@domain.";
}
