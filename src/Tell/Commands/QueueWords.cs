using System.Globalization;
using Tell.Documents;
using Tell.Mta.Operations;

namespace Tell.Commands;

/// <summary>
/// The words that name documents of the work queues: some UNIDs, or DEAD, HELD or WAITING with what restricts them (QUEUE=, FROM=, TO=, REASON=).
/// </summary>
internal sealed class QueueWords
{
    private QueueWords(QueueSelection selection) => Selection = selection;

    /// <summary>The documents.</summary>
    public QueueSelection Selection { get; private set; }

    /// <summary>True where --yes was said.</summary>
    public bool Yes { get; private set; }

    /// <summary>What REASON= says, where it is what the operator gives and not what the documents have.</summary>
    public string? Given { get; private set; }

    /// <summary>After which document a list begins (AFTER=).</summary>
    public Unid? After { get; private set; }

    /// <summary>Reads the arguments of a list: what restricts it, and where it begins; null where they are wrong, and then the answer says what is.</summary>
    /// <param name="call">The command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="what">What it lists.</param>
    public static QueueWords? ReadList(CommandCall call, IReadOnlyList<string> arguments, QueueSelection what)
    {
        var words = new QueueWords(what);
        return arguments.All(word => words.TakeAfter(word) || words.Take(call, word, givesReason: false)) ? words : null;
    }

    /// <summary>Reads arguments; null where they are wrong, and then the answer says what is.</summary>
    /// <param name="call">The command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="wide">The words that may stand for many documents, and what each means.</param>
    /// <param name="givesReason">True where REASON= is what the operator gives.</param>
    public static QueueWords? Read(CommandCall call, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, QueueSelection> wide, bool givesReason)
    {
        var ids = new List<Unid>();
        var rest = new List<string>();
        QueueSelection? many = null;
        foreach (var word in arguments)
        {
            if (Unid.TryParse(word, out var id))
                ids.Add(id);
            else if (many is null && wide.TryGetValue(word.ToUpperInvariant(), out var chosen))
                many = chosen;
            else
                rest.Add(word);
        }
        if (many is null == (ids.Count == 0))
        {
            if (arguments.Count > 0 && ids.Count == 0 && rest.FirstOrDefault(word => !IsOption(word)) is { } unknown)
                call.Refuse($"{unknown} is no UNID (32 hex digits){(wide.Count > 0 ? $" and none of {string.Join(", ", wide.Keys)}" : "")}.");
            else
                call.Usage();
            return null;
        }
        var words = new QueueWords(many ?? QueueSelection.Of(ids));
        return rest.All(word => words.Take(call, word, givesReason)) ? words : null;
    }

    private static bool IsOption(string word) => word.Contains('=', StringComparison.Ordinal) || word.StartsWith("--", StringComparison.Ordinal);

    // Of a list only: what is to be done is done to all that fit, and nobody shall think otherwise.
    private bool TakeAfter(string word)
    {
        if (!word.StartsWith("AFTER=", StringComparison.OrdinalIgnoreCase) || !Unid.TryParse(word.AsSpan("AFTER=".Length), out var after))
            return false;
        After = after;
        return true;
    }

    private bool Take(CommandCall call, string word, bool givesReason)
    {
        if (word.Equals("--yes", StringComparison.OrdinalIgnoreCase))
            return Yes = true;
        var at = word.IndexOf('=', StringComparison.Ordinal);
        var (key, value) = at < 0 ? ("", word) : (word[..at].ToUpperInvariant(), word[(at + 1)..]);
        if (key == "REASON" && givesReason)
        {
            Given = value;
            return true;
        }
        if (key is "FROM" or "TO" or "REASON" or "QUEUE" && !Selection.IsWide)
            return call.Refuse($"{key}= chooses among many documents; a UNID names one.");
        switch (key)
        {
            case "FROM" when value.Length > 0:
                Selection = Selection with { From = value };
                return true;
            case "TO" when value.Length > 0:
                Selection = Selection with { To = value };
                return true;
            case "REASON" when value.Length > 0:
                Selection = Selection with { Reason = value };
                return true;
            case "QUEUE" when QueueOf(value) is { } queue:
                Selection = Selection with { Queue = queue };
                return true;
            case "QUEUE":
                return call.Refuse($"{value} is no queue: {string.Join(", ", WorkQueues.All.Select(known => known.Title()))}.");
            default:
                call.Refuse($"{word} is not understood.");
                return call.Usage();
        }
    }

    /// <summary>The queue of that name; null where there is none.</summary>
    public static WorkQueue? QueueOf(string name)
    {
        foreach (var queue in WorkQueues.All)
        {
            if (queue.Title().Equals(name, StringComparison.OrdinalIgnoreCase))
                return queue;
        }
        return null;
    }

    /// <summary>Says what work came to; true where it was done to all that were named, or to some of many.</summary>
    public bool Answer(CommandCall call, string done, QueueWork work)
    {
        if (work.Done > 0 || Selection.IsWide)
            call.Answer.Line(string.Create(CultureInfo.InvariantCulture, $"{QueueText.Documents(work.Done)} {done}."));
        foreach (var (reason, documents, first) in work.Left)
            call.Answer.Line(documents == 1 ? $"{first} {reason}." : $"{QueueText.Documents(documents)}, the first of them {first}: {reason}.");
        return Selection.IsWide || work.Left.Count == 0;
    }
}
