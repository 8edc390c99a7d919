using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing.Names;

namespace Tell.Mta.Operations;

/// <summary>Reads and writes documents of NAMES as JSON, each by its form.</summary>
internal static class NamesJson
{
    /// <summary>The field that names the form.</summary>
    public const string Form = "form";

    /// <summary>The forms of NAMES, in the order in which they are exported.</summary>
    public static ImmutableArray<NamesForm> All { get; } =
    [
        new RecordForm<NamesRecord>(PersonFields.Table),
        new RecordForm<NamesRecord>(GroupFields.Table),
        new RecordForm<NamesRecord>(MailInFields.Table),
        new RecordForm<NamesRecord>(GlobalDomainFields.Table),
        new RecordForm<NamesRecord>(ServerFields.Table),
        new RecordForm<NamesRecord>(ForeignDomainFields.Table),
        new RecordForm<Connection>(ConnectionFields.Table),
        new RecordForm<Outbound.DestinationControl>(ControlFields.Table),
        new RecordForm<Outbound.BounceProfile>(BounceProfileFields.Table),
    ];

    /// <summary>The form of a name in any case; null where there is none.</summary>
    public static NamesForm? Find(string name) => All.FirstOrDefault(form => form.Form.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The form of a document.</summary>
    public static NamesForm Of(Document document) => All.First(form => form.Form == document.Form);

    /// <summary>The form and the items of each document; or what is wrong, each problem naming document and field.</summary>
    public static (List<(NamesForm Form, ImmutableArray<Item> Items)> Drafts, List<string> Problems) Read(string json)
    {
        var drafts = new List<(NamesForm, ImmutableArray<Item>)>();
        var problems = new List<string>();
        JsonDocument parsed;
        try
        {
            parsed = JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException fault)
        {
            problems.Add(string.IsNullOrWhiteSpace(json) ? "there is nothing in it" : $"line {fault.LineNumber + 1}: not JSON: {Line.Clean(Reason(fault))}");
            return (drafts, problems);
        }
        using (parsed)
        {
            var elements = parsed.RootElement.ValueKind == JsonValueKind.Array ? parsed.RootElement.EnumerateArray().ToArray() : [parsed.RootElement];
            for (var i = 0; i < elements.Length; i++)
            {
                var place = $"document {i + 1}";
                if (FormOf(elements[i], place, problems) is { } form && form.Read(elements[i], place, problems) is { } items)
                    drafts.Add((form, items));
            }
        }
        return (drafts, problems);
    }

    /// <summary>A JSON list of documents, without passwords.</summary>
    public static string Write(IReadOnlyList<Document> documents)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartArray();
            foreach (var document in documents)
            {
                writer.WriteStartObject();
                writer.WriteString(Form, document.Form);
                Of(document).Write(writer, document);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>A text or a list of texts; null for anything else, and where one of them is more than one line.</summary>
    public static ImmutableArray<string>? Texts(JsonElement value)
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

    private static NamesForm? FormOf(JsonElement element, string place, List<string> problems)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{place}: not a JSON object");
            return null;
        }
        var names = element.EnumerateObject().Where(property => property.Name.Equals(Form, StringComparison.OrdinalIgnoreCase)).Select(property => Texts(property.Value)).ToArray();
        var form = names is [[var name]] ? Find(name) : null;
        if (form is null)
            problems.Add($"{place}: field \"{Form}\": expected {string.Join(" or ", All.Select(known => $"\"{known.Form}\""))}");
        return form;
    }

    // The parser ends its sentence with places that count from zero; ours counts lines as an editor does.
    private static string Reason(JsonException fault) => fault.Message.Split(" LineNumber:")[0].Split(" Path:")[0];

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
