using System.Globalization;
using Tell.Mail;

namespace Tell.Commands;

/// <summary>MIME: shows a message file as Tell reads it.</summary>
internal static class MimeCommand
{
    /// <summary>The row.</summary>
    public static Command Row { get; } = new()
    {
        Words = "MIME",
        Form = "FILE [--json]",
        Group = "Mail",
        Place = CommandPlace.Here,
        Summary = "Show a message file as Tell reads it: header, parts, problems, text.",
        Detail = """
            "-" reads standard input. --json prints an object with subject, from, text (the first text/plain, decoded; lines as they were
            written, ended by LF), html, attachments, parts (all leaves, those of enclosed messages too) and problems; then to, cc, date and
            messageId. Files found inside uuencoded text or a winmail.dat are among the attachments and name their part as "foundIn".
            """.ReplaceLineEndings("\n"),
        Inputs = arguments => arguments.Where(argument => !IsOption(argument)).Take(1),
        Handler = ShowAsync,
    };

    private static bool IsOption(string argument) => argument.StartsWith("--", StringComparison.Ordinal);

    private static async Task<bool> ShowAsync(CommandCall call)
    {
        var files = call.Arguments.Where(argument => !IsOption(argument)).ToArray();
        var options = call.Arguments.Where(IsOption).Select(option => option.ToLowerInvariant()).ToArray();
        if (files is not [var file] || options is not ([] or ["--json"]))
            return call.Usage();
        var reading = MimeReading.Of(await call.Input.ReadAsync(file, call.Cancellation));
        if (options.Length > 0)
            call.Answer.Text(MimeJson.Write(reading));
        else
            Show(reading, call.Answer);
        return true;
    }

    private static void Show(MimeReading reading, Answer answer)
    {
        if (MessageHeading.Rows(reading.Message, withId: true).ToArray() is { Length: > 0 } header)
        {
            answer.Table(header);
            answer.Line();
        }
        answer.Table([["Part", "Type", "Octets", "What"], .. reading.Parts.Select(PartRow)]);
        if (reading.Problems.Count > 0)
        {
            answer.Line();
            foreach (var problem in reading.Problems)
                answer.Line("Problem: " + problem);
            if (reading.ProblemCount > reading.Problems.Count)
                answer.Line(string.Create(CultureInfo.InvariantCulture, $"Problem: {reading.ProblemCount - reading.Problems.Count} more"));
        }
        if (reading.Message.Text is { Length: > 0 } text)
        {
            answer.Line();
            answer.Text(text);
        }
    }

    private static string[] PartRow(MimeReadPart read)
    {
        var part = read.Part;
        var what = new List<string>();
        if (part.Role == PartRole.Text)
            what.Add("text");
        else if (part.Role == PartRole.Html)
            what.Add("HTML");
        else if (part.IsFile && part.Within is null)
            what.Add(part.Source is null ? "file" : "file inside");
        if (part.Name is not null)
            what.Add('"' + part.Name + '"');
        if (part.ContentType["charset"] is { } charset)
            what.Add(charset);
        if (part.Encoding is not (TransferEncoding.SevenBit or TransferEncoding.EightBit))
            what.Add(part.Encoding switch { TransferEncoding.QuotedPrintable => "quoted-printable", TransferEncoding.Unknown => "unknown encoding", var known => known.ToString().ToLowerInvariant() });
        if (part.ContentId is not null)
            what.Add('<' + part.ContentId + '>');
        return
        [
            new string(' ', 2 * part.Depth) + (part.Section.Length > 0 ? part.Section : "-"),
            part.ContentType.Essence,
            part.IsMultipart ? "" : part.Size.ToString("N0", CultureInfo.InvariantCulture),
            string.Join(", ", what),
        ];
    }
}
