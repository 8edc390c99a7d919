using Tell.Mta.Configuration;

namespace Tell.Mta.Routing.Names;

/// <summary>Reads a field into a record; "" takes the value away. Where the text is no value, the reason ends the sentence that began with the field's name.</summary>
internal delegate bool FieldReader<T>(T record, string text, out T changed, out string reason);

/// <summary>One field of a form of NAMES, declared once in its <see cref="FieldTable{T}"/>: JSON, commands and HELP come from there.</summary>
/// <param name="Name">Its name in JSON, in commands and as an item.</param>
/// <param name="Form">How it is written, for people.</param>
/// <param name="Sentence">What it decides.</param>
/// <param name="Read">Reads it.</param>
/// <param name="Format">Writes it; null where the record has no value.</param>
internal sealed record Field<T>(string Name, string Form, string Sentence, FieldReader<T> Read, Func<T, string?> Format)
{
    /// <summary>True for a password: shown to nobody.</summary>
    public bool IsSecret { get; init; }

    /// <summary>A field whose value is a struct.</summary>
    public static Field<T> OfValue<TValue>(string name, SettingType<TValue> type, string sentence, Func<T, TValue?> get, Func<T, TValue?, T> set)
        where TValue : struct =>
        new(name, type.Form, sentence, Reader(type, (record, value) => set(record, value), record => set(record, null)), record => get(record) is { } value ? type.Format(value) : null);

    /// <summary>A field whose value is an object.</summary>
    public static Field<T> OfObject<TValue>(string name, SettingType<TValue> type, string sentence, Func<T, TValue?> get, Func<T, TValue?, T> set)
        where TValue : class? =>
        new(name, type.Form, sentence, Reader(type, (record, value) => set(record, value), record => set(record, null)), record => get(record) is { } value ? type.Format(value) : null);

    private static FieldReader<T> Reader<TValue>(SettingType<TValue> type, Func<T, TValue, T> set, Func<T, T> clear) => (T record, string text, out T changed, out string reason) =>
    {
        (changed, reason) = (record, "");
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
