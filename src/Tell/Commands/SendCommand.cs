using System.Collections.Immutable;
using System.Text;
using Tell.Mail;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>SEND: a memo by hand.</summary>
internal static class SendCommand
{
    private const string Words = "SEND";

    private static readonly string[] FileOptions = ["--attach", "--inline", "--html"];

    /// <summary>The row.</summary>
    public static IEnumerable<Command> Rows(ICommandHost host) =>
    [
        new()
        {
            Words = Words,
            Form = "--from A --to B[,C] [--cc D] [--bcc E] [--subject S] [--attach FILE] [--html FILE] [--inline FILE] [--reply-to F] [--principal G] [--importance high|low] [--priority high|low] [--receipt] [--report none|basic|confirm|trace] < body",
            Group = "Mail",
            Place = CommandPlace.Data,
            Summary = "Put a memo into SMTP.BOX; the text comes from standard input.",
            Detail = "A, B and the others are addresses, or names of people and groups in the address book. --to, --cc, --bcc, --reply-to, --attach and\n--inline may be given more than once. --html is the same text as HTML; a file of --inline is shown in it by cid:NAME, its name without\nthe folder. --principal is on whose behalf A writes. --receipt asks to be told when it is read; --report says what A is told of its\ndelivery, which is failures otherwise. The answer is the memo's UNID, by which QUEUE shows it.",
            Inputs = arguments => ["-", .. Files(arguments)],
            Handler = call => SendAsync(host, call),
        },
    ];

    private static IEnumerable<string> Files(IReadOnlyList<string> arguments) =>
        arguments.Zip(arguments.Skip(1)).Where(pair => FileOptions.Contains(pair.First.ToLowerInvariant())).Select(pair => pair.Second);

    private static async Task<bool> SendAsync(ICommandHost host, CommandCall call)
    {
        var given = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            var option = call.Arguments[i].ToLowerInvariant();
            var values = given.TryGetValue(option, out var before) ? before : given[option] = [];
            if (option == "--receipt")
                continue;
            if (!IsOption(option))
                return call.Usage();
            if (++i == call.Arguments.Count)
                return call.Refuse($"{option} needs a value.");
            values.Add(call.Arguments[i]);
        }
        foreach (var option in new[] { "--from", "--subject", "--html", "--principal", "--importance", "--priority", "--report" })
        {
            if (given.TryGetValue(option, out var values) && values.Count > 1)
                return call.Refuse($"{option} is given twice.");
        }
        if (One("--from") is not { } author)
            return call.Refuse("--from is missing.");
        var names = new List<NamedMailbox>();
        var unknown = new List<string>();
        var from = await FindAsync([author]);
        var principal = await FindAsync(One("--principal") is { } named ? [named] : []);
        var (to, cc, bcc, replyTo) = (await FindAllAsync("--to"), await FindAllAsync("--cc"), await FindAllAsync("--bcc"), await FindAllAsync("--reply-to"));
        if (unknown.Count > 0)
            return call.Refuse($"\"{unknown[0]}\" is neither an address, name@domain, nor a name of the address book.");
        if (to.Length + cc.Length + bcc.Length == 0)
            return call.Refuse("There is no recipient: --to, --cc or --bcc.");
        if (!Choose<Importance>("--importance", out var importance) || !Choose<Priority>("--priority", out var priority) || !Choose<DeliveryReport>("--report", out var report))
            return false;
        var html = One("--html") is { } page ? Encoding.UTF8.GetString(await call.Input.ReadAsync(page, call.Cancellation)) : null;
        if (html is null && given.ContainsKey("--inline"))
            return call.Refuse("--inline shows a file in the HTML: --html is missing.");
        var files = new List<DraftFile>();
        foreach (var (option, path) in Each("--inline").Concat(Each("--attach")))
        {
            var name = Path.GetFileName(path);
            var file = new DraftFile(name, FileTypes.TypeOf(name), await call.Input.ReadAsync(path, call.Cancellation)) { ContentId = option == "--inline" ? name : null };
            if (file.ContentId is not null && !Attachment.Of(name, file.MediaType, name).IsInline)
                return call.Refuse($"{name} cannot be the name of an inline file: give it one of letters, digits, dots and hyphens.");
            files.Add(file);
        }
        var body = Encoding.UTF8.GetString(await call.Input.ReadAsync("-", call.Cancellation));
        var draft = new MemoDraft
        {
            From = from[0],
            Principal = principal.Length > 0 ? principal[0] : null,
            SendTo = to,
            CopyTo = cc,
            BlindCopyTo = bcc,
            ReplyTo = replyTo,
            Names = names.Where(one => !one.Name.IsEmpty).DistinctBy(one => one.Mailbox).ToImmutableDictionary(one => one.Mailbox, one => one.Name),
            Subject = Line.Clean(One("--subject") ?? ""),
            // Where there is only HTML, the text is made of it.
            Body = body.Length == 0 && html is not null ? null : body,
            Html = html,
            Importance = importance,
            Priority = priority,
            ReturnReceipt = given.ContainsKey("--receipt"),
            DeliveryReport = report,
            Files = [.. files],
            Protocol = "CONSOLE",
        };
        try
        {
            call.Answer.Line((await host.Operations.SubmitAsync(draft, call.Cancellation)).ToString());
            return true;
        }
        catch (ArgumentException refusal)
        {
            return call.Refuse(refusal.Message.Split(" (Parameter ")[0]);
        }

        string? One(string option) => given.TryGetValue(option, out var values) ? values[0] : null;

        IEnumerable<(string Option, string Value)> Each(string option) => given.GetValueOrDefault(option, []).Select(value => (option, value));

        async Task<ImmutableArray<Mailbox>> FindAsync(IEnumerable<string> texts)
        {
            var found = ImmutableArray.CreateBuilder<Mailbox>();
            foreach (var text in texts)
            {
                if (await host.Operations.FindMailboxAsync(text, call.Cancellation) is { } one)
                {
                    names.Add(one);
                    found.Add(one.Mailbox);
                }
                else
                {
                    unknown.Add(text);
                }
            }
            return found.ToImmutable();
        }

        Task<ImmutableArray<Mailbox>> FindAllAsync(string option) => FindAsync(given.GetValueOrDefault(option, []).SelectMany(Split));

        bool Choose<T>(string option, out T value)
            where T : struct, Enum
        {
            value = default;
            if (One(option) is not { } word || Enum.GetNames<T>().Contains(word, StringComparer.OrdinalIgnoreCase) && Enum.TryParse(word, ignoreCase: true, out value))
                return true;
            return call.Refuse($"{option} is one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}.");
        }
    }

    private static bool IsOption(string option) => option is "--from" or "--to" or "--cc" or "--bcc" or "--subject" or "--attach" or "--html" or "--inline" or "--reply-to"
        or "--principal" or "--importance" or "--priority" or "--report";

    // At commas outside quotes: "Lovelace, Ada" <ada@example.test> is one.
    private static IEnumerable<string> Split(string list)
    {
        var (start, quoted) = (0, false);
        for (var i = 0; i <= list.Length; i++)
        {
            if (i == list.Length || list[i] == ',' && !quoted)
            {
                if (list[start..i].Trim() is { Length: > 0 } part)
                    yield return part;
                start = i + 1;
            }
            else if (list[i] == '"')
            {
                quoted = !quoted;
            }
        }
    }
}
