using System.Collections.Immutable;
using System.Text.Json;
using Tell.Documents;

namespace Tell.Mta.Operations;

/// <summary>How the documents of one form of NAMES are read from JSON and from a command, written and told apart.</summary>
internal abstract class NamesForm
{
    /// <summary>The form.</summary>
    public abstract string Form { get; }

    /// <summary>The item with the password: never written, and kept where an import has none; null for a form without.</summary>
    public abstract string? Secret { get; }

    /// <summary>The fields for people: name, how it is written, what it decides.</summary>
    public abstract IReadOnlyList<(string Name, string Form, string Sentence)> Fields { get; }

    /// <summary>True where there is a field of that name, in any case.</summary>
    public abstract bool HasField(string name);

    /// <summary>The items of one document; null where something is wrong, and then each problem names document and field.</summary>
    public abstract ImmutableArray<Item>? Read(JsonElement element, string place, List<string> problems);

    /// <summary>The items of a new document with some fields as typed; null where something is wrong, and then each problem names the field.</summary>
    public abstract ImmutableArray<Item>? Begin(string name, IReadOnlyList<KeyValuePair<string, string>> values, List<string> problems);

    /// <summary>The items of a document with some fields changed as typed, "" taking a value away; null where something is wrong.</summary>
    public abstract ImmutableArray<Item>? Change(Document document, IReadOnlyList<KeyValuePair<string, string>> values, List<string> problems);

    /// <summary>Writes the fields of a document, but no password, into an object that has its form already.</summary>
    public abstract void Write(Utf8JsonWriter writer, Document document);

    /// <summary>True where the items go together: a password that an earlier document had is kept only where they do.</summary>
    public abstract bool IsSound(Document document);

    /// <summary>The names by which a document is known, lower case: one that is imported with any of them takes its place.</summary>
    public abstract IEnumerable<string> Keys(Document document);

    /// <summary>The name of a document for people.</summary>
    public abstract string TitleOf(Document document);

    /// <summary>The fields as people see them, without the password.</summary>
    public abstract IEnumerable<(string Name, string Text)> Show(Document document);
}
