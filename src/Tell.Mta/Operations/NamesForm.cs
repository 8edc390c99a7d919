using System.Collections.Immutable;
using System.Text.Json;
using Tell.Documents;

namespace Tell.Mta.Operations;

/// <summary>How the documents of one form of NAMES are read from JSON, written to it and told apart.</summary>
internal abstract class NamesForm
{
    /// <summary>The form.</summary>
    public abstract string Form { get; }

    /// <summary>The item with the password: never written, and kept where an import has none; null for a form without.</summary>
    public abstract string? Secret { get; }

    /// <summary>The items of one document; null where something is wrong, and then each problem names document and field.</summary>
    public abstract ImmutableArray<Item>? Read(JsonElement element, string place, List<string> problems);

    /// <summary>Writes the fields of a document, but no password, into an object that has its form already.</summary>
    public abstract void Write(Utf8JsonWriter writer, Document document);

    /// <summary>True where the items go together: a password that an earlier document had is kept only where they do.</summary>
    public virtual bool IsSound(Document document) => true;

    /// <summary>The names by which a document is known, lower case: one that is imported with any of them takes its place.</summary>
    public abstract IEnumerable<string> Keys(Document document);

    /// <summary>The items as people see them, without the password.</summary>
    public IEnumerable<(string Name, string Text)> Show(Document document) =>
        document.Items.Select(item => (item.Name, item.Name == Secret ? "(set)" : string.Join(", ", item.Texts)));
}
