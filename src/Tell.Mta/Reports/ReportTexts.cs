using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging;
using Tell.Mail;
using Tell.Mta.Routing;

namespace Tell.Mta.Reports;

/// <summary>
/// The words of reports in all languages there are: those that are built in, and above them those of the files in SMTPMTA_ReportTemplates, looked at whenever the
/// configuration is. A file that cannot be used or read changes nothing: the words before it count, and the log says why.
/// </summary>
public sealed partial class ReportTexts
{
    private const string Extension = ".txt";

    private readonly MtaContext _context;
    private readonly ILogger _log;
    private volatile IReadOnlyList<string> _problems = [];
    private volatile FrozenDictionary<string, ReportWords> _words = ReportWords.BuiltIn;
    private string _read = "";

    internal ReportTexts(MtaContext context) => (_context, _log) = (context, context.Loggers.CreateLogger("SMTPMTA drt"));

    /// <summary>The languages there are.</summary>
    public IEnumerable<string> Languages => _words.Keys;

    /// <summary>What is wrong with the files: the place, and why it is not used.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The words of a language, or of the nearest that there is ("de" for "de-AT", RFC 4647 3.4); null where there are none.</summary>
    public ReportWords? Find(string tag)
    {
        var words = _words;
        return LanguageTags.Lookup(tag).Select(language => words.GetValueOrDefault(language)).FirstOrDefault(found => found is not null);
    }

    /// <summary>The languages of whoever wrote a message, the most wanted first: what the address book knows of them, else what the header says.</summary>
    internal static IEnumerable<string> LanguagesOf(Locality where, HeaderBlock header) => where.User is { Languages.IsEmpty: false } user
        ? user.Languages
        : LanguageTags.Parse(header.Find("Accept-Language")?.Text.Text ?? "").Concat(LanguageTags.Parse(header.Find("Content-Language")?.Text.Text ?? ""));

    /// <summary>The words for somebody who wants these languages, the most wanted first; of those of the settings, one after the other, where there are none of them.</summary>
    public ImmutableArray<ReportWords> For(IEnumerable<string> wanted)
    {
        if (wanted.Select(Find).FirstOrDefault(words => words is not null) is { } one)
            return [one];
        ImmutableArray<ReportWords> configured = [.. _context.Settings.ReportLanguages.Select(Find).OfType<ReportWords>().Distinct()];
        return configured.IsEmpty ? [_words[ReportWords.LastResort]] : configured;
    }

    /// <summary>Reads the files again where one of them has changed.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancellation)
    {
        var settings = _context.Settings;
        var folder = settings.ReportTemplates.Length == 0 ? null : Path.GetFullPath(settings.ReportTemplates, settings.Directory);
        try
        {
            var files = folder is null ? [] : (await _context.Files.ListAsync(folder, cancellation)).Where(file => file.Name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)).ToArray();
            var read = string.Join('\n', [folder, .. files.Select(file => $"{file.Name} {file.Size} {file.Written.UtcTicks}")]);
            if (read == _read)
                return;
            var words = ReportWords.BuiltIn.ToDictionary(StringComparer.OrdinalIgnoreCase);
            var problems = new List<string>();
            // English first: what a file leaves out may come from there.
            foreach (var file in files.OrderBy(file => !IsEnglish(file.Name)).ThenBy(file => file.Name, StringComparer.Ordinal))
            {
                var (name, path) = (file.Name[..^Extension.Length], Path.Combine(folder!, file.Name));
                if (await ReadAsync(name, path, file.Size, words.GetValueOrDefault(name) ?? words[ReportWords.LastResort], problems, cancellation) is { } own)
                    words[name] = own;
            }
            (_words, _read) = (words.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase), read);
            Say(problems);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Say([$"{folder}: {fault.Message}; the words of reports stay as they are"]);
        }
    }

    private static bool IsEnglish(string file) => file.Equals(ReportWords.LastResort + Extension, StringComparison.OrdinalIgnoreCase);

    private async ValueTask<ReportWords?> ReadAsync(string language, string path, long size, ReportWords below, List<string> problems, CancellationToken cancellation)
    {
        if (!LanguageTags.IsTag(language))
            return Refused(problems, path, "its name is no language, such as de.txt or pt-BR.txt");
        if (size > ReportWordsReader.MaxLength)
            return Refused(problems, path, $"it is longer than {ReportWordsReader.MaxLength:N0} octets");
        using var octets = new MemoryStream();
        await foreach (var piece in _context.Files.ReadAsync(path, cancellation))
        {
            octets.Write(piece.Span);
            if (octets.Length > ReportWordsReader.MaxLength)
                return Refused(problems, path, $"it is longer than {ReportWordsReader.MaxLength:N0} octets");
        }
        var text = octets.GetBuffer().AsSpan(0, (int)octets.Length);
        if (!System.Text.Unicode.Utf8.IsValid(text))
            return Refused(problems, $"{path}:{1 + Encoding.Latin1.GetString(text[..FirstBad(text)]).Count(c => c == '\n')}", "it is not UTF-8");
        var words = ReportWordsReader.Read(language, Encoding.UTF8.GetString(text), below, out var fault);
        if (words is null)
            return Refused(problems, $"{path}:{fault!.Value.Line}", fault.Value.Reason);
        return words;
    }

    private static int FirstBad(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var used) == System.Buffers.OperationStatus.Done)
            at += used;
        return at;
    }

    private static ReportWords? Refused(List<string> problems, string place, string reason)
    {
        problems.Add($"{place}: {reason}; the built-in words count");
        return null;
    }

    // The configuration is looked at every two minutes; a mistake is said once.
    private void Say(IReadOnlyList<string> problems)
    {
        var said = _problems;
        _problems = problems;
        foreach (var problem in problems.Except(said))
            LogTrouble(Line.Clean(problem));
    }

    [LoggerMessage(1290, LogLevel.Warning, "{Trouble}")]
    private partial void LogTrouble(Line trouble);
}
