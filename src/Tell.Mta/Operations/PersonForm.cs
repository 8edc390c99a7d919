using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;

namespace Tell.Mta.Operations;

/// <summary>Reads and writes Person documents as JSON (DESIGN 6). Field names are read without regard to case.</summary>
internal static class PersonJson
{
    private static readonly string[] Fields = ["form", "fullName", "shortName", "internetAddress", "password"];

    /// <summary>The items of each person; or what is wrong, each problem naming document and field.</summary>
    public static (List<ImmutableArray<Item>> Persons, List<string> Problems) Read(string json)
    {
        var persons = new List<ImmutableArray<Item>>();
        var problems = new List<string>();
        JsonDocument parsed;
        try
        {
            parsed = JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException fault)
        {
            problems.Add($"line {fault.LineNumber + 1}: not JSON: {Line.Clean(Reason(fault))}");
            return (persons, problems);
        }
        using (parsed)
        {
            var elements = parsed.RootElement.ValueKind == JsonValueKind.Array ? parsed.RootElement.EnumerateArray().ToArray() : [parsed.RootElement];
            for (var i = 0; i < elements.Length; i++)
                ReadOne(elements[i], $"document {i + 1}", persons, problems);
        }
        return (persons, problems);
    }

    // The parser ends its sentence with places that count from zero; ours counts lines as an editor does.
    private static string Reason(JsonException fault) => fault.Message.Split(" LineNumber:")[0].Split(" Path:")[0];

    /// <summary>A JSON list of persons, without passwords.</summary>
    public static string Write(IReadOnlyList<Document> persons)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartArray();
            foreach (var person in persons)
            {
                writer.WriteStartObject();
                writer.WriteString("form", Forms.Person);
                WriteList(writer, "fullName", person[Persons.FullName]);
                WriteList(writer, "shortName", person[Persons.ShortName]);
                if (person[Persons.InternetAddress] is { } address)
                    writer.WriteString("internetAddress", address.Text);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteList(Utf8JsonWriter writer, string name, Item? item)
    {
        writer.WriteStartArray(name);
        foreach (var text in item?.Texts ?? [])
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void ReadOne(JsonElement element, string place, List<ImmutableArray<Item>> persons, List<string> problems)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{place}: not a JSON object");
            return;
        }
        var before = problems.Count;
        var values = new Dictionary<string, ImmutableArray<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in element.EnumerateObject())
        {
            if (!Fields.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
                problems.Add($"{place}: field \"{Line.Clean(property.Name)}\" is not one of {string.Join(", ", Fields)}");
            else if (Texts(property.Value) is { } texts)
                values[property.Name] = texts;
            else
                problems.Add($"{place}: field \"{property.Name}\": expected a text or a list of texts, each one line");
        }
        var form = Values("form");
        if (form.Length != 1 || !form[0].Equals(Forms.Person, StringComparison.OrdinalIgnoreCase))
            problems.Add($"{place}: field \"form\": expected \"Person\"");
        foreach (var address in Values("internetAddress").Concat(Values("shortName").Where(name => name.Contains('@'))))
        {
            if (!Mailbox.TryParse(address, out _))
                problems.Add($"{place}: \"{address}\" is not an Internet address");
        }
        foreach (var name in Values("shortName").Where(name => !name.Contains('@')))
        {
            if (!Mailbox.TryParse($"{name}@x.test", out _))
                problems.Add($"{place}: field \"shortName\": \"{name}\" cannot stand before an @");
            else if (name.Contains('/'))
                problems.Add($"{place}: field \"shortName\": \"{name}\" cannot name a mail file");
        }
        if (Values("internetAddress").Length > 1)
            problems.Add($"{place}: field \"internetAddress\": expected one address; others can stand in \"shortName\"");
        if (values.ContainsKey("password") && Values("password") is not [{ Length: > 0 }])
            problems.Add($"{place}: field \"password\": expected a text that is not empty");
        if (Values("shortName").IsEmpty && Values("internetAddress").IsEmpty && problems.Count == before)
            problems.Add($"{place}: a Person needs \"shortName\" or \"internetAddress\"");
        if (problems.Count > before)
            return;

        var items = ImmutableArray.CreateBuilder<Item>();
        foreach (var (field, item) in new[] { ("fullName", Persons.FullName), ("shortName", Persons.ShortName), ("internetAddress", Persons.InternetAddress) })
        {
            if (!Values(field).IsEmpty)
                items.Add(Item.OfText(item, Values(field)));
        }
        if (Values("password") is [var password, ..])
            items.Add(Item.OfText(Persons.Password, PasswordHash.Of(password)));
        persons.Add(items.ToImmutable());

        ImmutableArray<string> Values(string field) => values.GetValueOrDefault(field, []);
    }

    private static ImmutableArray<string>? Texts(JsonElement value)
    {
        var elements = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var element in elements)
        {
            if (element.ValueKind != JsonValueKind.String || !TryText(element, out var line))
                return null;
            texts.Add(line.Text);
        }
        return texts.ToImmutable();
    }

    private static bool TryText(JsonElement element, out Line line)
    {
        try
        {
            return Line.TryCreate(element.GetString(), out line);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON can spell it, and no text can hold it.
            line = default;
            return false;
        }
    }
}
