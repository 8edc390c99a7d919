using System.Collections.Immutable;
using Tell.Mta.Configuration;

namespace Tell.Mta.Routing.Names;

/// <summary>A document of NAMES as the texts of its fields. Whoever needs more of it than to check and change it reads the document.</summary>
/// <param name="Name">Its name; "" for a form without.</param>
internal sealed record NamesRecord(string Name)
{
    private ImmutableDictionary<string, ImmutableArray<string>> Values { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>The texts of a field, by the item that holds it; none where it has no value.</summary>
    public ImmutableArray<string> this[string item] => Values.GetValueOrDefault(item, []);

    /// <summary>A record of a name that people read.</summary>
    public static (NamesRecord? Record, string Reason) Begin(string name) =>
        NamesTypes.Title.Read(name, out var title, out var reason) ? (new NamesRecord(title), "") : (null, name.Trim().Length == 0 ? "a name is needed" : reason);

    /// <summary>The name of the field that an item holds: as the item, its first letter small.</summary>
    public static string FieldOf(string item) => char.ToLowerInvariant(item[0]) + item[1..];

    /// <summary>A field of one value.</summary>
    public static Field<NamesRecord> One<TValue>(string item, SettingType<TValue> type, string sentence) => new(FieldOf(item), type.Form, sentence,
        (NamesRecord record, ImmutableArray<string> texts, out NamesRecord changed, out string reason) =>
        {
            (changed, reason) = (record, "");
            if (texts.IsEmpty || (texts is [""] && !ReferenceEquals(type, NamesTypes.Password)))
            {
                changed = record.With(item, []);
                return true;
            }
            if (!type.Read(string.Join(',', texts), out var value, out reason))
                return false;
            changed = record.With(item, [type.Format(value)]);
            return true;
        },
        record => record[item]) { Item = item };

    /// <summary>A field of any number of values, each once.</summary>
    public static Field<NamesRecord> Many(string item, SettingType<string> type, string sentence) => new(FieldOf(item), $"{type.Form}; list", sentence,
        (NamesRecord record, ImmutableArray<string> texts, out NamesRecord changed, out string reason) =>
        {
            (changed, reason) = (record, "");
            var values = ImmutableArray.CreateBuilder<string>(texts.Length);
            foreach (var text in texts)
            {
                if (!type.Read(text, out var value, out reason))
                    return false;
                values.Add(value);
            }
            reason = "";
            changed = record.With(item, [.. values.Distinct(StringComparer.OrdinalIgnoreCase)]);
            return true;
        },
        record => record[item]) { Item = item, IsList = true };

    /// <summary>A field that is on, or not there.</summary>
    public static Field<NamesRecord> Flag(string item, string sentence) => One(item, SettingTypes.OnOff, sentence) with
    {
        Texts = record => record[item] is ["on"] ? ["on"] : [],
    };

    /// <summary>A field that is a size in octets, kept as a number.</summary>
    public static Field<NamesRecord> Size(string item, string sentence) => One(item, NamesTypes.Size, sentence) with { IsSize = true };

    private NamesRecord With(string item, ImmutableArray<string> texts) => this with { Values = texts.IsEmpty ? Values.Remove(item) : Values.SetItem(item, texts) };
}
