using System.Collections.Immutable;
using System.Text.Json;
using Tell.Documents;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Operations;

/// <summary>Documents that are named records of fields: all that is known of them stands in their <see cref="FieldTable{T}"/>.</summary>
internal sealed class RecordForm<T>(FieldTable<T> table) : NamesForm
    where T : class
{
    /// <inheritdoc/>
    public override string Form => table.Form;

    /// <inheritdoc/>
    public override string? Secret { get; } = table.Fields.FirstOrDefault(field => field.IsSecret)?.Name;

    /// <inheritdoc/>
    public override bool IsSound(Document document) => table.Read(document, []) is not null;

    /// <inheritdoc/>
    public override IEnumerable<string> Keys(Document document) => [(document[FieldTable<T>.Name]?.Text ?? "").ToLowerInvariant()];

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Document document)
    {
        foreach (var item in document.Items.Where(item => item.Name != Secret))
            writer.WriteString(item.Name, item.Text);
    }

    /// <inheritdoc/>
    public override ImmutableArray<Item>? Read(JsonElement element, string place, List<string> problems)
    {
        var before = problems.Count;
        var (name, values) = ("", new List<KeyValuePair<string, string>>());
        foreach (var property in element.EnumerateObject())
        {
            // A number is written as a number by people, and on and off as what JSON has for them.
            var text = property.Value.ValueKind switch
            {
                JsonValueKind.Number => property.Value.GetRawText(),
                JsonValueKind.True => "on",
                JsonValueKind.False => "off",
                _ => NamesJson.Texts(property.Value) is { } texts ? string.Join(',', texts) : null,
            };
            if (text is null)
                problems.Add($"{place}: field \"{Mail.Line.Clean(property.Name)}\": expected a text or a list of texts, each one line");
            else if (property.Name.Equals(FieldTable<T>.Name, StringComparison.OrdinalIgnoreCase))
                name = text;
            else if (!property.Name.Equals(NamesJson.Form, StringComparison.OrdinalIgnoreCase))
                values.Add(new(property.Name, text));
        }
        if (problems.Count > before)
            return null;
        var (record, reason) = table.Begin(name);
        if (record is null)
        {
            problems.Add($"{place}: field \"{FieldTable<T>.Name}\": {reason}");
            return null;
        }
        var wrong = new List<string>();
        record = table.Change(record, values, wrong);
        problems.AddRange(wrong.Select(problem => $"{place}: {problem}"));
        return record is null ? null : table.Items(record);
    }
}
