using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;

namespace Tell.Mta.Routing.Names;

/// <summary>A form of NAMES whose documents are named records of fields. Pure.</summary>
/// <typeparam name="T">The record.</typeparam>
internal sealed record FieldTable<T>
    where T : class
{
    /// <summary>The item, and the JSON field, that holds the name of a record.</summary>
    public const string Name = "name";

    /// <summary>The form of its documents.</summary>
    public required string Form { get; init; }

    /// <summary>The fields, in the order in which they are shown.</summary>
    public required ImmutableArray<Field<T>> Fields { get; init; }

    /// <summary>An empty record of a name; null and the reason where that cannot be one.</summary>
    public required Func<string, (T? Record, string Reason)> Begin { get; init; }

    /// <summary>The name of a record, as it is compared: without regard to case.</summary>
    public required Func<T, string> NameOf { get; init; }

    /// <summary>What is wrong with a record as a whole: the field and the reason; null where nothing is.</summary>
    public Func<T, string?> Fault { get; init; } = _ => null;

    /// <summary>The fields for people: name, how it is written, what it decides.</summary>
    public IReadOnlyList<(string Name, string Form, string Sentence)> Explained => [.. Fields.Select(known => (known.Name, known.Form, known.Sentence))];

    /// <summary>The record with some fields changed; null where something is wrong, and then each problem names record and field.</summary>
    public T? Change(T record, IEnumerable<KeyValuePair<string, string>> values, List<string> problems)
    {
        var (before, name) = (problems.Count, NameOf(record));
        foreach (var (key, text) in values)
        {
            if (Fields.FirstOrDefault(field => field.Name.Equals(key, StringComparison.OrdinalIgnoreCase)) is not { } field)
                problems.Add($"{name}: {Unknown(key)}");
            else if (!field.Read(record, text, out record, out var reason))
                problems.Add($"{name}: {field.Name}: {(field.IsSecret ? "cannot be read" : reason)}");
        }
        if (problems.Count == before && Fault(record) is { } fault)
            problems.Add($"{name}: {fault}");
        return problems.Count == before ? record : null;
    }

    /// <summary>The record that a document holds; null where something is wrong with it.</summary>
    public T? Read(Document document, List<string> problems)
    {
        var name = document[Name]?.Text ?? "";
        var (record, reason) = Begin(name);
        if (record is null)
        {
            problems.Add($"{Line.Clean(name)}: {Name}: {reason}");
            return null;
        }
        return Change(record, document.Items.Where(item => item.Name != Name).Select(item => KeyValuePair.Create(item.Name, item.Text)), problems);
    }

    /// <summary>The items of a record's document.</summary>
    public ImmutableArray<Item> Items(T record) =>
        [Item.OfText(Name, NameOf(record)), .. Values(record).Select(value => Item.OfText(value.Field.Name, value.Text))];

    /// <summary>The fields that have a value.</summary>
    public IEnumerable<(Field<T> Field, string Text)> Values(T record)
    {
        foreach (var field in Fields)
        {
            if (field.Format(record) is { Length: > 0 } text)
                yield return (field, text);
        }
    }

    private string Unknown(string key)
    {
        var near = Spelling.Nearest(key, Fields.Select(field => field.Name), 1);
        return $"\"{Line.Clean(key)}\" is not a field{(near.Count > 0 ? $"; did you mean {near[0]}?" : $": expected {string.Join(", ", Fields.Select(field => field.Name))}")}";
    }
}
