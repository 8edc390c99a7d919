using System.Collections.Immutable;
using System.Text.Json;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Operations;

/// <summary>Documents that are named records of fields: all that is known of them stands in their <see cref="FieldTable{T}"/>.</summary>
internal sealed class RecordForm<T>(FieldTable<T> table) : NamesForm
    where T : class
{
    /// <inheritdoc/>
    public override string Form => table.Form;

    /// <inheritdoc/>
    public override string? Secret { get; } = table.Fields.FirstOrDefault(field => field.IsSecret)?.Item;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Form, string Sentence)> Fields => table.Explained;

    /// <inheritdoc/>
    public override bool IsSound(Document document) => table.Read(document, []) is not null;

    /// <inheritdoc/>
    public override bool HasField(string name) => table.Find(name) is not null || (table.IsNamed && name.Equals(FieldTable<T>.Name, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override IEnumerable<string> Keys(Document document) => table.IsNamed
        ? [(document[FieldTable<T>.Name]?.Text ?? "").ToLowerInvariant()]
        : Routing.Persons.Addresses(document).Select(name => name.ToLowerInvariant());

    /// <inheritdoc/>
    public override string TitleOf(Document document) => table.Read(document, []) is { } record ? table.NameOf(record) : document[FieldTable<T>.Name]?.Text ?? "";

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Document document)
    {
        foreach (var item in document.Items.Where(item => !IsSecret(item)))
        {
            var field = table.Find(item.Name);
            var texts = FieldTable<T>.TextsOf(item);
            if (field is not { IsList: true })
            {
                writer.WriteString(field?.Name ?? item.Name, texts.FirstOrDefault(""));
                continue;
            }
            writer.WriteStartArray(field.Name);
            foreach (var text in texts)
                writer.WriteStringValue(text);
            writer.WriteEndArray();
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, string Text)> Show(Document document)
    {
        foreach (var item in document.Items)
        {
            var field = table.Find(item.Name);
            yield return (field?.Name ?? item.Name, IsSecret(item) ? "(set)" : string.Join(field is { HasCommas: true } ? "; " : ", ", FieldTable<T>.TextsOf(item)));
        }
    }

    /// <inheritdoc/>
    public override ImmutableArray<Item>? Read(JsonElement element, string place, List<string> problems)
    {
        var before = problems.Count;
        var (name, values) = ("", new List<KeyValuePair<string, ImmutableArray<string>>>());
        foreach (var property in element.EnumerateObject())
        {
            // A number is written as a number by people, and on and off as what JSON has for them.
            ImmutableArray<string>? texts = property.Value.ValueKind switch
            {
                JsonValueKind.Number => [property.Value.GetRawText()],
                JsonValueKind.True => ["on"],
                JsonValueKind.False => ["off"],
                _ => NamesJson.Texts(property.Value),
            };
            if (texts is null)
                problems.Add($"{place}: field \"{Line.Clean(property.Name)}\": expected a text or a list of texts, each one line");
            else if (table.IsNamed && property.Name.Equals(FieldTable<T>.Name, StringComparison.OrdinalIgnoreCase))
                name = string.Join(',', texts.Value);
            else if (!property.Name.Equals(NamesJson.Form, StringComparison.OrdinalIgnoreCase))
                values.Add(new(property.Name, texts.Value));
        }
        if (problems.Count > before)
            return null;
        var (record, reason) = table.Begin(name);
        if (record is null)
        {
            problems.Add($"{place}: field \"{FieldTable<T>.Name}\": {reason}");
            return null;
        }
        return Changed(record, values, place, problems);
    }

    /// <inheritdoc/>
    public override ImmutableArray<Item>? Begin(string name, IReadOnlyList<KeyValuePair<string, string>> values, List<string> problems)
    {
        // Who has no name but those in its fields has the given one in the field where it belongs, unless that is given too.
        if (!table.IsNamed)
        {
            var item = name.Contains('@') ? Routing.Persons.InternetAddress : name.Contains(' ') ? Routing.Persons.FullName : Routing.Persons.ShortName;
            if (!values.Any(value => value.Key.Equals(item, StringComparison.OrdinalIgnoreCase)))
                values = [new(item, name), .. values];
        }
        var (record, reason) = table.Begin(name);
        if (record is null)
        {
            problems.Add($"{FieldTable<T>.Name}: {reason}");
            return null;
        }
        return table.Change(record, values, problems) is { } made ? table.Items(made) : null;
    }

    /// <inheritdoc/>
    public override ImmutableArray<Item>? Change(Document document, IReadOnlyList<KeyValuePair<string, string>> values, List<string> problems) =>
        table.Read(document, problems) is { } record && table.Change(record, values, problems) is { } changed ? table.Items(changed) : null;

    private ImmutableArray<Item>? Changed(T record, List<KeyValuePair<string, ImmutableArray<string>>> values, string place, List<string> problems)
    {
        var wrong = new List<string>();
        var changed = table.ChangeTexts(record, values, wrong);
        problems.AddRange(wrong.Select(problem => $"{place}: {problem}"));
        return changed is null ? null : table.Items(changed);
    }

    private bool IsSecret(Item item) => item.Name.Equals(Secret, StringComparison.OrdinalIgnoreCase);
}
