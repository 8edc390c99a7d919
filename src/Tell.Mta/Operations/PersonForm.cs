using System.Collections.Immutable;
using System.Text.Json;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Routing;

namespace Tell.Mta.Operations;

/// <summary>Person documents (DESIGN 6). Field names are read without regard to case.</summary>
internal sealed class PersonForm : NamesForm
{
    private static readonly string[] Fields = ["form", "fullName", "shortName", "internetAddress", "password"];

    /// <inheritdoc/>
    public override string Form => Forms.Person;

    /// <inheritdoc/>
    public override string? Secret => Persons.Password;

    /// <inheritdoc/>
    public override IEnumerable<string> Keys(Document document) => Persons.Addresses(document).Select(name => name.ToLowerInvariant());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Document document)
    {
        WriteList(writer, "fullName", document[Persons.FullName]);
        WriteList(writer, "shortName", document[Persons.ShortName]);
        if (document[Persons.InternetAddress] is { } address)
            writer.WriteString("internetAddress", address.Text);
    }

    /// <inheritdoc/>
    public override ImmutableArray<Item>? Read(JsonElement element, string place, List<string> problems)
    {
        var before = problems.Count;
        var values = new Dictionary<string, ImmutableArray<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in element.EnumerateObject())
        {
            if (!Fields.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
                problems.Add($"{place}: field \"{Line.Clean(property.Name)}\" is not one of {string.Join(", ", Fields)}");
            else if (NamesJson.Texts(property.Value) is { } texts)
                values[property.Name] = texts;
            else
                problems.Add($"{place}: field \"{property.Name}\": expected a text or a list of texts, each one line");
        }
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
        if (values.ContainsKey("password") && (Values("password") is not [var given] || !PasswordHash.Accepts(given)))
            problems.Add($"{place}: field \"password\": expected a text that is not empty and holds no control characters");
        if (Values("shortName").IsEmpty && Values("internetAddress").IsEmpty && problems.Count == before)
            problems.Add($"{place}: a Person needs \"shortName\" or \"internetAddress\"");
        if (problems.Count > before)
            return null;

        var items = ImmutableArray.CreateBuilder<Item>();
        foreach (var (field, item) in new[] { ("fullName", Persons.FullName), ("shortName", Persons.ShortName), ("internetAddress", Persons.InternetAddress) })
        {
            if (!Values(field).IsEmpty)
                items.Add(Item.OfText(item, Values(field)));
        }
        if (Values("password") is [var password, ..])
            items.Add(Item.OfText(Persons.Password, PasswordHash.Of(password)));
        return items.ToImmutable();

        ImmutableArray<string> Values(string field) => values.GetValueOrDefault(field, []);
    }

    private static void WriteList(Utf8JsonWriter writer, string name, Item? item)
    {
        writer.WriteStartArray(name);
        foreach (var text in item?.Texts ?? [])
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
