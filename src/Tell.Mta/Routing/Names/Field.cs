using System.Collections.Immutable;
using Tell.Mta.Configuration;

namespace Tell.Mta.Routing.Names;

/// <summary>Reads a field into a record; no texts, or "" alone, take the value away. Where a text is no value, the reason ends the sentence that began with the field's name.</summary>
internal delegate bool FieldReader<T>(T record, ImmutableArray<string> texts, out T changed, out string reason);

/// <summary>One field of a form of NAMES, declared once in its <see cref="FieldTable{T}"/>: JSON, commands and HELP come from there.</summary>
/// <param name="Name">Its name in JSON and in commands.</param>
/// <param name="Form">How it is written, for people.</param>
/// <param name="Sentence">What it decides.</param>
/// <param name="Read">Reads it.</param>
/// <param name="Texts">Writes it; none where the record has no value.</param>
internal sealed record Field<T>(string Name, string Form, string Sentence, FieldReader<T> Read, Func<T, ImmutableArray<string>> Texts)
{
    /// <summary>The item that holds it.</summary>
    public string Item { get; init; } = Name;

    /// <summary>True for a password: shown to nobody.</summary>
    public bool IsSecret { get; init; }

    /// <summary>True where it has any number of values, each a text of its own.</summary>
    public bool IsList { get; init; }

    /// <summary>True where its item is a number, a size in octets.</summary>
    public bool IsSize { get; init; }

    /// <summary>True where a comma may be part of a value, so that only ";" separates what is typed on one line.</summary>
    public bool HasCommas { get; init; }

    /// <summary>What is kept in place of what an operator gave, as a hash is of a password.</summary>
    public Func<string, string>? Seal { get; init; }

    /// <summary>The value on one line; null where the record has none.</summary>
    public string? Format(T record) => Texts(record) is { IsEmpty: false } texts ? string.Join(HasCommas ? "; " : ", ", texts) : null;

    /// <summary>The texts of what is typed on one line: those of a list between ";", or where there is none between ",".</summary>
    public ImmutableArray<string> Split(string line) => line.Trim().Length == 0 ? []
        : !IsList ? [line]
        : [.. line.Split(HasCommas || line.Contains(';') ? ';' : ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>A field whose value is a struct.</summary>
    public static Field<T> OfValue<TValue>(string name, SettingType<TValue> type, string sentence, Func<T, TValue?> get, Func<T, TValue?, T> set)
        where TValue : struct =>
        new(name, type.Form, sentence, Reader(type, (record, value) => set(record, value), record => set(record, null)), record => get(record) is { } value ? [type.Format(value)] : []);

    /// <summary>A field whose value is an object.</summary>
    public static Field<T> OfObject<TValue>(string name, SettingType<TValue> type, string sentence, Func<T, TValue?> get, Func<T, TValue?, T> set)
        where TValue : class? =>
        new(name, type.Form, sentence, Reader(type, (record, value) => set(record, value), record => set(record, null)), record => get(record) is { } value ? [type.Format(value)] : []);

    private static FieldReader<T> Reader<TValue>(SettingType<TValue> type, Func<T, TValue, T> set, Func<T, T> clear) => (T record, ImmutableArray<string> texts, out T changed, out string reason) =>
    {
        (changed, reason) = (record, "");
        // Such a list is one text, with commas.
        var text = string.Join(',', texts);
        if (text.Length == 0)
        {
            changed = clear(record);
            return true;
        }
        if (!type.Read(text, out var value, out reason))
            return false;
        changed = set(record, value);
        return true;
    };
}
