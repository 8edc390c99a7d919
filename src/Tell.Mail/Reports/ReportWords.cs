using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// The words of reports in one language: lines of text with placeholders, by name. What a file leaves out comes from the words below it, in the end from
/// English, so that every text is there. The files and their form: data/templates/README.md.
/// </summary>
public sealed class ReportWords
{
    /// <summary>The language of the last resort.</summary>
    public const string LastResort = "en";

    private readonly FrozenDictionary<string, ImmutableArray<string>> _texts;

    internal ReportWords(string language, FrozenDictionary<string, ImmutableArray<string>> texts) => (Language, _texts) = (language, texts);

    /// <summary>The words that the program has of itself, by language; English is among them.</summary>
    public static FrozenDictionary<string, ReportWords> BuiltIn { get; } = ReadBuiltIn();

    /// <summary>The English words that the program has of itself.</summary>
    public static ReportWords English => BuiltIn[LastResort];

    /// <summary>The tag of the language (RFC 5646).</summary>
    public string Language { get; }

    /// <summary>The charset to write in where US-ASCII does not do; null for UTF-8.</summary>
    public string? Charset => One("language.charset") is { Length: > 0 } charset ? charset : null;

    internal FrozenDictionary<string, ImmutableArray<string>> Texts => _texts;

    /// <summary>A time as people of that language write it.</summary>
    public string Date(DateTimeOffset time) =>
        One("language.date") is { Length: > 0 } form ? time.ToUniversalTime().ToString(form, CultureInfo.InvariantCulture) : InternetDate.Format(time);

    /// <summary>The subject of a report.</summary>
    /// <param name="kind">What it is about.</param>
    /// <param name="subject">The subject of the message; null where it is not known.</param>
    public Line Subject(ReportKind kind, string? subject) =>
        Line.Clean(string.Join(' ', Fill("subject." + NameOf(kind), ("subject", subject))) is { Length: > 0 } text ? text : English.One("subject." + NameOf(kind)));

    /// <summary>The reason for what happened to a recipient; never empty. False where there are no words for its status but those for what was done.</summary>
    public bool Reason(RecipientReport report, out string reason)
    {
        var status = report.WrittenStatus;
        // A success is what it is, whatever came before it.
        var name = report.Action > DeliveryAction.Delayed
            ? null
            : Known(string.Create(CultureInfo.InvariantCulture, $"reason.{status.Subject}.{status.Detail}")) ?? Known(string.Create(CultureInfo.InvariantCulture, $"reason.{status.Subject}.*"));
        reason = string.Join(' ', Fill(name ?? "reason." + report.Action.ToString().ToLowerInvariant(),
            ("recipient", report.FinalRecipient.ToString()), ("domain", report.FinalRecipient.Domain.ToString())));
        if (reason.Length == 0)
            reason = report.Action.ToString();
        return name is not null;
    }

    /// <summary>The lines of a text, placeholders filled; a line with one that has no value is left out. No value makes a line of its own.</summary>
    internal IEnumerable<string> Fill(string name, params (string Name, string? Value)[] values) =>
        _texts.TryGetValue(name, out var lines) ? lines.Select(line => FillLine(line, values)).OfType<string>() : [];

    internal static string NameOf(ReportKind kind) => kind.ToString().ToLowerInvariant();

    private string? Known(string name) => _texts.ContainsKey(name) ? name : null;

    private string One(string name) => _texts.TryGetValue(name, out var lines) ? lines[0] : "";

    private static string? FillLine(string line, (string Name, string? Value)[] values)
    {
        var filled = new StringBuilder(line.Length + 64);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != '{' || line.AsSpan(i).StartsWith("{{"))
            {
                i += line[i] == '{' ? 1 : 0;
                filled.Append(line[i]);
                continue;
            }
            var end = line.IndexOf('}', i);
            var value = values.FirstOrDefault(value => value.Name == line[(i + 1)..end]).Value;
            if (string.IsNullOrEmpty(value))
                return null;
            filled.Append(Shown(value));
            i = end;
        }
        return filled.ToString();
    }

    // A terminal would obey what a peer hid in its reply.
    internal static string Shown(string text)
    {
        text = Line.Clean(text.AsSpan(0, Math.Min(text.Length, LongestValue))).Text;
        return text.Any(IsUnseen) ? string.Concat(text.Select(c => IsUnseen(c) ? ' ' : c)) : text;
    }

    // A reply with an override (U+202E) would be read backwards, and what we say after it too; the separators begin lines that we did not write.
    private static bool IsUnseen(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private const int LongestValue = 900;

    private static FrozenDictionary<string, ReportWords> ReadBuiltIn()
    {
        const string folder = "templates/";
        var assembly = Assembly.GetExecutingAssembly();
        var files = assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)).ToDictionary(
            name => Path.GetFileNameWithoutExtension(name[folder.Length..]),
            name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
                return reader.ReadToEnd();
            });
        var english = Read(LastResort, null);
        return files.Keys.ToFrozenDictionary(language => language, language => language == LastResort ? english : Read(language, english), StringComparer.OrdinalIgnoreCase);

        ReportWords Read(string language, ReportWords? below) => ReportWordsReader.Read(language, files[language], below, out var fault)
            ?? throw new InvalidOperationException($"The built-in words {language}.txt:{fault!.Value.Line}: {fault.Value.Reason}.");
    }
}
