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

    /// <summary>False where a record has no name but those in its fields.</summary>
    public bool IsNamed { get; init; } = true;

    /// <summary>What is wrong with a record as a whole: the field and the reason; null where nothing is.</summary>
    public Func<T, string?> Fault { get; init; } = _ => null;

    /// <summary>The fields for people: name, how it is written, what it decides.</summary>
    public IReadOnlyList<(string Name, string Form, string Sentence)> Explained => [.. Fields.Select(known => (known.Name, known.Form, known.Sentence))];

    /// <summary>The field of a name, or of an item; null where there is none.</summary>
    public Field<T>? Find(string name) => Fields.FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The record with some fields changed, as typed; null where something is wrong, and then each problem names record and field.</summary>
    public T? Change(T record, IEnumerable<KeyValuePair<string, string>> values, List<string> problems) =>
        ChangeTexts(record, values.Select(value => KeyValuePair.Create(value.Key, Find(value.Key)?.Split(value.Value) ?? [value.Value])), problems);

    /// <summary>The same with the texts of each field.</summary>
    public T? ChangeTexts(T record, IEnumerable<KeyValuePair<string, ImmutableArray<string>>> values, List<string> problems)
    {
        var wrong = new List<string>();
        foreach (var (key, texts) in values)
        {
            if (Find(key) is not { } field)
            {
                if (IsNamed && key.Equals(Name, StringComparison.OrdinalIgnoreCase))
                    record = Renamed(record, string.Join(',', texts), wrong);
                else
                    wrong.Add(Unknown(key));
            }
            else if (!field.Read(record, texts, out var changed, out var reason))
            {
                wrong.Add($"{field.Name}: {reason}");
            }
            else if (field.Seal is { } seal && field.Texts(changed) is { IsEmpty: false } open)
            {
                field.Read(changed, [.. open.Select(seal)], out record, out _);
            }
            else
            {
                record = changed;
            }
        }
        return Checked(record, wrong, problems);
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
        var wrong = new List<string>();
        foreach (var item in document.Items.Where(item => !IsNamed || item.Name != Name))
        {
            if (Find(item.Name) is not { } field)
                wrong.Add(Unknown(item.Name));
            else if (!field.Read(record, TextsOf(item), out record, out var unreadable))
                wrong.Add($"{field.Name}: {(field.IsSecret ? "cannot be read" : unreadable)}");
        }
        return Checked(record, wrong, problems);
    }

    /// <summary>The items of a record's document.</summary>
    public ImmutableArray<Item> Items(T record)
    {
        var items = ImmutableArray.CreateBuilder<Item>();
        if (IsNamed)
            items.Add(Item.OfText(Name, NameOf(record)));
        foreach (var field in Fields)
        {
            if (field.Texts(record) is { IsEmpty: false } texts && (texts.Length > 1 || texts[0].Length > 0))
                items.Add(field.IsSize ? Item.OfNumber(field.Item, NamesTypes.Octets(texts[0])) : Item.OfText(field.Item, texts));
        }
        return items.ToImmutable();
    }

    /// <summary>The texts of an item as its field reads them.</summary>
    public static ImmutableArray<string> TextsOf(Item item) =>
        item.Kind == ItemKind.Number ? [.. item.Numbers.Select(number => NamesTypes.Size.Format((long)number))] : item.Texts;

    /// <summary>The fields that have a value.</summary>
    public IEnumerable<(Field<T> Field, string Text)> Values(T record)
    {
        foreach (var field in Fields)
        {
            if (field.Format(record) is { Length: > 0 } text)
                yield return (field, text);
        }
    }

    private T Renamed(T record, string name, List<string> wrong)
    {
        var (renamed, reason) = Begin(name);
        if (renamed is null)
        {
            wrong.Add($"{Name}: {reason}");
            return record;
        }
        foreach (var field in Fields)
            field.Read(renamed, field.Texts(record), out renamed, out _);
        return renamed;
    }

    private T? Checked(T record, List<string> wrong, List<string> problems)
    {
        if (wrong.Count == 0 && Fault(record) is { } fault)
            wrong.Add(fault);
        var name = NameOf(record);
        problems.AddRange(wrong.Select(problem => name.Length > 0 ? $"{Line.Clean(name)}: {problem}" : problem));
        return wrong.Count == 0 ? record : null;
    }

    private string Unknown(string key)
    {
        var near = Spelling.Nearest(key, Fields.Select(field => field.Name), 1);
        return $"\"{Line.Clean(key)}\" is not a field{(near.Count > 0 ? $"; did you mean {near[0]}?" : $": expected {string.Join(", ", Fields.Select(field => field.Name))}")}";
    }
}
