namespace Tell.Mta.Configuration;

/// <summary>Reads one value; where it is not one, the reason ends the sentence that began with the setting's name.</summary>
internal delegate bool ValueReader<T>(string text, out T value, out string reason);

/// <summary>A kind of value: how it is written, read and shown again. What <see cref="Format"/> writes, <see cref="Read"/> reads.</summary>
/// <param name="Form">How it is written, for people: "address:port list".</param>
/// <param name="Read">Reads it.</param>
/// <param name="Format">Writes it.</param>
internal sealed record SettingType<T>(string Form, ValueReader<T> Read, Func<T, string> Format);
